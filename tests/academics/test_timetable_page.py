from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from tests.academics.reading import goes_to, links_in, refused, text_of
from tests.world import Caller, World

As = Callable[..., Caller]


def test_a_parent_sees_one_child_s_week_at_a_time(as_: As, world: World) -> None:
    tie = {"guardian_id": str(world.gwen), "relation": "other"}
    tied = as_("olive").post(f"/api/v1/people/{world.quinn}/guardians", json=tie)
    assert tied.status_code == 201
    gwen = as_("gwen")
    page = gwen.get("/timetable")
    assert "Pia Park, week of" in text_of(page)
    assert "7A Maths" in text_of(page)
    [quinns] = [link for link in links_in(page) if f"person_id={world.quinn}" in link]
    other = gwen.get(quinns)
    assert "Quinn Quist, week of" in text_of(other)
    assert "7A Maths" not in text_of(other)
    assert "Whose timetable" not in text_of(as_("gil").get("/timetable"))


def test_a_week_is_one_s_own_where_nobody_is_chosen(as_: As) -> None:
    for who in ("tom", "pia"):
        assert "7A Maths" in text_of(as_(who).get("/timetable"))
    assert "No lessons in this week" in text_of(as_("sam").get("/timetable"))
    assert "Whose timetable?" in text_of(as_("olive").get("/timetable"))


def test_nobody_s_own_name_stands_at_each_of_their_lessons(as_: As, world: World) -> None:
    tom, pia, olive = as_("tom"), as_("pia"), as_("olive")
    for page in (tom.get("/"), tom.get("/timetable"), pia.get("/timetable")):
        assert "7A Maths" in text_of(page)
    assert "Tom Tanner" in text_of(pia.get("/timetable"))
    assert "Tom Tanner" in text_of(olive.get(f"/timetable?section_id={world.maths_7a}"))
    for page in (tom.get("/"), tom.get("/timetable")):
        lessons = text_of(page).rpartition("7A Maths")[2][:80]
        assert "Tom Tanner" not in lessons, lessons


def test_the_office_chooses_a_class_a_person_or_a_room(as_: As, world: World) -> None:
    olive = as_("olive")
    for query in (
        f"section_id={world.maths_7a}",
        f"whose=class:{world.maths_7a}",
        f"whose=person:{world.tom}",
        f"person_id={world.pia}",
        "whose=room:R1",
    ):
        page = olive.get(f"/timetable?{query}")
        assert "Mathematics" in text_of(page), query
        assert "selected" in page.text or "person_id" in query
    assert "No lessons" in text_of(olive.get(f"/timetable?section_id={world.homeroom_7b}"))
    assert olive.get("/timetable?whose=class:me").status_code == 422
    assert olive.get(f"/timetable?whose=class:{world.school_id}").status_code == 404


@pytest.mark.parametrize(
    ("who", "query", "status"),
    [
        ("tom", "person_id={tara}", 403),
        ("tom", "whose=class:{homeroom_7b}", 403),
        ("gwen", "person_id={quinn}", 403),
        ("pia", "section_id={homeroom_7b}", 403),
        ("olive", "section_id={pia}", 404),
        ("pia", "on=9999-12-31", 422),
        ("pia", "on=2199-12-31", 200),
        ("pia", "on=1900-01-01", 200),
    ],
)
def test_a_week_is_for_those_it_concerns(
    as_: As, world: World, who: str, query: str, status: int
) -> None:
    assert as_(who).get(f"/timetable?{query.format(**world.ids)}").status_code == status


def test_a_week_without_lessons_says_why(as_: As, world: World) -> None:
    pia, later = as_("pia"), world.today + dt.timedelta(days=220)
    assert "Holidays" in text_of(pia.get(f"/timetable?on={later}"))
    body = {"date": str(world.today), "kind": "closure", "note": "Burst pipe"}
    assert as_("olive").post("/api/v1/calendar-days", json=body).status_code == 201
    assert "Closed : Burst pipe" in text_of(pia.get("/timetable")).replace("Closed:", "Closed :")


def test_a_week_costs_the_same_statements_for_every_choice(
    as_: As, world: World, statements: list[str]
) -> None:
    olive, counts = as_("olive"), []
    for query in ("whose=room:R1", "whose=room:nowhere"):
        del statements[:]
        assert olive.get(f"/timetable?{query}").status_code == 200
        counts.append(len(statements))
    assert counts[0] <= counts[1] + 1 <= 17


def test_a_lesson_s_room_is_chosen_and_a_clash_is_told(as_: As, world: World) -> None:
    ada, here = as_("ada"), f"/sections/{world.homeroom_7b}"
    form = ada.get(f"/timetable/entries/new?section_id={world.homeroom_7b}")
    assert '<option value="R1">' in form.text
    body = {"section_id": str(world.homeroom_7b), "weekday": "1", "slot": "1", "weeks": "every"}
    goes_to(ada.post("/timetable/entries/new", data={**body, "room": "r1"}), here)
    page = ada.get(here)
    assert "Monday, First" in text_of(page)
    assert "7A Maths is in R1 then." in text_of(page)
    [edit] = links_in(page, "/timetable/entries/0")
    again = {**body, "room": "R1", "starts_on": str(world.today)}
    del again["section_id"]
    goes_to(ada.post(edit, data=again), here)
    assert refused(ada.post(edit, data={**again, "slot": "9"})) == ["slot"]
    goes_to(ada.post(f"{edit}/delete"), here)
    assert "Monday, First" not in text_of(ada.get(here))
