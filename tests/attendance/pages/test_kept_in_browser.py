"""What waits on a device: whose it is, how it leaves, and what stays behind."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Error, Request, expect

from school_erp.core.clock import now
from tests.attendance.pages.offline import SEALED, chip, complaints, is_kept, kept, listen, sign_in
from tests.attendance.pages.test_in_browser import (
    OPERATIONS,
    Marks,
    Open,
    choose,
    open_as,  # noqa: F401 - a fixture
    pupil,
)
from tests.browsing import enter
from tests.world import Caller, World

pytestmark = pytest.mark.browser


def test_what_is_kept_opens_from_the_start_page_and_goes_with_the_key_but_no_mark_is_lost(
    open_as: Open,  # noqa: F811
    founded: World,
    address: str,
    owner: Any,
    marks: Marks,
) -> None:
    tom = open_as("tom", width=360)
    said = listen(tom)
    tom.goto(address)
    is_kept(tom, address)
    line = tom.context.new_cdp_session(tom)
    wrong = [
        each["errorId"]
        for each in line.send("Page.getInstallabilityErrors")["installabilityErrors"]
    ]
    assert set(wrong) <= {"in-incognito"}, "nothing else stands against installing it"
    assert line.send("Page.getAppManifest")["errors"] == []
    tom.context.set_offline(True)
    tom.goto("/")
    days = tom.locator("[data-kept-registers] > li")
    expect(days).to_have_count(2)
    days.last.get_by_role("link").click()
    expect(tom.locator("[data-too-early]")).to_be_visible()
    tom.goto("/")
    days.first.get_by_role("link").click()
    choose(tom, "Pia", "Absent")
    expect(chip(tom)).to_have_text("1 waiting")

    # twelve hours without the school, and nothing opens any more; what was not sent stays
    tom.context.clock.set_system_time(now() + dt.timedelta(hours=13))
    tom.reload()
    expect(chip(tom)).to_have_text("1 waiting")
    found = kept(tom)
    assert (found["copies"], found["locks"], found["operations"]) == ([], [], 1)
    with pytest.raises(Error, match="ERR_"):
        tom.goto(address)

    # somebody else has the device: it is neither theirs to read nor theirs to lose
    tom.context.clock.set_system_time(now())
    tom.context.clear_cookies()
    tom.context.set_offline(False)
    tom.goto("/sign-in")
    sign_in(tom, founded, "tara")
    tom.goto("/registers/kept")
    expect(tom.locator("[data-sealed=ofOthers]")).to_have_text(re.compile("somebody else.*: 1"))
    assert marks() == {}
    tom.locator(".person-button").click()
    tom.get_by_role("button", name="Sign out", exact=True).click()
    tom.wait_for_url("**/sign-in*")
    left = kept(tom)
    assert (left["copies"], left["locks"], left["operations"]) == ([], [], 1)
    assert tom.evaluate("caches.keys()") == []
    readable = tom.evaluate(SEALED)
    assert readable
    assert not any(word in readable for word in ("Pia", "Park", str(founded.pia), "7A"))
    sign_in(tom, founded, "tom")
    expect(chip(tom)).to_have_text("All saved")
    tom.goto(address)
    expect(chip(tom)).to_have_text("All saved")
    assert marks() == {"pia": "A"}
    by = owner.execute("SELECT marked_by FROM student_attendance").fetchall()
    assert by == [(founded.tom,)]
    assert complaints(said) == []


def operations_in(request: Request) -> list[str]:
    if not request.url.endswith("/attendance/operations"):
        return []
    return [each["id"] for each in request.post_data_json["operations"]]


def test_two_tabs_send_each_mark_once_and_what_hides_sends_first(
    open_as: Open,  # noqa: F811
    founded: World,
    address: str,
    count: Callable[[str], int],
    as_: Callable[..., Caller],
) -> None:
    first = open_as("tom")
    listen(first)
    first.goto(address)
    is_kept(first, address)
    second = first.context.new_page()
    second.goto(address)
    sent: list[str] = []
    # tries that found no line are none
    first.context.on("request", lambda it: sent.extend(operations_in(it)))
    first.context.on("requestfailed", lambda it: [sent.remove(each) for each in operations_in(it)])
    first.context.set_offline(True)
    choose(first, "Pia", "Absent")
    choose(second, "Paul", "Late")
    for tab in (first, second):
        expect(chip(tab)).to_have_text("2 waiting")
    first.context.set_offline(False)
    for tab in (first, second):
        expect(chip(tab)).to_have_text("All saved")
        expect(tab.locator("[data-counts]")).to_have_text("0 present, 1 absent, 1 late")
    assert len(sent) == len(set(sent)) == 2
    assert (count("student_attendance"), count("attendance_audit_log")) == (2, 2)

    # what is typed goes once the typing has paused, or at once where the page is hidden
    pupil(first, "Pia").locator("summary").click()
    pupil(first, "Pia").locator("textarea").fill("at the dentist")
    with first.expect_request(OPERATIONS, timeout=1_200):
        expect(chip(first)).to_have_text("1 waiting")
        first.evaluate(
            """() => {
              Object.defineProperty(document, "hidden", { value: true });
              document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
    expect(pupil(second, "Pia").locator("textarea")).to_have_value("at the dentist")
    assert len(sent) == len(set(sent)) == 3

    # a page that is loaded with somebody else's mark shows one's own, and does not know better
    second.close()
    first.route(OPERATIONS, lambda route: route.abort())
    choose(first, "Paul", "Absent")
    expect(chip(first)).to_have_text("1 waiting")
    mark = f"/api/v1/school/attendance/marks/{founded.paul}/{founded.today}/1"
    as_("cora").patch(mark, json={"status": "EXCUSED"})
    first.reload()
    expect(pupil(first, "Paul").locator(".mark")).to_have_text("A")
    choose(first, "Paul", "Present")
    first.unroute(OPERATIONS)
    expect(pupil(first, "Paul").locator("[data-notice]")).to_contain_text(
        "E Excused. You chose: P Present.", timeout=40_000
    )


def test_who_signs_out_without_a_network_is_signed_out_once_there_is_one(
    open_as: Open,  # noqa: F811
    app: Flask,
    founded: World,
    address: str,
) -> None:
    tom, pia = open_as("tom"), open_as("pia", width=360)
    said = {"tom": listen(tom), "pia": listen(pia)}

    def sign_out_in_a_basement(page: Any) -> None:
        page.context.set_offline(True)
        page.locator(".person-button").click()
        page.get_by_role("button", name="Sign out", exact=True).click()
        expect(page.locator("h1")).to_have_text("Signed out on this device", timeout=15_000)
        assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0
        assert page.evaluate("caches.keys().then((all) => all.length)") == 0
        expect(page.locator("body")).not_to_contain_text("Pia")

    def is_out(page: Any, where: str) -> None:
        page.wait_for_url(re.compile("/sign-in"))
        page.goto(where)
        assert "/sign-in" in page.url
        page.goto("/sign-in")
        assert page.evaluate("JSON.stringify(localStorage)") == "{}"

    pia.goto("/")
    sign_out_in_a_basement(pia)
    pia.context.set_offline(False)
    is_out(pia, "/")

    # the network goes again in the moment of the answer: neither page nor person is lost
    tom.goto(address)
    is_kept(tom, address)
    sign_out_in_a_basement(tom)
    lost: list[str] = []
    window = tom.context
    window.route("**/sign-out", lambda route: (lost.append(route.request.url), route.abort()))
    window.set_offline(False)
    while not lost:
        tom.wait_for_timeout(100)
    expect(tom.locator("h1")).to_have_text("Signed out on this device")
    assert tom.evaluate("localStorage.length") == 1
    tom.close()
    window.unroute("**/sign-out")
    another = window.new_page()
    said["another"] = listen(another)
    another.goto("/")
    is_out(another, address)

    # whoever has the browser next is not who left
    sign_in(another, founded, "tom")
    sign_out_in_a_basement(another)
    enter(window, another.url, app, founded, "tara")
    window.set_offline(False)
    expect(another.locator(".person-button")).to_contain_text("Tara")
    assert another.evaluate("localStorage.length") == 0
    away = ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "fetching the script", "Failed to fetch"]
    # what a page was in the middle of as its person left: the device's rows, or a question
    away += ["The connection was closed", "status of 401"]
    told = [each for errors in said.values() for each in errors]
    assert [each for each in told if not any(word in each for word in away)] == []


