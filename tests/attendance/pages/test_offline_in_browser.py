"""Registers in a basement: opened and marked without a network, and at the school once each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.attendance.pages.conftest import grow
from tests.attendance.pages.offline import chip, complaints, is_kept, kept, listen
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
