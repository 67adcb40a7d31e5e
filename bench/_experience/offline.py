"""A register without a network, and two people who disagree."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import expect

from bench._experience.register import choice
from bench._experience.stage import PATIENCE_MS, Stage, saved
from bench._experience.table import Row
from bench._tablet import Tablet

_MADE = "SELECT count(*) FROM attendance_audit_log WHERE section_id = %s"
_STANDS = "SELECT code FROM student_attendance WHERE section_id = %s AND version = 1"


def marked_offline(stage: Stage) -> Iterator[Row]:
    section = stage.new_class("tara")
    address = stage.register_of(section)
    world = stage.school.world
    tablet = Tablet(stage.playwright, stage.place / "tablet", stage.url, world.slug, "tara")
    stage.listen(tablet.page)
    tablet.page.on("dialog", lambda dialog: dialog.accept())
    tablet.open(address)
    tablet.settle()
    tablet.keep(address)
    tablet.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    tablet.cut(off=True)
    tablet.page.goto(f"{stage.url}{address}")
    opens = tablet.page.locator(".pupil").count() == 30
    tablet.mark(["P"] * 28 + ["A"] * 2)
    tablet.page.reload()
    chip = tablet.page.locator("[data-chip]")
    expect(chip).to_have_text("30 waiting")
    tablet.cut(off=False)
    tablet.settle()
    expect(chip).to_have_text("All saved")
    codes = stage.codes(section)
    [made] = stage.line.execute(_MADE, [section.id]).fetchone() or [0]
    yield Row(
        4,
        "load, cut, mark 30, reload, reconnect: 30 marks exactly once; one chip",
        f"{sum(codes.values())} marks, {made} entries in the trail; “30 waiting”, then “All saved”",
        codes == {"P": 28, "A": 2} and made == 30,
        "Chromium with its network off; what the school has is counted",
    )
    yield Row(
        10,
        "second visit opens with the network off",
        "opens, and marks" if opens else "does not open",
        opens,
        "the same tablet, the page asked for anew after the cut",
    )
    tablet.close()


def disagreed(stage: Stage) -> Iterator[Row]:
    section = stage.new_class("tom", "cora")
    tom = stage.open("tom", stage.register_of(section))
    cora = stage.open("cora", stage.register_of(section))
    saved(tom)
    tom.context.set_offline(True)
    choice(cora, 1, "L").click()
    saved(cora)
    choice(tom, 1, "A").click()
    expect(tom.locator("[data-chip]")).to_have_text("1 waiting")
    tom.context.set_offline(False)
    notice = tom.locator(".pupil").first.locator("[data-notice] > p")
    expect(notice).to_contain_text("Cora Cole changed this at", timeout=PATIENCE_MS)
    told = notice.text_content() or ""
    stands = stage.line.execute(_STANDS, [section.id]).fetchall()
    yield Row(
        5,
        "conflict: both values with who and when; nothing silently overwritten",
        f"“{told}”; the school keeps {', '.join(code for (code,) in stands)}",
        "L Late. You chose: A Absent." in told and stands == [("L",)],
        "Tom marks offline what Cora marks meanwhile",
    )
    tom.context.close()
    cora.context.close()
