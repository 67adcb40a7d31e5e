from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.absences.conftest import As, said
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_complains")]


def test_two_in_the_office_see_whom_the_other_rings_until_somebody_explains(
    open_as: Callable[..., Page], founded: World, marked: Callable[..., None], as_: As
) -> None:
    olive, ada = open_as("olive", width=360), open_as("ada")
    for page in (olive, ada):
        page.goto("/calling")
        expect(page.get_by_text("Nobody to ring", exact=True)).to_be_visible()
        expect(page.locator("[data-live]", has_text="Live")).to_be_attached()
    marked(A=["pia"])
    for page in (olive, ada):
        expect(page.get_by_role("link", name="Pia Park")).to_be_visible()
    assert olive.evaluate("document.documentElement.scrollWidth") <= 360

    # on paper there is room for what came of it, and nothing to press
    ada.emulate_media(media="print")
    expect(ada.get_by_text("What came of it:")).to_be_visible()
    expect(ada.get_by_text("07700 900123")).to_be_visible()
    expect(ada.get_by_role("button")).to_have_count(0)
    ada.emulate_media(media="screen")

    olive.get_by_role("button", name=re.compile("Ring.+Pia Park")).click()
    expect(olive.get_by_role("heading", name="Pia Park")).to_be_visible()
    expect(ada.get_by_text("Olive Okafor is ringing")).to_be_visible()
    expect(ada.get_by_role("button", name=re.compile("Ring.+Pia Park"))).to_have_count(0)
    call = olive.get_by_role("link", name="07700 900123")
    assert call.get_attribute("href") == "tel:+447700900123"

    olive.get_by_label("Left a message").check()
    olive.fill("[name=note]", "asked her to ring back")
    olive.get_by_role("button", name="Save").click()
    expect(olive.get_by_text("Written down.")).to_be_visible()
    expect(ada.get_by_text("asked her to ring back")).to_be_visible()
    expect(ada.get_by_text("Olive Okafor is ringing")).to_have_count(0)

    assert as_("gwen").post("/api/v1/absences", json=said(founded)).status_code == 201
    for page in (olive, ada):
        expect(page.get_by_text("Nobody to ring", exact=True)).to_be_visible()
