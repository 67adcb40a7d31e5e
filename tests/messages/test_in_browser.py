from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browsing import Open
from tests.messages.posting import Messages
from tests.world import Caller

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_complains")]


def test_a_doubt_stands_on_top_until_somebody_decides_wherever_they_do(
    open_as: Open, messages: Messages, as_: Callable[..., Caller]
) -> None:
    text = "Windmill Lane School: Pia was marked absent today. Tell us why: https://x.example/e/1"
    first = messages.write(state="unknown", text=text)
    second = messages.write(slot=2, state="unknown", text="About the second lesson.")
    messages.write(slot=3, state="sent", sent_at=messages.world.today, text=text)
    olive = open_as("olive", width=360)
    olive.goto("/messages")
    expect(olive.locator("[data-live]", has_text="Live")).to_be_visible()
    assert olive.evaluate("document.documentElement.scrollWidth") <= 360
    doubts = olive.get_by_role("region", name="In doubt")
    expect(doubts.get_by_text("Gwen Park")).to_have_count(2)

    assert as_("ada").put(f"/api/v1/messages/{second}/settlement").status_code == 200
    expect(doubts.get_by_text("Gwen Park")).to_have_count(1)

    doubts.get_by_role("button", name="Send again").click()
    olive.get_by_role("dialog").get_by_role("button", name="Send again").click()
    expect(olive.get_by_text("It is sent again.")).to_be_visible()
    expect(doubts).to_have_count(0)
    assert messages.state(first) == "waiting"

    gwen = open_as("gwen", width=360)
    gwen.goto("/messages/mine")
    expect(gwen.get_by_text("Pia was marked absent today")).to_be_visible()
    assert gwen.evaluate("document.documentElement.scrollWidth") <= 360
