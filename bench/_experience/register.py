"""A register by tap and by key, filled and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from bench._experience.stage import Stage, live, saved
from bench._experience.table import Row, spread

ABSENT = (12, 27)
TAPS = 10
# from the finger that lifts to the frame that shows the mark, on the clock that all windows share
_OWN = """() => {
  window.painted = {};
  let lifted = 0;
  addEventListener("pointerup", (event) => (lifted = event.timeStamp), true);
  addEventListener("input", (event) => {
    const began = lifted, row = event.target.closest(".pupil");
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        if (!row.querySelector(".mark").textContent) throw new Error("not painted");
        painted[row.dataset.pupil] = [performance.timeOrigin + began, performance.now() - began];
      };
      channel.port2.postMessage(0);
    });
  });
}"""
_OTHER = """() => {
  window.seen = {};
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const row = (target.closest ? target : target.parentElement).closest(".pupil");
      if (!row || seen[row.dataset.pupil] || !row.querySelector(".mark").textContent) continue;
      seen[row.dataset.pupil] = performance.timeOrigin + performance.now();
    }
  }).observe(
    document.querySelector(".pupils"), {subtree: true, childList: true, characterData: true});
}"""
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


def paints(stage: Stage) -> Iterator[Row]:
    section = stage.new_class("tom", "cora")
    page = stage.open("tom", stage.register_of(section), width=360)
    other = stage.open("cora", stage.register_of(section))
    live(other)
    live(page)
    page.evaluate(_OWN)
    other.evaluate(_OTHER)
    for number in range(1, TAPS + 1):
        choice(page, number, "A").tap()
        page.wait_for_timeout(1_500)
    seen = other.evaluate("seen")
    online = page.evaluate("painted")
    page.evaluate("painted = {}")
    page.context.set_offline(True)
    for number in range(TAPS + 1, 2 * TAPS + 1):
        choice(page, number, "A").tap()
        page.wait_for_timeout(200)
    offline = [spent for _, spent in page.evaluate("painted").values()]
    page.context.set_offline(False)
    saved(page)
    for name, spent in (("", [each for _, each in online.values()]), (", offline", offline)):
        yield Row(
            2,
            f"tap to painted{name}: < 100 ms",
            spread(spent),
            len(spent) == TAPS and max(spent) < 100,
            "from the finger that lifts to after the frame that shows the mark",
        )
    late = [seen[pupil] - tapped for pupil, (tapped, _) in online.items() if pupil in seen]
    yield Row(
        2,
        "the other open browser shows it: < 500 ms",
        spread(late),
        len(late) == TAPS and max(late) < 500,
        "from the same lift to the change in another person's window, one tap at a time",
    )
    page.context.close()
    other.context.close()


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
