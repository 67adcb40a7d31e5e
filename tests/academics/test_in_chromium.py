from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.vocabulary import Mode
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from tests.people.test_in_chromium import screens  # noqa: F401 - a fixture
from tests.web.test_in_chromium import CONTROLS, IN_TEXT, TOO_SMALL, Screen
from tests.world import Caller, World

pytestmark = pytest.mark.browser

As = Callable[..., Caller]
Screens = Callable[..., Screen]
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 2


@pytest.fixture
def busy(app: Flask, world: World, as_: As) -> World:
    """The world on a full day, with names as long as they come."""
    with app.app_context(), acting_for(world.school_id), unit_of_work():
        found_attendance(world.school_id, Mode.PERIOD, "simple", dt.date(2020, 1, 1))
    ada, week = as_("ada"), dt.timedelta(days=7)
    bodies = {
        f"/people/{world.paul}": {"preferred_name": LONG},
        f"/sections/{world.maths_7a}": {"room": LONG[:40]},
    }
    for path, body in bodies.items():
        assert ada.patch(f"/api/v1{path}", json=body).status_code == 200
    cover = {"section_id": world.maths_7a, "person_id": world.sam, "date": world.today}
    tie = {"guardian_id": world.gwen, "relation": "other"}
    special = {"date": world.today + week, "kind": "closure", "note": LONG}
    new = {"given_name": "Nia", "family_name": LONG, "role": "student"}
    for path, body in (
        ("/covers", {**cover, "note": LONG}),
        (f"/people/{world.quinn}/guardians", tie),
        ("/calendar-days/stretches", {**special, "until": world.today + 2 * week}),
        ("/people", new),
    ):
        typed = {name: str(value) for name, value in body.items()}
        assert ada.post(f"/api/v1{path}", json=typed).status_code == 201
    return world


def test_every_page_of_classes_and_each_home_fits_and_is_accessible(
    screens: Screens,  # noqa: F811
    busy: World,
    subtests: pytest.Subtests,
) -> None:
    month = f"/calendar?month={busy.today + dt.timedelta(days=7):%Y-%m}"
    homeroom, maths = f"/sections/{busy.homeroom_7b}", f"/sections/{busy.maths_7a}"
    week = f"/timetable?section_id={busy.maths_7a}"
    tours = [
        ("ada", 360, "dark", ["/", maths, f"{homeroom}/enrol", month, "/special-days/new"]),
        ("ada", 1280, "light", ["/", "/sections", maths, week, month]),
        ("tom", 360, "light", ["/", week]),
        ("gwen", 1280, "dark", ["/", "/timetable"]),
    ]
    for who, width, scheme, paths in tours:
        screen = screens(who, width, color_scheme=scheme)
        for path in paths:
            with subtests.test(f"{who} at {path}, {width} in {scheme}"):
                page = screen.open(path)
                assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
                if width == 360:
                    assert page.evaluate(TOO_SMALL, [CONTROLS, IN_TEXT]) == []
                assert screen.violations() == []
                page.set_viewport_size({"width": width, "height": 760})


def test_the_office_follows_a_class_its_week_and_its_people(
    screens: Screens,  # noqa: F811
    busy: World,
) -> None:
    page = screens("olive").open("/timetable")
    page.get_by_label("Whose timetable").select_option(label="7A Maths")
    expect(page.get_by_role("heading", level=2)).to_contain_text("7A Maths, week of")
    page.get_by_role("link", name="The week after").click()
    expect(page.locator(".week-lesson").first).to_be_visible()

    page.goto(page.url.partition("/timetable")[0] + f"/sections/{busy.maths_7a}")
    page.get_by_role("button", name="Cancel", exact=True).first.click()
    page.get_by_role("button", name="Cancel the cover").click()
    expect(page.get_by_text("Nobody stands in for this class.")).to_be_visible()

    page.get_by_role("link", name="Add students").first.click()
    page.get_by_role("searchbox").fill("quinn")
    page.keyboard.press("Enter")
    page.get_by_label("Quinn Quist").check()
    page.get_by_role("searchbox").fill("nia")
    page.keyboard.press("Enter")
    page.get_by_label("Nia").check()
    expect(page.get_by_label("Quinn Quist")).to_be_checked()
    page.get_by_role("button", name="Add to the class").click()
    expect(page.locator("[role=status] .note")).to_contain_text("2 people added.")
