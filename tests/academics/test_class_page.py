from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.academics.reading import goes_to, links_in, refused, text_of
from tests.world import Caller, World

As = Callable[..., Caller]
Rows = Callable[..., list[tuple[Any, ...]]]


def day(world: World, number: int) -> str:
    return str(world.today + dt.timedelta(days=number))


def test_a_class_page_shows_teachers_covers_lessons_and_students(as_: As, world: World) -> None:
    page = text_of(as_("olive").get(f"/sections/{world.homeroom_7a}"))
    for words in ("Pia Park", "Paul Pavlov", "Tom Tanner", "Cora Cole", "The whole day", "Change"):
        assert words in page
    assert page.index("Students") < page.index("Pia Park") < page.index("Lessons every week")
    page = text_of(as_("tom").get(f"/sections/{world.maths_7a}"))
    assert "Monday, First" in page
    assert "Nobody stands in for this class." in page
    assert "Change" not in page


def test_no_link_of_a_class_page_or_of_the_list_leads_to_a_refusal(
    as_: As, world: World, subtests: pytest.Subtests
) -> None:
    olive = as_("olive")
    body = {"section_id": str(world.homeroom_7b), "person_id": str(world.tom)}
    covered = {**body, "date": day(world, 5)}
    assert olive.post("/api/v1/covers", json=covered).status_code == 201
    opened = 0
    for who in ("ada", "olive", "tom", "tara", "cora", "sam", "pia", "gwen"):
        caller = as_(who)
        pages = ["/sections", "/sections?whose=all", f"/people/{getattr(world, who)}"]
        pages += links_in(caller.get("/sections"), "/sections/0")
        known: set[str] = set()
        for page in pages:
            for link in links_in(caller.get(page)) - known:
                with subtests.test(f"{who} from {page} to {link}"):
                    assert caller.get(link).status_code in {200, 302}
                    opened += 1
                known.add(link)
    assert opened > 60
    tara = as_("tara")
    everything = tara.get("/sections?whose=all")
    assert links_in(everything, "/sections/0") == {f"/sections/{world.homeroom_7b}"}
    assert "7A Maths" in text_of(everything)
    assert "7A Maths" not in text_of(tara.get("/sections"))


def test_a_family_sees_of_a_class_its_own_and_the_teachers(as_: As, world: World) -> None:
    for who in ("pia", "gwen"):
        page = text_of(as_(who).get(f"/sections/{world.homeroom_7a}"))
        assert "Pia Park" in page
        assert "Tom Tanner" in page
        assert "Paul Pavlov" not in page
        assert "Cora Cole" not in page


def test_who_left_and_who_comes_is_folded_and_for_the_office_alone(
    as_: As, world: World, statements: list[str]
) -> None:
    olive, here = as_("olive"), f"/sections/{world.homeroom_7a}"
    ids = {"section_id": world.homeroom_7a, "person_id": world.pia}
    [held] = olive.get("/api/v1/enrolments", query_string=ids).get_json()["items"]
    left = olive.patch(f"/api/v1/enrolments/{held['id']}", json={"ends_on": day(world, -1)})
    assert left.status_code == 200
    later = {"section_id": str(world.homeroom_7b), "starts_on": day(world, 9)}
    ids = {"section_id": world.homeroom_7a, "person_id": world.paul}
    [held] = olive.get("/api/v1/enrolments", query_string=ids).get_json()["items"]
    moved = olive.post(f"/api/v1/enrolments/{held['id']}/transfer", json=later)
    assert moved.status_code == 201
    page = text_of(olive.get(here))
    assert "In this class before 1" in page
    assert "Pia Park" in page.partition("In this class before")[2]
    assert "Leaving" in page.partition("In this class before")[0]
    assert "Pia Park" not in text_of(as_("tom").get(here))
    coming = text_of(olive.get(f"/sections/{world.homeroom_7b}"))
    assert "Paul Pavlov" in coming.partition("Coming later 1")[2]
    counts = []
    for section in (world.homeroom_7a, world.homeroom_7b, world.maths_7a):
        del statements[:]
        olive.get(f"/sections/{section}")
        counts.append(len(statements))
    assert max(counts) == min(counts) <= 15


def test_the_office_adds_and_cancels_a_cover_from_the_class(as_: As, world: World) -> None:
    olive, here = as_("olive"), f"/sections/{world.homeroom_7b}"
    [add] = links_in(olive.get(here), "/covers/new")
    form = olive.get(add).text
    assert f'value="{world.today}"' in form
    assert f'value="{here}"' in form
    body = {"section_id": str(world.homeroom_7b), "person_id": str(world.sam), "next": here}
    goes_to(olive.post(add, data={**body, "date": str(world.today)}), here)
    shown = olive.get(here)
    assert "Sam Stone" in text_of(shown)
    edit = next(link for link in links_in(shown, "/covers/0") if "/edit" in link)
    cancel = edit.partition("?")[0].replace("/edit", "/delete")
    assert as_("tara").post(cancel, data={"next": here}).status_code == 403
    goes_to(olive.post(cancel, data={"next": here}), here)
    assert "Nobody stands in for this class." in text_of(olive.get(here))


