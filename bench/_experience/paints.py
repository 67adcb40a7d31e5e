"""How soon a tap is seen, by whoever tapped and by whoever looks at the same register."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from bench._experience.register import choice
from bench._experience.stage import Stage, live, saved
from bench._experience.table import Row, busy, spread

TAPS = 10
Taps = dict[str, tuple[float, float]]
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
# the same tap where nothing is to be done
_NOTHING = """<div class="pupils"></div><script>
  for (let at = 0; at < 10; at += 1) document.querySelector("div").insertAdjacentHTML("beforeend",
    `<p class="pupil" data-pupil="${at}"><label><input type="checkbox" value="A">
     <span class="mark">A</span></label></p>`);
</script>"""


def paints(stage: Stage) -> Iterator[Row]:
    section = stage.new_class("tom", "cora")
    page = stage.open("tom", stage.register_of(section), width=360)
    other = stage.open("cora", stage.register_of(section))
    live(other)
    live(page)
    page.evaluate(_OWN)
    other.evaluate(_OTHER)
    online = tapped(page, range(1, TAPS + 1), 1_500)
    seen = other.evaluate("seen")
    page.context.set_offline(True)
    offline = tapped(page, range(TAPS + 1, 2 * TAPS + 1), 200)
    page.context.set_offline(False)
    saved(page)
    floor = spread(took(on_nothing(stage)))
    for name, taps in (("", online), (", offline", offline)):
        spent = took(taps)
        yield Row(
            2,
            f"tap to painted{name}: < 100 ms",
            spread(spent),
            len(spent) == TAPS and max(spent) < 100,
            "from the finger that lifts to after the frame that shows the mark; where nothing is "
            f"to be done, in the same run: {floor}",
        )
    late = [seen[pupil] - lifted for pupil, (lifted, _) in online.items() if pupil in seen]
    yield Row(
        2,
        "the other open browser shows it: < 500 ms",
        spread(late),
        len(late) == TAPS and max(late) < 500,
        f"from the same lift to the change in another person's window, one tap at a time; {busy()}",
    )
    page.context.close()
    other.context.close()


def tapped(page: Page, numbers: range, pause: float) -> Taps:
    """By pupil, when the finger was lifted and how long it took from there."""
    page.evaluate("painted = {}")
    for number in numbers:
        choice(page, number, "A").tap()
        page.wait_for_timeout(pause)
    found: Taps = page.evaluate("painted")
    return found


def took(taps: Taps) -> list[float]:
    return [spent for _, spent in taps.values()]


def on_nothing(stage: Stage) -> Taps:
    context = stage.browser.new_context(has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_content(_NOTHING)
    page.evaluate(_OWN)
    taps = tapped(page, range(1, TAPS + 1), 200)
    context.close()
    return taps
