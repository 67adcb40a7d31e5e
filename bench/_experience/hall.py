"""A live session: a wall, and phones before it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from playwright.sync_api import Page, expect

from bench._experience.stage import PATIENCE_MS, Stage, live
from bench._experience.table import Row, busy

TURNS, WITHIN_MS = 3, 1_000
_OPEN = """
    UPDATE attendance_settings
    SET morning_at = '00:00', late_after_minutes = 1440, closed_after_minutes = 1440
    WHERE school_id = %s"""
_TURNS = """(turns) => new Promise((done) => {
  const at = [];
  let shown = document.querySelector("[data-picture]").innerHTML;
  setInterval(() => {
    const now = document.querySelector("[data-picture]")?.innerHTML;
    if (!now || now === shown) return;
    shown = now;
    at.push(performance.now());
    if (at.length > turns) done(at.slice(1).map((each, n) => (each - at[n]) / 1000));
  }, 20);
})"""
_COUNTED = """() => {
  window.counted = new Promise((done) => {
    const look = () => {
      const count = document.querySelector("[data-figure=students_present]").textContent.trim();
      const listed = document.querySelector("[data-arrivals]").textContent.includes("Pia Park");
      if (count === "1" && listed) done(performance.timeOrigin + performance.now());
      else requestAnimationFrame(look);
    };
    look();
  });
}"""
_LIFTED = """() => addEventListener("pointerup", (event) => {
  localStorage.setItem("lifted", performance.timeOrigin + event.timeStamp);
}, true)"""
_SIZE = """() => {
  const code = document.querySelector("[data-picture]").getBoundingClientRect();
  const letters = getComputedStyle(document.querySelector("[data-typed]")).fontSize;
  const count = getComputedStyle(document.querySelector("[data-figure=students_present]")).fontSize;
  return [code.height / innerHeight, parseFloat(letters), parseFloat(count)];
}"""


def session(stage: Stage) -> Iterator[Row]:
    stage.line.execute(_OPEN, [stage.school.world.school_id])
    wall = stage.open("tom", "/live/new")
    wall.get_by_label("7A", exact=True).check()
    wall.get_by_role("button", name="Start", exact=True).click()
    wall.wait_for_url(re.compile(r"/live/[0-9a-f-]{36}$"))
    live(wall)
    live_id = wall.url.rpartition("/")[2]
    old = _token(stage, live_id)
    yield _readable(wall)
    yield _turns(wall)
    yield _arrives(stage, wall, live_id)
    yield _expired(stage, live_id, old)
    yield _steered(wall)
    wall.context.close()


def _token(stage: Stage, live_id: str) -> str:
    found: str = stage.school.caller("tom").get(f"/api/v1/sessions/{live_id}/qr").json["token"]
    return found


def _readable(wall: Page) -> Row:
    share, letters, count = wall.evaluate(_SIZE)
    return Row(
        7,
        "readable from the back of a hall",
        f"the code takes {share:.0%} of the wall's height; letters {letters:.0f} px, "
        f"count {count:.0f} px high",
        share >= 0.4,
        "sizes on a wall of 1280 by 760; no eye was asked",
    )


def _turns(wall: Page) -> Row:
    between = wall.evaluate(_TURNS, TURNS)
    return Row(
        7,
        "the code turns every 8 s",
        f"after {', '.join(f'{each:.1f}' for each in between)} s",
        all(7.5 <= each <= 8.5 for each in between),
        "the picture on the wall, looked at every 20 ms",
    )


def _arrives(stage: Stage, wall: Page, live_id: str) -> Row:
    address = f"/check-in/{live_id}?c={_token(stage, live_id)}"
    phone = stage.open("pia", address, width=360)
    phone.evaluate(_LIFTED)
    wall.evaluate(_COUNTED)
    phone.get_by_role("button", name="Check in").first.tap()
    expect(phone.get_by_role("heading", name="You are checked in.")).to_be_visible()
    late = wall.evaluate("counted") - float(phone.evaluate("localStorage.getItem('lifted')"))
    phone.context.close()
    return Row(
        7,
        "count and list right within 1 s",
        f"{late:.0f} ms",
        late < WITHIN_MS,
        f"from the student's tap to the wall that shows 1 and the name; {busy()}",
    )


def _expired(stage: Stage, live_id: str, old: str) -> Row:
    phone = stage.open("paul", f"/check-in/{live_id}?c={old}", width=360)
    started = time.monotonic()
    button = phone.get_by_role("button", name="Check in", exact=True).first
    told = phone.get_by_text("This code has changed meanwhile.")
    if not told.is_visible():
        button.tap()
    expect(told).to_be_visible(timeout=PATIENCE_MS)
    took = time.monotonic() - started
    phone.context.close()
    return Row(
        7,
        "an expired scan says so plainly",
        f"“This code has changed meanwhile.”, within {took:.1f} s",
        took < PATIENCE_MS / 1000,
        "a code of three turns ago",
    )


def _steered(wall: Page) -> Row:
    for key, sign in (
        ("l", wall.get_by_text("Door closed: nobody new comes in")),
        ("c", wall.get_by_text("The code is hidden.")),
        ("e", wall.get_by_role("button", name="End it")),
    ):
        wall.keyboard.press(key)
        expect(sign).to_be_visible(timeout=PATIENCE_MS)
    wall.keyboard.press("Tab")
    for _ in range(4):
        if wall.evaluate("document.activeElement.textContent.trim()") == "End it":
            break
        wall.keyboard.press("Tab")
    wall.keyboard.press("Enter")
    ended = wall.locator("#wall-state").filter(has_text="Ended")
    expect(ended).to_be_visible(timeout=PATIENCE_MS)
    return Row(7, "hide, lock, end by keyboard", "C, L, E, and Enter", True, "no mouse was used")
