"""A register on paper, and a page steered without a mouse."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.attendance.pages.conftest import grow
from tests.attendance.pages.test_in_browser import Open, open_as
from tests.world import World

pytestmark = pytest.mark.browser
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
