"""Every page of attendance, as a phone in the dark and as a desk by day show it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.attendance.history import remember
from tests.attendance.pages.conftest import grow
from tests.serving import Web
from tests.web.test_in_chromium import CONTROLS, IN_TEXT, TOO_SMALL, Screen
from tests.world import Caller, World

pytestmark = pytest.mark.browser

PAGES = {
    "ada": (
        "/registers",
        "/attendance/settings",
        "/attendance/codes",
        "/attendance/audit",
        "/attendance/figures?by=student&sort=attendance&below=early",
        "/attendance/students/{pia}",
    ),
    "tom": ("/registers", "/registers/{homeroom_7a}/{today}/1"),
    "gwen": ("/attendance/mine", "/attendance/students/{pia}", "/notifications"),
}


@pytest.fixture
def busy(founded: World, owner: Any, as_: Any) -> World:
    """A class with a long name in it, a history, a conflict in the trail, and two children."""
    owner.execute("UPDATE attendance_settings SET daily_sessions = 2")
    long = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"
    owner.execute("UPDATE person SET family_name = %s WHERE given_name = 'Paul'", [long])
    grow(owner, founded, 4)
    remember(owner, founded, founded.pia, "PPLPPAPPEP" * 3)
    remember(owner, founded, founded.paul, "PAPAPAPAPE")
    owner.execute(
        """INSERT INTO guardianship (school_id, id, student_id, guardian_id, relation)
           VALUES (%s, gen_random_uuid(), %s, %s, 'aunt')""",
        [founded.school_id, founded.quinn, founded.gwen],
    )
    ada: Caller = as_("ada")
    place = f"/api/v1/school/attendance/marks/{founded.pia}/{founded.today.isoformat()}/1"
    for status in ("EXCUSED", "ABSENT"):
        changed = ada.patch(place, json={"status": status, "reason": "A parent called"})
        assert changed.status_code == 200, changed.text
    return founded


@pytest.fixture
def screens(chromium: Browser, web: Web) -> Iterator[Any]:
    opened: list[Screen] = []

    def new(width: int, **options: Any) -> Screen:
        opened.append(Screen(chromium, web.url, width, **options))
        return opened[-1]

    yield new
    for screen in opened:
        screen.context.close()
    assert [complaint for screen in opened for complaint in screen.complaints] == []


@pytest.mark.parametrize("who", PAGES)
def test_everybody_can_use_the_pages_of_attendance(who: str, screens: Any, busy: World) -> None:
    phone: Screen = screens(360, color_scheme="dark")
    page = phone.open("/sign-in")
    for name, value in busy.login(who).items():
        page.fill(f"[name={name}]", value)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile(r"/$"))
    desk: Screen = screens(1280, color_scheme="light", storage_state=phone.context.storage_state())
    paths = [each.format(**busy.ids, today=busy.today.isoformat()) for each in PAGES[who]]
    found = {
        f"{path} at {width}": faults
        for path in paths
        for width, screen in ((360, phone), (1280, desk))
        if (faults := faults_of(screen, path, width))
    }
    assert found == {}


def faults_of(screen: Screen, path: str, width: int) -> list[str]:
    page = screen.page
    page.set_viewport_size({"width": width, "height": 760})
    answer = page.goto(screen.url + path)
    assert answer is not None
    assert answer.status == 200, path
    wide = page.evaluate("document.documentElement.scrollWidth")
    small = page.evaluate(TOO_SMALL, [CONTROLS, IN_TEXT]) if width == 360 else []
    return [
        *screen.violations(),
        *([f"scrolls sideways to {wide}"] if wide > width else []),
        *(f"too small: {each}" for each in small),
    ]
