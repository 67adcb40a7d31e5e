from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.world import Caller, World

As = Callable[..., Caller]
EVERYBODY = ("ada", "olive", "tom", "cora", "sam", "pia", "gwen")
OFFICE = ("ada", "olive")

OPEN_TO = {
    "/": EVERYBODY,
    "/timetable": EVERYBODY,
    "/calendar": EVERYBODY,
    "/calendar?month=2026-02": EVERYBODY,
    "/sections": EVERYBODY,
    "/covers": ("ada", "olive", "tom", "cora", "sam"),
    "/courses": ("ada", "olive", "tom", "cora", "sam"),
    "/special-days": OFFICE,
    "/special-days/new": OFFICE,
    "/covers/new": OFFICE,
    "/academic-sessions": ("ada",),
    "/academic-sessions/new": ("ada",),
    "/periods": ("ada",),
    "/periods/new": ("ada",),
    "/courses/new": ("ada",),
    "/sections/new": ("ada",),
    "/timetable/entries/new": ("ada",),
}


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_sees_the_pages_that_are_theirs_and_no_other(as_: As, who: str) -> None:
    caller = as_(who)
    seen = {path for path in OPEN_TO if caller.get(path).status_code == 200}
    assert seen == {path for path, people in OPEN_TO.items() if who in people}


def test_the_start_page_shows_a_teacher_today_s_lessons(as_: As) -> None:
    page = as_("tom").get("/").get_data(as_text=True)
    assert "7A Maths" in page
    assert "Your lessons today" in page


def test_the_start_page_shows_a_guardian_her_child_s_day_and_no_other_child(as_: As) -> None:
    page = as_("gwen").get("/").get_data(as_text=True)
    assert "Pia Park" in page
    assert "7A Maths" in page
    assert "Quinn" not in page


def test_the_start_page_shows_no_child_to_a_guardian_who_may_not_be_contacted(
    as_: As, world: World
) -> None:
    olive, url = as_("olive"), f"/api/v1/people/{world.pia}/guardians"
    [tie] = olive.get(url).get_json()["items"]
    barred = olive.patch(f"{url}/{tie['id']}", json={"do_not_contact": True})
    assert barred.status_code == 200
    page = as_("gwen").get("/").get_data(as_text=True)
    assert "Pia" not in page
    assert "7A" not in page


def test_the_start_page_tells_the_office_what_is_missing(as_: As, world: World) -> None:
    ada = as_("ada")
    assert "Classes without a teacher" not in ada.get("/").get_data(as_text=True)
    body = {"name": "9Z", "kind": "homeroom", "academic_session_id": str(world.year)}
    assert ada.post("/sections/new", data=body).status_code == 302
    assert "Classes without a teacher: 1" in ada.get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("who", "status"), [("olive", 200), ("tom", 200), ("cora", 200), ("tara", 403)]
)
def test_a_class_is_shown_to_who_has_to_do_with_it(
    as_: As, world: World, elsewhere: World, who: str, status: int
) -> None:
    caller = as_(who)
    assert caller.get(f"/sections/{world.homeroom_7a}").status_code == status
    assert caller.get(f"/sections/{elsewhere.homeroom_7a}").status_code == 404


def test_a_student_sees_only_herself_on_the_class_page(as_: As, world: World) -> None:
    page = as_("pia").get(f"/sections/{world.homeroom_7a}").get_data(as_text=True)
    assert "Pia Park" in page
    assert "Pavlov" not in page


def test_the_office_puts_a_student_into_a_class_and_moves_him(as_: As, world: World) -> None:
    olive, maths = as_("olive"), world.maths_7a
    page = f"/sections/{maths}/enrol"
    assert "Quinn Quist" in olive.get(f"{page}?q=quinn").get_data(as_text=True)
    first = world.today.isoformat()
    body = {"person_ids": str(world.quinn), "role": "student", "starts_on": first}
    assert olive.post(page, data=body).status_code == 302
    assert "Quinn Quist" in olive.get(f"/sections/{maths}").get_data(as_text=True)
    again = olive.post(page, data=body)
    assert again.status_code == 422
    assert "Quinn" in again.get_data(as_text=True)


def test_a_lesson_that_clashes_is_refused_and_what_was_typed_stays(as_: As, world: World) -> None:
    ada = as_("ada")
    body = {"section_id": str(world.maths_7a), "weekday": "1", "slot": "1", "room": "Lab 9"}
    refused = ada.post("/timetable/entries/new", data={**body, "weeks": "every"})
    assert refused.status_code == 422
    assert 'value="Lab 9"' in refused.get_data(as_text=True)
    assert ada.post("/timetable/entries/new", data={**body, "slot": "2"}).status_code == 302


@pytest.mark.parametrize(
    ("page", "body"),
    [
        ("/periods/new", {"name": "Third", "slot": "3", "starts_at": "11:00", "ends_at": "12:00"}),
        ("/courses/new", {"name": "Physics", "code": "PH"}),
        ("/special-days/new", {"date": "2027-01-04", "kind": "closure", "note": "Snow"}),
    ],
)
def test_what_is_added_is_listed_changed_and_removed(
    as_: As, page: str, body: dict[str, str]
) -> None:
    ada, listed = as_("ada"), page.removesuffix("/new")
    before = ada.get(listed).get_data(as_text=True)
    assert ada.post(page, data=body).status_code == 302
    after = ada.get(listed).get_data(as_text=True)
    [edit] = {
        line.split('"')[0] for line in after.split('href="') if line.startswith(f"{listed}/0")
    } - {line.split('"')[0] for line in before.split('href="')}
    assert ada.get(edit).status_code == 200
    assert ada.post(edit, data=body).status_code == 302
    assert ada.post(edit.replace("/edit", "/delete")).status_code == 302
    assert edit not in ada.get(listed).get_data(as_text=True)


@pytest.mark.parametrize(
    ("page", "body"),
    [
        ("/periods/new", {"name": "Bad\x00", "slot": "99", "starts_at": "25:00", "ends_at": "x"}),
        ("/special-days/new", {"date": "yesterday", "kind": "party"}),
        ("/sections/new", {"name": "x" * 200, "kind": "homeroom", "academic_session_id": "7"}),
        ("/covers/new", {"section_id": "7", "person_id": "8", "date": "2026-13-01"}),
    ],
)
def test_bad_input_is_named_field_by_field_and_nothing_is_stored(
    as_: As, page: str, body: dict[str, str]
) -> None:
    ada, listed = as_("ada"), page.removesuffix("/new")
    before = ada.get(listed).get_data(as_text=True).count("<tr>")
    refused = ada.post(page, data=body)
    assert refused.status_code == 422
    assert "field-error" in refused.get_data(as_text=True)
    assert ada.get(listed).get_data(as_text=True).count("<tr>") == before
