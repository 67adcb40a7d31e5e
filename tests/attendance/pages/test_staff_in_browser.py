"""The office and a teacher keep the day of staff in a real browser, small and large."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import Open
from tests.world import Caller, World

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_complains")]


def fits(page: Page) -> bool:
    """Nothing has to be pushed sideways to be read."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_a_teacher_checks_in_and_the_office_notes_the_rest(
    open_as: Open,
    as_: Callable[..., Caller],
    founded: World,
    complaints: list[str],
    width: int,
    scheme: str,
) -> None:
    settings = {"staff_check_in_themselves": True, "staff_day_starts_at": "23:59"}
    as_("ada").patch("/api/v1/school/attendance/settings", json=settings)
    tara = open_as("tara", width, color_scheme=scheme)
    tara.goto("/attendance/staff/me")
    tara.get_by_role("button", name="Check in").click()
    expect(tara.get_by_text("In since")).to_be_visible()
    assert fits(tara)
    olive = open_as("olive", width, color_scheme=scheme)
    olive.goto("/attendance/staff")
    sam = olive.locator(".pupil", has_text="Sam Stone")
    sam.locator(".code-word", has_text="Late").click()
    olive.get_by_label("Came at, Sam Stone").fill("00:00")
    assert fits(olive)
    olive.get_by_role("button", name="All present").click()
    expect(olive.get_by_text("5 marks saved.")).to_be_visible()
    expect(olive.get_by_text("5 present, 0 absent, 1 late")).to_be_visible()
    olive.goto("/attendance/staff/report")
    assert fits(olive)
    # a member of staff sees what was noted, and goes home by themselves
    sam = open_as("sam", width, color_scheme=scheme)
    sam.goto("/")
    expect(sam.get_by_text("In since 00:00.")).to_be_visible()
    sam.get_by_role("button", name="Check out").click()
    expect(sam.get_by_text("In at 00:00, out at")).to_be_visible()
    assert fits(sam)
