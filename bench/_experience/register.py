"""A register by tap and by key, filled and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from bench._experience.stage import Stage, saved
from bench._experience.table import Row

ABSENT = (12, 27)
_TRAIL = """
    SELECT CASE WHEN after IS NULL THEN 'taken back' ELSE 'made' END, count(*)
    FROM attendance_audit_log WHERE section_id = %s GROUP BY 1"""


@dataclass
class Hand:
    """Counts what it does."""

    page: Page
    count: int = 0

    def tap(self, thing: Locator) -> None:
        thing.tap()
        self.count += 1

    def press(self, keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1


def choice(page: Page, number: int, code: str) -> Locator:
    return page.locator(".pupil").nth(number - 1).locator(f'label:has(input[value="{code}"])')


def by_tap(stage: Stage) -> Iterator[Row]:
    section = stage.new_class("tom")
    page = stage.open("tom", width=360)
    hand = Hand(page)
    hand.tap(page.locator("#registers .row-link").first)
    page.wait_for_url(f"**{stage.register_of(section)}")
    hand.tap(page.locator("[data-all-present]"))
    for number in ABSENT:
        hand.tap(choice(page, number, "A"))
    saved(page)
    is_right = stage.codes(section) == {"P": 28, "A": 2}
    taps = hand.count
    hand.tap(page.locator("button[value=submit]"))
    expect(page.get_by_text("is submitted: 28 present, 2 absent.")).to_be_visible()
    yield Row(
        1,
        "class of 30 with 2 absent, from the start page to saved: ≤ 4 taps, one more to submit",
        f"{taps} taps, {hand.count - taps} more to submit",
        is_right and taps <= 4 and hand.count == taps + 1,
        "a phone of 360 px; what the school has is compared",
    )
    page.context.close()


def by_key(stage: Stage) -> Iterator[Row]:
    section = stage.new_class("tom")
    page = stage.open("tom")
    hand = Hand(page)
    hand.press("r")
    page.wait_for_url(f"**{stage.register_of(section)}")
    page.wait_for_load_state("load")
    hand.press("f")
    for number in ABSENT:
        hand.press(f"{number}a")
    saved(page)
    keys, is_right = hand.count, stage.codes(section) == {"P": 28, "A": 2}
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("is submitted: 28 present, 2 absent.")).to_be_visible()
    yield Row(
        1,
        "the same by keyboard: ≤ 8 keys",
        f"{keys} keys, one chord more to submit",
        is_right and keys <= 8,
        f"R, F, {', '.join(' '.join(f'{each}A') for each in ABSENT)}, then Ctrl Enter",
    )
    page.context.close()


def filled(stage: Stage) -> Iterator[Row]:
    section = stage.new_class("tom")
    page = stage.open("tom", stage.register_of(section))
    for number, code in zip(ABSENT, "AL", strict=True):
        choice(page, number, code).click()
    saved(page)
    page.locator("[data-all-present]").click()
    saved(page)
    fills_blanks = stage.codes(section) == {"P": 28, "A": 1, "L": 1}
    page.locator("[data-undo]").click()
    expect(page.locator("[data-counts]")).to_contain_text("28 not marked")
    saved(page)
    restored = stage.codes(section)
    trail = dict(stage.line.execute(_TRAIL, [section.id]).fetchall())
    told = " + ".join(f"{count} {code}" for code, count in sorted(restored.items()))
    yield Row(
        3,
        "“All present” fills blanks only; undo restores all in one action; both are in the trail",
        f"fills {'blanks only' if fills_blanks else 'more than blanks'}; after one undo of what is "
        f"saved there stand {told}; the trail has {_said(trail)}",
        fills_blanks and restored == {"A": 1, "L": 1} and trail == {"made": 30, "taken back": 28},
        "one absent and one late first; the undo after all of it was saved",
    )
    page.context.close()


def _said(trail: dict[str, int]) -> str:
    return ", ".join(f"{count} marks {what}" for what, count in sorted(trail.items()))