def test_one_is_never_led_off_to_another_host(as_: As, world: World) -> None:
    body = {"section_id": str(world.homeroom_7b), "person_id": str(world.sam)}
    asked = {**body, "date": str(world.today), "next": "//evil.example"}
    answer = as_("olive").post("/covers/new", data=asked)
    assert (answer.status_code, answer.location) == (302, "/covers")


def test_who_is_in_the_class_on_that_day_is_not_offered(as_: As, world: World) -> None:
    olive, page = as_("olive"), f"/sections/{world.maths_7a}/enrol"
    shown = olive.get(page)
    assert f'value="{world.today}"' in shown.text
    assert "Quinn Quist · 7B" in text_of(shown)
    assert "Pia Park" not in text_of(shown)
    teachers = text_of(olive.get(f"{page}?role=teacher"))
    assert "Tara Tran" in teachers
    assert "Tom Tanner" not in teachers
    homeroom = olive.get(f"/sections/{world.homeroom_7b}/enrol")
    assert "Nobody to add" in text_of(homeroom)


def test_people_are_ticked_across_searches_and_added_at_once(
    as_: As, world: World, rows: Rows
) -> None:
    ada, olive = as_("ada"), as_("olive")
    names = [("Nia", "New"), ("Nils", "Newman")]
    new = [
        ada.post(
            "/api/v1/people",
            json={"given_name": given, "family_name": family, "role": "student"},
        ).get_json()["id"]
        for given, family in names
    ]
    page, before = f"/sections/{world.homeroom_7b}/enrol", rows("enrolment")
    typed: dict[str, Any] = {"role": "student", "starts_on": day(world, 1), "ends_on": ""}
    searched = olive.post(page, data={**typed, "q": "nils", "person_ids": new[:1], "search": "1"})
    assert text_of(searched).index("Nia New") < text_of(searched).index("Nils Newman")
    assert searched.text.count("checked") == 1
    assert rows("enrolment") == before
    goes_to(
        olive.post(page, data={**typed, "q": "nils", "person_ids": new}),
        f"/sections/{world.homeroom_7b}",
    )
    assert len(rows("enrolment")) == len(before) + 2
    assert "Nils Newman" in text_of(olive.get(f"/sections/{world.homeroom_7b}"))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "person_ids"),
        ({"person_ids": ["pia"]}, "person_ids"),
        ({"person_ids": ["{pia}", "{paul}"]}, "person_ids"),
        ({"person_ids": ["{quinn}"], "starts_on": "whenever"}, "starts_on"),
        ({"person_ids": ["{quinn}"], "starts_on": "1901-01-01"}, "starts_on"),
        ({"person_ids": ["{quinn}"], "q": "\x00"}, "q"),
    ],
)
def test_nobody_is_added_where_something_is_wrong(
    as_: As, world: World, rows: Rows, typed: dict[str, Any], field: str
) -> None:
    before = rows("enrolment")
    ids = [each.format(**world.ids) for each in typed.get("person_ids", [])]
    body = {"role": "student", "starts_on": str(world.today), **typed, "person_ids": ids}
    answer = as_("olive").post(f"/sections/{world.maths_7a}/enrol", data=body)
    assert set(refused(answer)) == {field}
    assert rows("enrolment") == before


def test_a_class_of_a_year_to_come_begins_with_its_first_day(as_: As, world: World) -> None:
    ada = as_("ada")
    year = {"name": "Next", "kind": "year"}
    dates = {"starts_on": day(world, 300), "ends_on": day(world, 500)}
    session = ada.post("/api/v1/academic-sessions", json={**year, **dates}).get_json()["id"]
    body = {"name": "8A", "kind": "homeroom", "academic_session_id": session}
    section = ada.post("/api/v1/sections", json=body).get_json()["id"]
    assert f'value="{day(world, 300)}"' in ada.get(f"/sections/{section}/enrol").text
    assert "Pia Park" in text_of(ada.get(f"/sections/{section}/enrol"))
    assert "As on" in text_of(ada.get(f"/sections/{section}"))


