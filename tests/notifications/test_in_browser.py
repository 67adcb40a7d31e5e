"""The bell rings on every page and device, and what is read on one is read on all."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from school_erp.notifications.jobs import tell_held_notifications
from tests.attendance.pages.test_in_browser import Open, open_as  # noqa: F401 - a fixture
from tests.notifications.telling import mark_at
from tests.world import Caller, World

pytestmark = pytest.mark.browser


def rings(page: Page, times: int) -> None:
    """Without having been loaded anew."""
    count = page.locator(".bell-count")
    expect(count).to_have_text(str(times)) if times else expect(count).to_have_count(0)
    assert page.evaluate("window.same")


def mark_absent(tom: Caller) -> None:
    """And let the round come by that tells families of it."""
    answer = tom.patch(mark_at(tom.world, "pia"), json={"status": "ABSENT"})
    assert answer.status_code == 200, answer.text
    with tom.client.application.app_context():
        tell_held_notifications()


def test_the_bell_rings_everywhere_and_is_silent_once_read_anywhere(
    open_as: Open,  # noqa: F811 - the fixture
    founded: World,
    as_: Callable[..., Caller],
) -> None:
    phone, desk = open_as("gwen", 360), open_as("gwen")
    complaints: list[str] = []
    for page, path in ((phone, "/calendar"), (desk, "/notifications")):
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.goto(path)
        page.evaluate("window.same = true")
    expect(desk.get_by_text("Nothing yet")).to_be_visible()
    expect(phone.locator("[data-live]")).to_be_hidden()

    tom = as_("tom")
    mark_absent(tom)
    for page in (phone, desk):
        rings(page, 1)
    expect(desk.get_by_role("main").get_by_text("Pia Park was marked absent")).to_be_visible()
    expect(phone.locator("[data-announce]")).to_have_text("There is a new notification.")
    desk.get_by_role("button", name="Mark all as read").click()
    rings(phone, 0)

    tom.patch(mark_at(founded, "pia"), json={"status": "LATE", "minutes_late": 5})
    rings(phone, 1)
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    phone.locator(".bell summary").click()
    phone.get_by_role("link", name="Corrected: Pia Park was late").click()
    expect(phone).to_have_url(re.compile(str(founded.pia)))
    expect(desk.locator(".bell-count")).to_have_count(0)
    assert complaints == []

    plain = open_as("gwen", 360, java_script_enabled=False)
    mark_absent(tom)
    plain.goto("/calendar")
    plain.locator(".bell summary").click()
    plain.get_by_role("link", name="All notifications").click()
    plain.get_by_role("button", name="Mark as read").click()
    expect(plain.get_by_text("New", exact=True)).to_have_count(0)
    expect(plain.locator(".bell-count")).to_have_count(0)