def test_signing_out_warns_of_unsent_marks_and_leaves_nothing_behind(
    open_as: Open,  # noqa: F811
    founded: World,
    address: str,
    count: Callable[[str], int],
) -> None:
    tom = open_as("tom")
    tom.goto(address)
    is_kept(tom, address)
    tom.route(OPERATIONS, lambda route: route.abort())
    choose(tom, "Pia", "Absent")
    expect(chip(tom)).to_have_text("1 waiting")
    warned: list[str] = []
    tom.once("dialog", lambda dialog: (warned.append(dialog.type), dialog.accept()))
    tom.reload()
    assert warned == ["beforeunload"]
    expect(chip(tom)).to_have_text("1 waiting")

    def sign_out() -> None:
        tom.locator(".person-button").click()
        tom.get_by_role("button", name="Sign out", exact=True).click()

    sign_out()
    question = tom.locator("[data-leave]")
    expect(question).to_contain_text("Not sent yet: 1", timeout=10_000)
    question.get_by_role("button", name="Stay signed in").click()
    assert kept(tom)["operations"] == 1
    sign_out()
    question.get_by_role("button", name="Sign out and lose them").click()
    tom.wait_for_url("**/sign-in*")
    left = tom.evaluate(
        """async () => [
          (await indexedDB.databases()).map(({ name }) => name),
          await caches.keys(),
          (await navigator.serviceWorker.getRegistrations()).length,
          localStorage.length,
        ]"""
    )
    assert left == [[], [], 0, 0], json.dumps(left)
    assert count("student_attendance") == 0