def test_somebody_is_moved_given_a_last_day_and_removed_with_forms(
    as_: As, world: World, rows: Rows
) -> None:
    olive, here = as_("olive"), f"/sections/{world.homeroom_7a}"
    page = olive.get(here)
    edits = sorted(links_in(page, "/enrolments/"))
    [paul] = [edit for edit in edits if "Paul Pavlov" in text_of(olive.get(edit))]
    before = rows("enrolment")
    for typed, field in (
        ({"starts_on": day(world, 5), "ends_on": day(world, 4)}, "ends_on"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"starts_on": "", "ends_on": ""}, "starts_on"),
    ):
        assert refused(olive.post(paul, data=typed)) == [field]
    there = {"section_id": str(world.homeroom_7b), "starts_on": day(world, 3)}
    for wrong, field in (
        ({"section_id": str(world.homeroom_7a)}, "section_id"),
        ({"section_id": str(world.pia)}, "section_id"),
        ({"starts_on": day(world, 300)}, "starts_on"),
    ):
        assert refused(olive.post(f"{paul}/transfer", data={**there, **wrong})) == [field]
    assert rows("enrolment") == before
    for who in ("tom", "pia", "gwen"):
        for deed in ("", "/transfer", "/delete"):
            assert as_(who).post(f"{paul}{deed}", data=there).status_code == 403
    assert "Move Paul Pavlov" in text_of(olive.get(f"{paul}/transfer"))
    goes_to(olive.post(f"{paul}/transfer", data=there), here)
    coming = text_of(olive.get(f"/sections/{world.homeroom_7b}")).partition("Coming later")[2]
    assert "Paul Pavlov" in coming
    [pia] = [edit for edit in edits if "Pia Park" in text_of(olive.get(edit))]
    dates = {"starts_on": day(world, -9), "ends_on": day(world, 9)}
    goes_to(olive.post(pia, data=dates), here)
    assert "Leaving" in text_of(olive.get(here))
    assert len(rows("enrolment")) == len(before) + 1
    goes_to(olive.post(f"{pia}/delete"), here)
    assert "Pia Park" not in text_of(olive.get(here))
    assert len(rows("enrolment")) == len(before)


def test_a_class_is_changed_with_a_form_and_one_that_had_people_is_not_removed(
    as_: As, world: World, rows: Rows
) -> None:
    ada, here = as_("ada"), f"/sections/{world.homeroom_7a}"
    typed = {"name": "7A", "kind": "homeroom", "academic_session_id": str(world.year)}
    assert refused(ada.post(f"{here}/edit", data={**typed, "name": ""})) == ["name"]
    assert refused(ada.post(f"{here}/edit", data={**typed, "kind": "club"})) == ["kind"]
    goes_to(ada.post(f"{here}/edit", data={**typed, "name": "7 Ash", "active": "true"}), here)
    assert "7 Ash" in text_of(ada.get(here))
    goes_to(ada.post(f"{here}/delete"), f"{here}/edit")
    assert "Archive it instead." in ada.get(f"{here}/edit").text
    new = ada.post("/sections/new", data={**typed, "name": "7Z"})
    many = len(rows("section"))
    goes_to(ada.post(f"{new.headers['Location']}/delete"), "/sections")
    assert len(rows("section")) == many - 1
    assert as_("olive").post(f"{here}/delete").status_code == 403


def test_students_without_a_homeroom_are_found_and_placed(
    as_: As, world: World, rows: Rows, statements: list[str]
) -> None:
    ada, olive = as_("ada"), as_("olive")
    assert "Every student has a homeroom" in text_of(olive.get("/sections/unplaced"))
    new = [
        ada.post(
            "/api/v1/people",
            json={"given_name": "Nia", "family_name": f"New{number}", "role": "student"},
        ).get_json()["id"]
        for number in range(4)
    ]
    assert "Students without a homeroom: 4" in text_of(olive.get("/"))
    assert "Nia New3" in text_of(olive.get("/sections/unplaced"))
    body = {"person_ids": new[:1], "section_id": str(world.homeroom_7a), "starts_on": ""}
    before = rows("enrolment")
    wrong = olive.post("/sections/unplaced", data={**body, "section_id": str(world.school_id)})
    assert refused(wrong) == ["section_id"]
    assert rows("enrolment") == before
    counts = []
    for ids in (new[:1], new[1:]):
        del statements[:]
        placed = olive.post("/sections/unplaced", data={**body, "person_ids": ids})
        goes_to(placed, "/sections/unplaced")
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert "Every student has a homeroom" in text_of(olive.get("/sections/unplaced"))
    assert as_("tom").get("/sections/unplaced").status_code == 403


def test_a_whole_homeroom_is_ticked_and_added_to_a_course(
    as_: As, world: World, rows: Rows
) -> None:
    ada, olive = as_("ada"), as_("olive")
    body = {"name": "Art", "kind": "scheduled", "course_id": str(world.maths)}
    session = {"academic_session_id": str(world.year)}
    art = ada.post("/api/v1/sections", json={**body, **session}).get_json()["id"]
    page, before = f"/sections/{art}/enrol", rows("enrolment")
    typed = {"role": "student", "starts_on": str(world.today), "ends_on": "", "q": ""}
    asked = {**typed, "homeroom_id": str(world.homeroom_7a), "search": "all"}
    ticked = olive.post(page, data=asked)
    assert ticked.text.count("checked") == 2
    assert "Quinn" not in text_of(ticked)
    assert rows("enrolment") == before
    ids = [str(world.pia), str(world.paul)]
    goes_to(
        olive.post(page, data={**asked, "search": [], "person_ids": ids}),
        f"/sections/{art}",
    )
    assert len(rows("enrolment")) == len(before) + 2
