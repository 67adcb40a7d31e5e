"""Registers in a basement: opened and marked without a network, and at the school once each."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from school_erp.core.clock import now
from tests.attendance.pages.conftest import grow
from tests.attendance.pages.test_in_browser import (
    OPERATIONS,
    Marks,
    Open,
    choose,
    open_as,  # noqa: F401 - a fixture
    pupil,
)
from tests.world import Caller, World

pytestmark = pytest.mark.browser

KEPT = """async () => {
  const open = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("registers");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const read = (store, what) => new Promise((resolve) => {
    const asked = open.transaction(store).objectStore(store)[what]();
    asked.onsuccess = () => resolve(asked.result);
  });
  const bytes = ({ text }) => new TextDecoder("latin1").decode(text);
  const found = {
    copies: await read("copies", "getAllKeys"),
    sealed: (await read("copies", "getAll")).map(bytes).join(""),
    operations: (await read("operations", "getAll")).length,
    locks: (await read("vault", "getAll")).map(({ key }) => key.extractable),
    hours: (await read("vault", "getAll")).map(({ since, until }) => (until - since) / 3600000),
  };
  open.close();
  return found;
}"""


SEALED = """async () => {
  const open = await new Promise((resolve) => {
    const asked = indexedDB.open("registers");
    asked.onsuccess = () => resolve(asked.result);
  });
  const asked = open.transaction("operations").objectStore("operations").getAll();
  await new Promise((resolve) => (asked.onsuccess = resolve));
  open.close();
  return asked.result.map(({ sealed }) => new TextDecoder("latin1").decode(sealed.text)).join("");
}"""


def sign_in(page: Page, world: World, who: str) -> None:
    for name, value in world.login(who).items():
        page.fill(f"[name={name}]", value)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile(r"/$"))


def kept(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(KEPT)
    return found


def chip(page: Page) -> Any:
    return page.locator("[data-chip]")


def is_kept(page: Page, address: str) -> None:
    """This register, tomorrow's too, and the worker that opens them are there."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    for _ in range(80):
        if {address, "/registers/kept", "list"} <= {*(found := kept(page)["copies"])}:
            return
        page.wait_for_timeout(100)
    raise AssertionError(found)


def listen(page: Page) -> list[str]:
    """Errors, but for what a browser says of a network that is not there."""
    said: list[str] = []
    page.on("console", lambda it: it.type == "error" and said.append(it.text))
    page.on("pageerror", lambda fault: said.append(str(fault)))
    page.on("dialog", lambda dialog: dialog.accept())
    return said


def complaints(said: list[str]) -> list[str]:
    return [it for it in said if not re.search(r"net::ERR_|WebSocket connection to", it)]


def test_thirty_marks_made_without_a_network_are_at_the_school_exactly_once(
    open_as: Open,  # noqa: F811
    founded: World,
    address: str,
    owner: Any,
    count: Callable[[str], int],
    as_: Callable[..., Caller],
) -> None:
    grow(owner, founded, 28)
    tom = open_as("tom", width=360)
    said = listen(tom)
    tom.goto(address)
    is_kept(tom, address)
    assert "Pavlov" not in kept(tom)["sealed"]
    assert (kept(tom)["locks"], kept(tom)["hours"]) == ([False], [12])
    tom.context.set_offline(True)
    tom.reload()
    expect(tom.get_by_role("heading", name="7A")).to_be_visible()
    painted = tom.evaluate(
        """async () => {
          const painted = [];
          for (const row of document.querySelectorAll(".pupil")) {
            row.querySelectorAll("input[type=radio]")[1].click();
            painted.push(row.querySelector(".mark").textContent);
          }
          return painted.join("");
        }"""
    )
    assert painted == "A" * 30, "with the tap itself, whatever becomes of it"
    expect(tom.locator("[data-counts]")).to_have_text("0 present, 30 absent")
    expect(chip(tom)).to_have_text("30 waiting")
    assert count("student_attendance") == 0
    tom.reload()
    expect(tom.locator("[data-counts]")).to_have_text("0 present, 30 absent")
    expect(chip(tom)).to_have_text("30 waiting")

    # the answer is lost once, and the page is killed before it can ask again
    tom.route(OPERATIONS, lambda route: (route.fetch(), route.abort()))
    with tom.expect_event("requestfailed", lambda it: it.url.endswith("/operations")):
        tom.context.set_offline(False)
    again = tom.context.new_page()
    said_again = listen(again)
    tom.close(run_before_unload=False)
    again.goto("/registers")
    expect(chip(again)).to_have_text("All saved")
    again.goto(address)
    expect(chip(again)).to_have_text("All saved")
    expect(again.locator("[data-counts]")).to_have_text("0 present, 30 absent")
    assert kept(again)["operations"] == 0
    assert (count("student_attendance"), count("attendance_audit_log")) == (30, 30)
    assert complaints(said + said_again) == []


