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
_RUN_AXE = """(wanted) => axe.run(document, { runOnly: wanted, resultTypes: ["violations"] }).then(
    (said) => said.violations.map((it) =>
      [it.id, `${it.nodes.length} times, ${it.nodes[0].html.slice(0, 160)}`]))"""
_LOOK = (Path(__file__).parent / "look.js").read_text()
_PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_ENLARGE = "(size) => { document.documentElement.style.fontSize = size; }"
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
    """(rule, what, in which state) of the page as it stands, in each colour and enlarged."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_AXE)
    # seen as a whole: what a bar at the bottom covers for the moment can be scrolled to
    whole = max(_HEIGHT, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": device.width, "height": whole})
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.evaluate(_PAINTED)
        wanted = _EVERYTHING if scheme == schemes[0] else _COLOURS
        for rule, what in page.evaluate(_RUN_AXE, wanted):
            yield f"axe: {rule}", what, scheme
    page.set_viewport_size({"width": device.width, "height": _HEIGHT})
    asked = {"targets": device.touch, "clipped": True}
    for rule, what in page.evaluate(_LOOK, asked):
        yield rule, what, "as it is"
    if not device.touch:
        yield from _faults_enlarged(page, device)


def _faults_enlarged(page: Page, device: Device) -> Iterator[Fault]:
    asked = {"targets": False, "clipped": True}
    with _text_twice_as_large(page):
        for rule, what in page.evaluate(_LOOK, asked):
            yield rule, what, "text 200 %"
    page.set_viewport_size({"width": device.width // 2, "height": _HEIGHT // 2})
    for rule, what in page.evaluate(_LOOK, asked):
        yield rule, what, "zoom 200 %"
    page.set_viewport_size({"width": device.width, "height": _HEIGHT})


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
