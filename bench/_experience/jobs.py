"""Five hundred at once: the bar, the reload, the cut, and what could not be stored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from playwright.sync_api import Page, expect

from bench._experience.stage import PATIENCE_MS, Stage
from bench._experience.table import Row
from bench._school import founded

STUDENTS = 500
_BAR = """
  const look = () => {
    const seen = JSON.parse(sessionStorage.getItem("seen") ?? "[]");
    const value = document.querySelector("main progress")?.value;
    if (value !== undefined && seen.at(-1) !== value) seen.push(value);
    sessionStorage.setItem("seen", JSON.stringify(seen));
    requestAnimationFrame(look);
  };
  addEventListener("DOMContentLoaded", look);"""
_LEAVES = """
    DELETE FROM enrolment WHERE person_id = (
        SELECT person_id FROM enrolment WHERE section_id = %s AND role = 'student' LIMIT 1)"""


def five_hundred(stage: Stage) -> Iterator[Row]:
    hall = founded(stage.config)
    section = hall.add_class("Hall", STUDENTS - len(("pia", "paul", "quinn")))
    page = stage.open("olive", "/attendance/jobs", school=hall)
    page.context.add_init_script(_BAR)
    page.get_by_role("link", name="Mark many").first.click()
    page.get_by_label("Everyone who has a register then").check()
    page.get_by_role("button", name="See what it would do").click()
    with stage.crew.standing_still():
        page.get_by_role("button", name=f"Mark {STUDENTS} students").click()
        expect(page.get_by_text(f"0 of {STUDENTS}")).to_be_visible()
        stage.line.execute(_LEAVES, [section.id])
        page.reload()
    stored = page.get_by_text(f"{STUDENTS - 1} stored, 1 not stored.")
    expect(stored).to_be_visible(timeout=PATIENCE_MS)
    yield _moved(page, "a bar that moves ≥ 10 times, reloaded before the first part")
    yield _failures(page)
    yield _cut(page, stage)
    page.context.close()
    hall.close()


def _moved(page: Page, what: str) -> Row:
    seen: list[int] = page.evaluate('JSON.parse(sessionStorage.getItem("seen"))')
    moved = sum(after > before for before, after in pairwise(seen))
    page.evaluate('sessionStorage.removeItem("seen")')
    return Row(
        6,
        f"bulk {STUDENTS}: {what}",
        f"{moved} moves seen, then the result",
        moved >= 10,
        "looked at in every frame; the job is one part, to which the bar goes by tenths",
    )


def _failures(page: Page) -> Row:
    row = page.locator("tbody tr").first
    why = (row.locator("td").first.text_content() or "").strip()
    again = page.get_by_role("button", name=re.compile("again|Go on", re.IGNORECASE))
    has_way = again.count() > 0 or row.locator("a").count() > 0
    return Row(
        6,
        "it lists failures with reasons and a retry",
        f"“{why}”; {'a way to try again' if has_way else 'no way to try again'}",
        bool(why) and has_way,
        "a student who left the class while the job waited",
    )


def _cut(page: Page, stage: Stage) -> Row:
    lines: list[Any] = []
    page.route_web_socket(
        re.compile("/socket.io/"), lambda line: (lines.append(line), line.close())
    )
    page.locator("a[href='#undo'], [data-question][href='#undo']").first.click()
    with stage.crew.standing_still():
        page.locator("dialog[open]").get_by_role("button", name="Undo").click()
        expect(page.locator("h1")).to_have_text("Undoing of marks")
        page.wait_for_timeout(1_000)
    tile = page.locator(".tile", has_text="taken back")
    expect(tile).to_contain_text(str(STUDENTS - 1), timeout=PATIENCE_MS)
    return Row(
        6,
        "it survives a cut socket",
        f"{len(lines)} sockets refused; the end is shown",
        len(lines) > 0,
        "the undo of the same job, watched by asking alone",
    )
