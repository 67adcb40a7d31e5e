"""A register on paper, and a page steered without a mouse."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.attendance.pages.conftest import grow
from tests.attendance.pages.test_in_browser import Marks, Open, open_as
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_complains")]
__all__ = ["open_as"]


def sheets_of(page: Page) -> int:
    """How many sheets of A4 it takes."""
    paper = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom"), "1cm"))
    return len(re.findall(rb"/Type\s*/Page\b", paper))


def test_a_register_of_thirty_and_a_blank_one_fit_on_one_sheet(
    open_as: Open, owner: Any, founded: World, address: str
) -> None:
    grow(owner, founded, 28)
    page = open_as("tom")
    for place in (address, f"{address}/sheet"):
        page.goto(place)
        expect(page.get_by_text("Number 28").first).to_be_attached()
        assert sheets_of(page) == 1, place


def test_keys_are_listed_lead_to_places_and_can_be_turned_off(
    open_as: Open, founded: World, address: str
) -> None:
    page = open_as("tom")
    page.goto(address)
    keys = page.locator("#keys")
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    expect(keys.get_by_text("Present, absent, late or excused")).to_be_visible()
    keys.get_by_role("button", name="Close").click()
    page.keyboard.press("g")
    page.keyboard.press("1")
    page.wait_for_url(re.compile(r"/$"))
    page.keyboard.press("?")
    keys.get_by_role("checkbox").uncheck()
    keys.get_by_role("button", name="Close").click()
    page.reload()
    page.keyboard.press("?")
    page.keyboard.press("g")
    page.keyboard.press("2")
    expect(keys).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/$"))


def test_a_class_of_thirty_with_two_absent_takes_eight_keys_from_the_start_page(
    open_as: Open, owner: Any, founded: World
) -> None:
    grow(owner, founded, 28)
    page = open_as("tom")
    page.goto("/")
    page.keyboard.press("r")
    page.wait_for_url("**/registers/*/*/1")
    page.keyboard.press("f")
    order = page.locator("[data-pupil]").evaluate_all("rows => rows.map((r) => r.dataset.pupil)")
    for key in "12a27a":
        page.keyboard.press(key)
    expect(page.locator("[data-counts]")).to_have_text("28 present, 2 absent", timeout=100)
    expect(page.locator("[data-chip]")).to_have_text("All saved", timeout=10_000)
    absent = owner.execute("SELECT student_id FROM student_attendance WHERE code = 'A'").fetchall()
    assert {str(student) for (student,) in absent} == {order[11], order[26]}
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("7A is submitted: 28 present, 2 absent.")).to_be_visible()


def test_keys_of_a_register_are_where_latin_letters_are_and_leave_writing_alone(
    open_as: Open, founded: World, address: str, marks: Marks
) -> None:
    page = open_as("tom")
    page.goto(address)
    pressed = "(each) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', each))"

    def press(key: str, code: str) -> None:
        page.evaluate(pressed, {"key": key, "code": code, "bubbles": True, "cancelable": True})

    press("é", "Digit2")
    press("ش", "KeyA")
    expect(page.locator("[data-chip]")).to_have_text("All saved", timeout=10_000)
    assert len(marks()) == 1
    page.locator(".pupil summary").first.click()
    remark = page.locator("textarea").first
    remark.press_sequentially("1 F Pal")
    expect(remark).to_have_value("1 F Pal")
    remark.fill("")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.evaluate("localStorage.setItem('single-keys-off', '1')")
    page.locator("input[type=radio]").first.focus()
    for key in ("1", "p", "f"):
        page.keyboard.press(key)
    expect(page.locator("[data-counts]")).to_have_text("0 present, 1 absent, 1 not marked")
