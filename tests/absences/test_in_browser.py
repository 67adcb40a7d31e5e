from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.absences.conftest import Rows, day
from tests.browsing import Open
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_complains")]


def test_a_word_from_a_phone_reaches_the_office_and_its_yes_comes_back(
    open_as: Open, founded: World, rows: Rows
) -> None:
    olive, gwen = open_as("olive"), open_as("gwen", width=360)
    olive.goto("/absences")
    expect(olive.get_by_text("Nothing waits for you")).to_be_visible()
    expect(olive.locator("[data-live]", has_text="Live")).to_be_visible()

    gwen.goto("/absences/new")
    assert gwen.evaluate("document.documentElement.scrollWidth") <= 360
    gwen.fill("[name=ends_on]", day(founded, 1))
    gwen.get_by_label("Illness").check()
    gwen.fill("[name=note]", "Fever since last night")
    gwen.get_by_role("button", name="Send to the school").click()
    expect(gwen.get_by_text("The school has been told.")).to_be_visible()
    expect(gwen.get_by_text("Waiting for the school")).to_be_visible()
    expect(gwen.locator("[data-live]", has_text="Live")).to_be_visible()

    expect(olive.get_by_text("Fever since last night")).to_be_visible()
    olive.get_by_role("button", name=re.compile("Accept.+Pia Park")).click()
    expect(olive.get_by_text("Accepted. Registers know of it.")).to_be_visible()
    expect(gwen.locator("#requests .tag-good", has_text="Accepted")).to_be_visible()
    assert rows("SELECT state, code FROM absence_request") == [("accepted", "E")]
