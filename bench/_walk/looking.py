"""One page in one window: everything a rule can say against it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from config import ROOT

_EVERYTHING = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# what another colour may change
_COLOURS = {"type": "rule", "values": ["color-contrast"]}
_AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
_RUN_AXE = """([where, wanted]) => axe.run(where ?? document, {
    runOnly: wanted, resultTypes: ["violations"], preload: false,
  }).then((said) => said.violations.map((it) =>
      [it.id, `${it.nodes.length} times, ${it.nodes[0].html.slice(0, 160)}`
        + ` ${it.nodes[0].any[0]?.message.slice(0, 160) ?? ""}`]))"""
_LOOK = (Path(__file__).parent / "look.js").read_text()
# of rows that are all alike, axe asks a screenful: what it says of eight it says of hundreds
_SHORTEN = """() => {
  for (const list of document.querySelectorAll("main tbody, main ul, main ol, main select"))
    for (const row of [...list.children].slice(8))
      row.style.setProperty("display", "none", "important");
}"""
_PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_STILL = """() => {
  const still = new CSSStyleSheet();
  still.replaceSync("*, ::before, ::after { transition: none !important }");
  document.adoptedStyleSheets = [still];
}"""
_ENLARGE = "(size) => { document.documentElement.style.fontSize = size; }"
_UNFOLD = """() => {
  const folded = document.querySelectorAll("main details:not([open], .menu)");
  for (const fold of folded) fold.open = true;
  return folded.length;
}"""
_OPEN_MENU = """(number) => document.querySelectorAll("details.menu").forEach(
  (menu, place) => { menu.open = place === number; })"""
_HEIGHT = 800


@dataclass(frozen=True)
class Device:
    name: str
    width: int
    touch: bool


PHONE = Device("360 px", 360, touch=True)
DESK = Device("1280 px", 1280, touch=False)
DEVICES = {"phone": PHONE, "desk": DESK}

Fault = tuple[str, str, str]


def faults_of(page: Page, device: Device, schemes: tuple[str, ...]) -> Iterator[Fault]:
    """(rule, what, in which state) of the page as it stands, enlarged, and in each colour."""
    asked = {"targets": device.touch, "clipped": True}
    for rule, what in page.evaluate(_LOOK, asked):
        yield rule, what, "as it is"
    if page.evaluate(_UNFOLD):
        for rule, what in page.evaluate(_LOOK, asked):
            yield rule, what, "unfolded"
    if not device.touch:
        yield from _faults_enlarged(page, device)
    yield from _faults_to_axe(page, device, schemes)


def _faults_to_axe(page: Page, device: Device, schemes: tuple[str, ...]) -> Iterator[Fault]:
    page.evaluate(_STILL)
    page.evaluate(_SHORTEN)
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_AXE)
    # seen as a whole: what a bar at the bottom covers for the moment can be scrolled to
    whole = max(_HEIGHT, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": device.width, "height": whole})
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.evaluate(_PAINTED)
        wanted = _EVERYTHING if scheme == schemes[0] else _COLOURS
        for rule, what in page.evaluate(_RUN_AXE, [None, wanted]):
            yield f"axe: {rule}", what, scheme
    page.set_viewport_size({"width": device.width, "height": _HEIGHT})


def _faults_enlarged(page: Page, device: Device) -> Iterator[Fault]:
    asked = {"targets": False, "clipped": True}
    with _text_twice_as_large(page):
        for rule, what in page.evaluate(_LOOK, asked):
            yield rule, what, "text 200 %"
    page.set_viewport_size({"width": device.width // 2, "height": _HEIGHT // 2})
    for rule, what in page.evaluate(_LOOK, asked):
        yield rule, what, "zoom 200 %"
    page.set_viewport_size({"width": device.width, "height": _HEIGHT})


def faults_of_menus(page: Page, device: Device) -> Iterator[Fault]:
    """Of what the bars open, one after the other."""
    for number in range(page.locator("details.menu").count()):
        page.evaluate(_OPEN_MENU, number)
        for rule, what in page.evaluate(_LOOK, {"targets": device.touch, "clipped": True}):
            yield rule, what, f"menu {number + 1} open"
        for rule, what in page.evaluate(_RUN_AXE, ["details.menu[open]", _EVERYTHING]):
            yield f"axe: {rule}", what, f"menu {number + 1} open"


@contextmanager
def _text_twice_as_large(page: Page) -> Iterator[None]:
    page.evaluate(_ENLARGE, "200%")
    yield
    page.evaluate(_ENLARGE, "")


def window(device: Device, language: str) -> dict[str, Any]:
    """What a context of this device is made of."""
    return {
        "viewport": {"width": device.width, "height": _HEIGHT},
        "has_touch": device.touch,
        "reduced_motion": "reduce",
        "locale": {"en": "en-GB", "fr": "fr-FR", "ar": "ar-EG"}[language],
    }
