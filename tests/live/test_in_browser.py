"""A hall in browsers: one wall, two phones, and a line that breaks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live.conftest import Start
from tests.serving import Web
from tests.world import Caller, World

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
As = Callable[..., Caller]
OPEN_DAY = {"morning_at": "00:00", "late_after_minutes": 1440, "closed_after_minutes": 1440}
# the line being away is what one of these is about
OF_THE_LINE = ("ERR_INTERNET_DISCONNECTED", "WebSocket")


@pytest.fixture
def open_at(chromium: Browser, web: Web, founded: World) -> Iterator[Open]:
    contexts, complaints = [], []

    def note(said: Any) -> None:
        if said.type == "error" and not any(word in said.text for word in OF_THE_LINE):
            complaints.append(said.text)

    def open_page(who: str, path: str, width: int = 1280) -> Page:
        """The page, by way of the sign-in that it leads to."""
        phone: dict[str, Any] = {"has_touch": True, "is_mobile": True} if width < 400 else {}
        context = chromium.new_context(
            viewport={"width": width, "height": 760}, base_url=web.url, **phone
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        for name, value in founded.login(who).items():
            page.fill(f"[name={name}]", value)
        page.press("[name=password]", "Enter")
        page.wait_for_url(re.compile(re.escape(urlsplit(path).path) + "$"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def test_a_hall_checks_in_by_picture_and_by_letters_while_the_teacher_steers_by_keys(
    open_at: Open, founded: World, as_: As, change: Callable[..., None]
) -> None:
    change("attendance_settings", **OPEN_DAY)
    tom = open_at("tom", "/live/new")
    tom.get_by_label("7A").check()
    tom.get_by_role("button", name="Start", exact=True).click()
    tom.wait_for_url(re.compile(r"/live/[0-9a-f-]{36}$"))
    expect(tom.locator("[data-live]", has_text="Live")).to_be_visible()
    live_id = tom.url.rpartition("/")[2]
    code = as_("tom").get(f"/api/v1/sessions/{live_id}/qr").get_json()

    # the address leads over the sign-in, and the code still counts afterwards
    pia = open_at("pia", f"/check-in/{live_id}?c={code['token']}", width=360)
    pia.get_by_role("button", name="Check in").click()
    expect(pia.get_by_role("heading", name="You are checked in.")).to_be_visible()
    expect(pia.locator("#arrival")).to_contain_text("Present")
    expect(tom.locator("[data-figure=students_present]")).to_have_text("1", timeout=1_000)
    expect(tom.locator("[data-arrivals]")).to_contain_text("Pia Park")

    paul = open_at("paul", "/", width=360)
    paul.get_by_role("link", name="7A").first.click()
    letters = str(tom.locator("[data-typed]").text_content()).replace(" ", "").lower()
    paul.get_by_label("Or type the six letters beside it").fill(letters)
    paul.get_by_role("button", name="Check in", exact=True).click()
    expect(paul.get_by_role("heading", name="You are checked in.")).to_be_visible()
    expect(tom.locator("[data-figure=students_present]")).to_have_text("2", timeout=1_000)

    tom.keyboard.press("l")
    expect(tom.get_by_text("Door closed: nobody new comes in")).to_be_visible()
    tom.keyboard.press("c")
    expect(tom.get_by_text("The code is hidden.")).to_be_visible()
    expect(tom.locator("[data-picture]")).to_have_count(0)
    tom.keyboard.press("e")
    tom.get_by_role("button", name="End it").click()
    expect(tom.locator("#wall-state")).to_contain_text("Ended")
    expect(tom.locator("[data-figure=students_present]")).to_have_text("2")
    tom.reload()
    tom.get_by_text("As a table").click()
    came = tom.get_by_role("table", name="When they came").locator("tbody tr")
    expect(came.last.get_by_role("cell").last).to_have_text("2")

    paul.goto(f"/check-in/{live_id}?c=8.1.{'A' * 16}")
    expect(paul.get_by_text("This code has changed meanwhile.")).to_be_visible()


def test_a_code_seen_without_a_line_is_kept_sent_when_it_is_back_and_counted_once(
    open_at: Open, founded: World, start: Start, as_: As, change: Callable[..., None]
) -> None:
    change("attendance_settings", **OPEN_DAY, qr_step_seconds=3)
    paul = open_at("paul", "/check-in", width=360)
    expect(paul.get_by_text("No session of your classes runs just now")).to_be_visible()
    live = start()
    stats = f"/api/v1/sessions/{live['id']}/stats"
    pia = open_at("pia", f"/check-in/{live['id']}", width=360)
    pia.get_by_label("Or type the six letters beside it").fill(live["qr"]["typed_code"])
    expect(pia.locator("[data-live][data-status=live]")).to_have_count(1)
    pia.context.set_offline(True)
    pia.get_by_role("button", name="Check in", exact=True).click()
    expect(pia.locator("#waiting")).to_contain_text("Waiting for the network.")
    assert as_("tom").get(stats).get_json()["students_present"] == 0
    pia.locator(".person-button").click()
    pia.get_by_role("button", name="Sign out", exact=True).click()
    expect(pia.locator("[data-leave]")).to_contain_text("Not sent yet: 1")
    pia.get_by_role("button", name="Stay signed in").click()

    pia.context.set_offline(False)
    expect(pia.get_by_role("heading", name="You are checked in.")).to_be_visible()
    assert as_("tom").get(stats).get_json()["students_present"] == 1
    assert (
        pia.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('check-ins'))") == []
    )

    # the phone's own camera opens the code's address, and there is no line: it is kept all the same
    paul.evaluate("navigator.serviceWorker.ready.then(() => true)")
    paul.wait_for_function("caches.match('/check-in/kept').then(Boolean)")
    code = as_("tom").get(f"/api/v1/sessions/{live['id']}/qr").get_json()
    paul.context.set_offline(True)
    paul.goto(f"/check-in/{live['id']}?c={code['token']}")
    expect(paul.get_by_role("heading", name="There is no connection just now")).to_be_visible()
    expect(paul.locator("#waiting")).to_contain_text("Waiting for the network. Your code of")
    paul.wait_for_timeout(7_000)
    assert as_("tom").get(stats).get_json()["students_present"] == 1
    paul.context.set_offline(False)
    expect(paul.get_by_role("heading", name="You are checked in.")).to_be_visible(timeout=15_000)
    assert as_("tom").get(stats).get_json()["students_present"] == 2
    came = as_("tom").get(f"/api/v1/sessions/{live['id']}/check-ins").get_json()["items"]
    flags = {each["student_id"]: each["flags"] for each in came}
    assert flags == {str(founded.pia): [], str(founded.paul): ["late_sync"]}
