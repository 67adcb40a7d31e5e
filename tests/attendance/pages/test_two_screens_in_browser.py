"""What one person does appears on the screens of others, at once or as soon as they can hear it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.attendance.pages.test_in_browser import (
    OPERATIONS,
    Open,
    choose,
    open_as,  # noqa: F401 - a fixture
    pupil,
)
from tests.world import World

pytestmark = pytest.mark.browser


class Line:
    """A page's live line, which can be cut."""

    def __init__(self, page: Page) -> None:
        self.is_cut = False
        self.routes: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/socket.io/"), self._open)

    def cut(self) -> None:
        self.is_cut = True
        for route in self.routes:
            route.close()

    def mend(self) -> None:
        self.is_cut = False

    def _open(self, route: WebSocketRoute) -> None:
        if self.is_cut:
            route.close()
            return
        self.routes.append(route)
        route.connect_to_server()


@pytest.fixture
def watched(open_as: Open) -> Callable[[str, str], Page]:  # noqa: F811 - the fixture
    """A live page of somebody, which was never loaded anew if it still says so."""

    def open_live(who: str, address: str) -> Page:
        page = open_as(who)
        page.goto(address)
        is_live(page)
        page.evaluate("window.same = true")
        return page

    return open_live


def is_live(page: Page) -> None:
    expect(page.locator("[data-live-word]")).to_have_text("Live", timeout=15_000)


def stands(page: Page, name: str, code: str) -> None:
    expect(pupil(page, name).locator(".mark")).to_have_text(code)


def is_with(page: Page, names: str) -> None:
    expect(page.locator("[data-present-names]")).to_have_text(names, timeout=3_000)
    expect(page.locator("[data-present]")).to_be_visible()


def somebody_comes_and_goes(tom: Page, ada: Page) -> None:
    is_with(tom, "Ada Lovelace-Brown, Olive Okafor")
    ada.set_viewport_size({"width": 360, "height": 700})
    assert ada.evaluate("document.documentElement.scrollWidth") == 360
    ada.close()
    is_with(tom, "Olive Okafor")


def test_two_people_at_one_register_see_each_other_through_any_cut(
    watched: Callable[[str, str], Page],
    founded: World,
    address: str,
) -> None:
    tom, olive = watched("tom", address), watched("olive", address)
    home, mother = watched("olive", "/"), watched("gwen", "/")
    complaints: list[str] = []
    for page in (tom, olive, home, mother):
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
    is_with(tom, "Olive Okafor")
    somebody_comes_and_goes(tom, watched("ada", address))
    choose(tom, "Pia", "Absent")
    stands(olive, "Pia", "A")
    expect(olive.locator("[data-counts]")).to_have_text("0 present, 1 absent, 1 not marked")
    expect(olive.locator("[data-chip]")).to_have_text("All saved")
    expect(mother.locator(".marks-today")).to_contain_text("Absent")

    tom.route(OPERATIONS, lambda route: route.abort())
    complaints_of_the_test = len(complaints)
    choose(tom, "Paul", "Late")
    choose(olive, "Paul", "Present")
    expect(pupil(tom, "Paul").locator("[data-notice]")).to_contain_text("Olive")
    stands(tom, "Paul", "L")
    tom.unroute(OPERATIONS)
    expect(pupil(tom, "Paul").locator("[data-notice]")).to_contain_text("What the office entered")
    stands(tom, "Paul", "P")
    del complaints[complaints_of_the_test:]

    line = Line(olive)
    olive.reload()
    is_live(olive)
    olive.evaluate("window.same = true")
    olive.route("**/api/v1/events?*", lambda route: route.abort())
    line.cut()
    expect(olive.locator("[data-live-word]")).to_have_text("Offline")
    with tom.expect_response(OPERATIONS):
        choose(tom, "Pia", "Late")
    stands(olive, "Pia", "A")
    del complaints[:]
    line.mend()
    is_live(olive)
    stands(olive, "Pia", "L")
    assert olive.evaluate("window.same")

    tom.get_by_role("button", name="submit").click()
    expect(olive.locator(".page-lead")).to_contain_text("Submitted")
    expect(home.locator("#progress")).to_contain_text("1 of")
    expect(mother.locator(".marks-today")).to_contain_text("Late")
    assert home.evaluate("window.same")
    assert mother.evaluate("window.same")
    assert complaints == []


def test_what_others_changed_since_is_not_undone_and_what_is_no_longer_told_is_read_anew(
    watched: Callable[[str, str], Page], founded: World, address: str, owner: Any
) -> None:
    tom, olive = watched("tom", address), watched("olive", address)
    choose(tom, "Paul", "Late")
    stands(olive, "Paul", "L")
    choose(tom, "Pia", "Absent")
    stands(olive, "Pia", "A")
    choose(olive, "Pia", "Excused")
    stands(tom, "Pia", "E")
    expect(olive.locator("[data-chip]")).to_have_text("All saved")
    tom.get_by_role("button", name="Undo").click()
    expect(tom.get_by_text("Somebody else changed this since.")).to_be_visible()
    stands(tom, "Pia", "E")

    line = Line(olive)
    olive.reload()
    is_live(olive)
    olive.route("**/api/v1/events?*", lambda route: route.abort())
    line.cut()
    expect(olive.locator("[data-live-word]")).to_have_text("Offline")
    with tom.expect_response(OPERATIONS):
        choose(tom, "Paul", "Present")
    owner.execute("DELETE FROM realtime_event")
    line.mend()
    is_live(olive)
    stands(olive, "Paul", "P")

    olive.unroute("**/api/v1/events?*")
    line.cut()
    expect(olive.locator("[data-live-word]")).to_have_text("Offline")
    olive.context.clear_cookies()
    expect(olive.locator("[data-live-word]")).to_have_text("Signed out", timeout=15_000)