def test_what_was_marked_there_meanwhile_is_shown_with_both_values_and_nothing_is_overwritten(
    open_as: Open,  # noqa: F811
    founded: World,
    address: str,
    marks: Marks,
    as_: Callable[..., Caller],
) -> None:
    tom, cora = open_as("tom"), as_("cora")
    said = listen(tom)
    tom.goto(address)
    is_kept(tom, address)
    other = open_as("olive")
    other.goto(address)
    tom.context.set_offline(True)
    expect(tom.locator("[data-live-word]")).to_have_text("Offline", timeout=10_000)
    mark = f"/api/v1/school/attendance/marks/{{}}/{founded.today.isoformat()}/1"
    cora.patch(mark.format(founded.pia), json={"status": "LATE", "minutes_late": 4})
    choose(tom, "Pia", "Absent")
    choose(tom, "Paul", "Absent")
    expect(chip(tom)).to_have_text("2 waiting")
    as_("olive").put(
        f"/api/v1/school/attendance/registers/{founded.homeroom_7a}/{founded.today}/1/submission",
        json={},
    )
    tom.goto("/")
    expect(tom.get_by_role("heading", name="On this device")).to_be_visible()
    expect(tom.get_by_text("Paul Pavlov")).to_be_visible()
    tom.context.set_offline(False)
    expect(chip(tom)).to_have_text("Needs you")
    assert marks() == {"pia": "L"}
    pia = tom.locator("[data-kept-marks] > li", has_text="Pia")
    expect(pia).to_contain_text("This register was submitted; say why you change it.")

    as_("olive").delete(
        f"/api/v1/school/attendance/registers/{founded.homeroom_7a}/{founded.today}/1/submission",
        json={"reason": "Tom was in the basement"},
    )
    pia.get_by_role("button", name="Try again").click()
    expect(pia).to_contain_text("Cora Cole changed this at")
    expect(pia).to_contain_text("L Late · 4 min. You chose: A Absent.")
    assert marks() == {"pia": "L"}
    tom.goto(address)
    row = pupil(tom, "Pia")
    expect(row.locator("[data-notice]")).to_contain_text("Cora Cole changed this at")
    row.get_by_role("button", name="Use mine").click()
    expect(row.locator("[data-notice]")).to_be_empty()
    pupil(tom, "Paul").get_by_role("button", name="Discard my mark").click()
    expect(chip(tom)).to_have_text("All saved")
    assert marks() == {"pia": "A"}
    for screen in (tom, other):
        expect(pupil(screen, "Pia").locator(".mark")).to_have_text("A")
        expect(pupil(screen, "Paul").locator(".mark")).to_have_text("")
    cora.patch(mark.format(founded.paul), json={"status": "LATE", "remarks": "the bus"})
    for screen in (tom, other):
        expect(pupil(screen, "Paul").locator(".mark")).to_have_text("L")
        expect(pupil(screen, "Paul").locator("textarea")).to_have_value("the bus")
    assert complaints(said) == []


def test_a_register_submitted_without_a_network_is_submitted_if_it_is_still_what_was_counted(
    open_as: Open,  # noqa: F811
    founded: World,
    address: str,
    marks: Marks,
    as_: Callable[..., Caller],
) -> None:
    tom, cora = open_as("tom", width=360), as_("cora")
    said = listen(tom)
    tom.goto(address)
    is_kept(tom, address)
    register = f"/api/v1/school/attendance/registers/{founded.homeroom_7a}/{founded.today}/1"
    later, submit = tom.locator("[data-submission]"), tom.locator("button[value=submit]")

    def state() -> str:
        return str(cora.get(register).get_json()["state"])

    tom.context.set_offline(True)
    choose(tom, "Pia", "Present")
    choose(tom, "Paul", "Absent")
    submit.click()
    expect(later).to_contain_text("submitted as soon as there is a connection: 1 present, 1 absent")
    expect(submit).to_be_hidden()
    expect(chip(tom)).to_have_text("3 waiting")
    tom.reload()
    expect(later).to_contain_text("1 present, 1 absent")
    choose(tom, "Pia", "Late")
    expect(later).to_contain_text("0 present, 1 absent, 1 late")

    # somebody else says more of a mark than its letter, and the counts are still the same
    mark = f"/api/v1/school/attendance/marks/{founded.paul}/{founded.today}/1"
    cora.patch(mark, json={"status": "ABSENT", "remarks": "at the dentist"})
    tom.context.set_offline(False)
    expect(chip(tom)).to_have_text("Needs you")
    paul = pupil(tom, "Paul").locator("[data-notice]")
    expect(paul).to_contain_text("Cora Cole changed this at")
    expect(paul).to_contain_text("at the dentist")
    expect(later).to_contain_text("once its marks are settled")
    assert state() == "open"
    pupil(tom, "Paul").get_by_role("button", name="Keep theirs").click()
    expect(tom.get_by_text("7A is submitted: 0 present, 1 absent, 1 late.")).to_be_visible()
    assert (state(), marks()) == ("submitted", {"pia": "L", "paul": "A"})

    # what was counted is no longer so: it says what is, and who changed it
    as_("olive").delete(f"{register}/submission", json={"reason": "Paul came"})
    tom.goto(address)
    expect(submit).to_be_visible()
    tom.context.set_offline(True)
    submit.click()
    expect(later).to_contain_text("1 absent, 1 late")
    cora.patch(mark, json={"status": "LATE", "minutes_late": 7})
    tom.goto("/registers/kept")
    row = tom.locator("[data-kept-marks] > li")
    expect(row).to_contain_text("0 present, 1 absent, 1 late")
    tom.context.set_offline(False)
    expect(row).to_contain_text("Not submitted. You counted: 0 present, 1 absent, 1 late.")
    expect(row).to_contain_text("Now: 0 present, 0 absent, 2 late. Cora Cole changed it last, at")
    assert state() == "open"
    row.get_by_role("button", name="Submit as it is now").click()
    expect(chip(tom)).to_have_text("All saved")
    assert state() == "submitted"
    assert complaints(said) == []


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
    first.context.on(
        "request",
        lambda it: (
            sent.extend(each["id"] for each in it.post_data_json["operations"])
            if it.url.endswith("/attendance/operations")
            else None
        ),
    )
    first.context.set_offline(True)
    choose(first, "Pia", "Absent")
    choose(second, "Paul", "Late")
    for tab in (first, second):
        expect(chip(tab)).to_have_text("2 waiting")
    # tries that found no line
    sent.clear()
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
