from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask

from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.vocabulary import Mode
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from tests.academics.reading import goes_to, links_in, text_of
from tests.world import Caller, Visitor, World

As = Callable[..., Caller]
EVERYBODY = ("ada", "olive", "tom", "cora", "sam", "pia", "gwen", "gil")


@pytest.fixture
def marking(app: Flask, world: World) -> World:
    """The world, marking by the day."""
    with app.app_context(), acting_for(world.school_id), unit_of_work():
        found_attendance(world.school_id, Mode.DAILY, "simple", dt.date(2020, 1, 1))
    return world


def test_each_role_finds_its_day_at_home(as_: As, marking: World) -> None:
    shown = {who: text_of(as_(who).get("/")) for who in EVERYBODY}
    assert "0 of 2 registers submitted" in shown["olive"]
    assert "Cora Cole" in shown["olive"].partition("Covers today")[2]
    assert "Your registers today" in shown["tom"]
    assert "7A" in shown["tom"].partition("Your registers today")[2]
    assert "7A Maths" in shown["tom"].partition("Your lessons today")[2]
    assert "You stand in today" in shown["cora"]
    assert "7A" in shown["cora"].partition("Your registers today")[2]
    assert "Find a colleague" in shown["sam"]
    assert "register" not in shown["sam"]
    assert "Pia Park · 7A" in shown["gwen"]
    assert "7A Maths" in shown["gwen"]
    assert "Quinn Quist · 7B" in shown["gil"]
    assert "A school day with 7B." in shown["gil"]
    assert "7A Maths" in shown["pia"].partition("Your lessons today")[2]
    for who in ("pia", "gwen", "gil"):
        assert "colleague" not in shown[who]
        assert "registers" not in shown[who]


def test_no_link_at_home_leads_to_a_refusal(
    as_: As, marking: World, subtests: pytest.Subtests
) -> None:
    body = {"given_name": "Nia", "family_name": "New", "role": "student"}
    assert as_("ada").post("/api/v1/people", json=body).status_code == 201
    for who in EVERYBODY:
        caller = as_(who)
        for link in links_in(caller.get("/")):
            with subtests.test(f"{who} to {link}"):
                assert caller.get(link).status_code == 200
    assert "/sections/unplaced" in links_in(as_("olive").get("/"))


def test_staff_note_at_home_that_they_came_and_stay_there(
    as_: As, marking: World, visiting: Callable[..., Visitor]
) -> None:
    """Where the school lets them; a pupil is asked for nothing."""
    settings = "/api/v1/school/attendance/settings"
    assert "Check in" not in text_of(as_("sam").get("/"))
    opened = {"staff_check_in_themselves": True, "staff_day_starts_at": "23:59"}
    assert as_("ada").patch(settings, json=opened).status_code == 200
    for who in ("sam", "tom", "ada"):
        visitor = visiting(who)
        assert text_of(visitor.get("/")).count("Check in") == 1
        goes_to(visitor.submit("/attendance/staff/me/check-in", {"next": "/"}), "/")
        page = text_of(visitor.get("/"))
        assert "You are checked in." in page
        assert "Check out" in page
        assert "Check in" not in page
    away = visiting("sam").submit("/attendance/staff/me/check-out", {"next": "https://evil.org/"})
    goes_to(away, "/attendance/staff/me")
    assert "Check" not in text_of(as_("pia").get("/"))


def test_the_way_one_came_stays_lit_on_the_pages_below_it(as_: As, marking: World) -> None:
    ada = as_("ada")
    for page, place in {
        "/attendance/bulk": "Bulk marking",
        "/attendance/upload": "Bulk marking",
        "/attendance/codes": "Attendance",
        f"/sections/{marking.maths_7a}/enrol": "Classes",
        "/courses": "Classes",
        "/special-days": "Calendar",
        "/periods": "Calendar",
        "/academic-sessions": "Calendar",
        "/timetable/entries/new": "Timetable",
    }.items():
        here = re.search(
            r'class="nav-item"[^>]*aria-current.*?label">([^<]+)<', ada.get(page).text, re.S
        )
        assert here is not None, page
        assert here[1] == place


def test_a_school_that_never_marked_is_led_to_the_settings(as_: As) -> None:
    told = "Say how your school takes attendance."
    assert told in text_of(as_("ada").get("/"))
    assert told not in text_of(as_("olive").get("/"))
    assert "Your registers today" not in text_of(as_("tom").get("/"))


def test_families_see_at_home_what_was_said_of_their_child_today(
    as_: As, marking: World, statements: list[str]
) -> None:
    gwen, pia, gil = (as_(who) for who in ("gwen", "pia", "gil"))
    gwen.get("/")
    del statements[:]
    assert "Late" not in text_of(gwen.get("/"))
    before = len(statements)
    mark = f"/api/v1/school/attendance/marks/{marking.pia}/{marking.today}/1"
    late = {"status": "LATE", "minutes_late": 7, "remarks": "Overslept"}
    assert as_("tom").patch(mark, json=late).status_code == 200
    yesterday = mark.replace(str(marking.today), str(marking.today - dt.timedelta(days=1)))
    assert as_("olive").patch(yesterday, json={"status": "ABSENT"}).status_code == 200
    for family in (gwen, pia):
        page = family.get("/")
        assert "L Late, 7 min" in text_of(page)
        assert f"/attendance/students/{marking.pia}" in links_in(page)
        assert "Absent" not in text_of(page)
        assert "Overslept" not in text_of(page)
    assert "Late" not in text_of(gil.get("/"))
    del statements[:]
    gwen.get("/")
    assert len(statements) == before


def test_home_costs_the_same_statements_for_two_children_or_one_and_any_covers(
    as_: As, marking: World, statements: list[str]
) -> None:
    def cost(who: str) -> int:
        caller = as_(who)
        caller.get("/")
        del statements[:]
        assert caller.get("/").status_code == 200
        return len(statements)

    before = {who: cost(who) for who in ("olive", "tom", "gwen")}
    olive = as_("olive")
    tie = {"guardian_id": str(marking.gwen), "relation": "other"}
    assert olive.post(f"/api/v1/people/{marking.quinn}/guardians", json=tie).status_code == 201
    cover = {"section_id": str(marking.homeroom_7b), "date": str(marking.today)}
    for person in (marking.tom, marking.sam):
        added = olive.post("/api/v1/covers", json={**cover, "person_id": str(person)})
        assert added.status_code == 201
    assert {who: cost(who) for who in before} == before
    assert max(before.values()) <= 24


def test_a_closed_day_is_told_first(as_: As, marking: World) -> None:
    body = {"date": str(marking.today), "kind": "closure", "note": "Burst pipe"}
    assert as_("olive").post("/api/v1/calendar-days", json=body).status_code == 201
    for who in ("pia", "gwen"):
        page = text_of(as_(who).get("/"))
        assert "Closed: Burst pipe" in page
        assert "First" not in page
    assert "There are no registers today." in text_of(as_("olive").get("/"))


def test_days_out_of_the_ordinary_are_announced_a_week_ahead(as_: As, marking: World) -> None:
    olive = as_("olive")
    for ahead, note in ((7, "Sports day"), (8, "Too far")):
        day = str(marking.today + dt.timedelta(days=ahead))
        body = {"date": day, "kind": "half_day", "note": note}
        assert olive.post("/api/v1/calendar-days", json=body).status_code == 201
    page = text_of(as_("pia").get("/"))
    assert "Sports day" in page
    assert "Too far" not in page
