"""The places of the phone's bar: narrow, dark, on paper, and how heavy they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playwright.sync_api import Page

from bench._experience.stage import Stage
from bench._experience.table import Row
from tests.web.test_in_chromium import AXE, CONTROLS, IN_TEXT, RULES, TOO_SMALL

PEOPLE = ("olive", "tom", "pia", "gwen")
MOST_KILOBYTES = 150
_PLACES = """() => [...new Set(
  [...document.querySelectorAll(".tabbar a[href]")].map((link) => new URL(link.href).pathname))]"""
_WEIGHT = """() => performance.getEntriesByType("resource")
  .filter(({ name }) => /[.](js|css)$/.test(new URL(name).pathname))
  .map(({ encodedBodySize }) => encodedBodySize)"""
_REACH = """() =>
  document.querySelector("button[value=submit]").getBoundingClientRect().top / innerHeight"""


def everywhere(stage: Stage) -> Iterator[Row]:
    section = stage.new_class("tom")
    wide: list[str] = []
    small: list[str] = []
    broken: list[str] = []
    seen = 0
    for who in PEOPLE:
        light = stage.open(who, width=360)
        dark = stage.open(who, width=360, color_scheme="dark")
        own = [stage.register_of(section)] if who == "tom" else []
        for path in light.evaluate(_PLACES) + own:
            seen += 1
            for page in (light, dark):
                page.goto(path)
                broken += [f"{path}: {each}" for each in _violations(page)]
            light.set_viewport_size({"width": 360, "height": 760})
            if light.evaluate("document.documentElement.scrollWidth") > 360:
                wide.append(path)
            small += [f"{path}: {each}" for each in light.evaluate(TOO_SMALL, [CONTROLS, IN_TEXT])]
        for page in (light, dark):
            page.context.close()
    for fault in (*wide, *small, *broken):
        print("  ", fault, flush=True)
    yield Row(
        8,
        "360 px wide: no sideways scroll, targets ≥ 44 px",
        f"{len(wide)} of {seen} pages scroll sideways, {len(small)} targets are smaller",
        not (wide or small),
        f"the phone's bar of {len(PEOPLE)} roles with what stands under “More”, and a register",
    )
    yield Row(
        9,
        "axe-core (WCAG 2.2 AA): 0 violations, light and dark",
        f"{len(broken)} on {seen} pages, each light and dark",
        not broken,
        "the same pages at 360 px; `dev.py bench walk` is for every page and state",
    )
    yield from _register(stage, stage.register_of(section))


def _violations(page: Page) -> list[str]:
    """Seen as a whole: what a bar at the bottom covers for the moment can be scrolled to."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": 360, "height": max(760, height)})
    page.evaluate(AXE.read_text())
    found = page.evaluate("(rules) => axe.run(document, {runOnly: rules})", RULES)
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found["violations"]]


def _register(stage: Stage, address: str) -> Iterator[Row]:
    page = stage.open("tom", address, width=360)
    reach = page.evaluate(_REACH)
    yield Row(
        8,
        "primary actions within the thumb's reach",
        f"the button that submits stands {reach:.0%} down the screen",
        0.5 < reach < 1,
        "a register of 30 on a phone, as it opens",
    )
    page.wait_for_load_state("networkidle")
    weight = page.evaluate(_WEIGHT)
    kilobytes = sum(weight) / 1024
    yield Row(
        10,
        f"register page ≤ {MOST_KILOBYTES} KB compressed script and style",
        f"{kilobytes:.0f} KB in {len(weight)} files",
        0 < kilobytes <= MOST_KILOBYTES,
        "as sent to a browser that comes for the first time",
    )
    paper = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom"), "1cm"))
    sheets = len(re.findall(rb"/Type\s*/Page\b", paper))
    yield Row(
        11,
        "print: a register of 30 on one A4 page",
        f"{sheets} page{'s' if sheets > 1 else ''}",
        sheets == 1,
        "Chromium's PDF with margins of 1 cm; letters and shapes tell marks without colour",
    )
    page.context.close()
