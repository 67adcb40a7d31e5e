"""Three tablets mark one register without a network, each otherwise, and are killed as they send.

`python -m bench.tablets [ROUNDS] [SEED]` (20): in each round three teachers of a class of 30 open
its register, lose the network and mark every pupil, each by chance. All come back at once, and one
of them is killed (-9) at a random moment of the next 600 ms and started again. Then everything is
counted: each mark of each tablet must be at the school once, or be what stands there anyway, or be
shown on its tablet as a conflict; and no mark may have replaced another.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from playwright.sync_api import sync_playwright

from bench._database import own_database
from bench._school import Class, School, founded
from bench._servers import own_servers
from bench._tablet import Tablet
from school_erp.core.ids import new_id
from tests.serving import web_process

PUPILS, KILLED_WITHIN_MS, HEARD_WITHIN_MS = 30, 600, 1_500
TEACHERS = ("tom", "tara", "cora")
_TEACH = """
    INSERT INTO enrolment (school_id, id, section_id, person_id, role, starts_on)
    VALUES (%s, %s, %s, %s, 'teacher', %s)"""
_STANDS = "SELECT student_id, code, version FROM student_attendance WHERE section_id = %s"
_MADE = """
    SELECT student_id, actor_id, after ->> 'code' FROM attendance_audit_log
    WHERE section_id = %s AND what = 'mark'"""

Line = psycopg.Connection[Any]


@dataclass
class Count:
    made: int = 0
    stored: int = 0
    conflicts: int = 0
    same: int = 0
    lost: int = 0
    doubled: int = 0
    overwritten: int = 0
    unequal_screens: int = 0
    killed_while_waiting: int = 0
    taps: list[float] = field(default_factory=list)


def main(rounds: int, seed: int) -> None:
    chance, count = random.Random(seed), Count()
    with own_servers() as servers, own_database(servers.config) as config:
        school = founded(config)
        with (
            tempfile.TemporaryDirectory(prefix="tablets-") as place,
            web_process(config, Path(place) / "log") as web,
            sync_playwright() as playwright,
            psycopg.connect(servers.as_superuser(config), autocommit=True) as line,
        ):
            tablets = [
                Tablet(playwright, Path(place) / who, web.url, school.world.slug, who)
                for who in TEACHERS
            ]
            for number in range(rounds):
                one_round(tablets, school, line, number, chance, count)
            for tablet in tablets:
                tablet.close()
        school.close()
    tell(rounds, count)


def one_round(
    tablets: list[Tablet], school: School, line: Line, number: int, chance: random.Random, c: Count
) -> None:
    section = class_of(school, line, f"R{number}")
    address = f"/registers/{section.id}/{school.world.today}/1"
    wanted: dict[str, list[str]] = {}
    order: list[str] = []
    for tablet in tablets:
        tablet.cut(off=False)
        tablet.open(address)
        tablet.settle()
        tablet.keep(address)
        order = tablet.page.eval_on_selector_all(
            "[data-pupil]", "rows => rows.map((row) => row.dataset.pupil)"
        )
        tablet.cut(off=True)
        wanted[tablet.who] = [chance.choice("PALE") for _ in order]
        c.taps += tablet.mark(wanted[tablet.who])
    victim = chance.choice(tablets)
    for tablet in chance.sample(tablets, len(tablets)):
        tablet.cut(off=False)
    time.sleep(chance.uniform(0, KILLED_WITHIN_MS) / 1000)
    c.killed_while_waiting += victim.waiting() > 0
    victim.die_and_come_back()
    victim.open(address)
    for tablet in tablets:
        tablet.settle()
    judge(tablets, order, wanted, section.id, line, school, c)
    print(f"round {number + 1}: {c}".partition(", taps")[0], flush=True)


def class_of(school: School, line: Line, name: str) -> Class:
    section = school.add_class(name, PUPILS)
    for who in TEACHERS:
        line.execute(
            _TEACH,
            [
                school.world.school_id,
                new_id(),
                section.id,
                school.world.ids[who],
                school.world.today,
            ],
        )
    return section


def judge(
    tablets: list[Tablet],
    order: list[str],
    wanted: dict[str, list[str]],
    section: UUID,
    line: Line,
    school: School,
    c: Count,
) -> None:
    stands = {str(row[0]): row[1:] for row in line.execute(_STANDS, [section])}
    made = [(str(row[0]), row[1], row[2]) for row in line.execute(_MADE, [section])]
    c.doubled += len(made) - len({each[:2] for each in made})
    c.overwritten += sum(version > 1 for _code, version in stands.values())
    for tablet in tablets:
        shown = set(tablet.shown())
        for pupil, code in zip(order, wanted[tablet.who], strict=True):
            is_stored = (pupil, school.world.ids[tablet.who], code) in made
            is_same = not is_stored and stands.get(pupil, ("", 0))[0] == code
            is_shown = pupil in shown
            c.made += 1
            c.stored += is_stored
            c.same += is_same
            c.conflicts += is_shown
            c.lost += not (is_stored or is_same or is_shown)
    # what others did has a moment to be heard, as nothing is loaded anew
    tablets[0].page.wait_for_timeout(HEARD_WITHIN_MS)
    c.unequal_screens += len({screen(tablet, order) for tablet in tablets}) - 1


def screen(tablet: Tablet, order: list[str]) -> str:
    """What stands at the school, as this tablet has it once every conflict was given up."""
    while tablet.shown():
        tablet.page.locator(".pupil-attention button", has_text="Keep theirs").first.click()
    tablet.settle()
    marks: str = tablet.page.eval_on_selector_all(
        "[data-pupil] .mark", "marks => marks.map((mark) => mark.textContent).join('')"
    )
    assert len(marks) == len(order)
    return marks


def tell(rounds: int, c: Count) -> None:
    print(
        f"three tablets, {rounds} kills (-9), {c.killed_while_waiting} of them with marks waiting:"
    )
    print(f"  {c.made} marks made offline: {c.stored} stored, {c.same} stood already,", end=" ")
    print(f"{c.conflicts} shown as conflicts")
    print(f"  {c.lost} lost, {c.doubled} doubled, {c.overwritten} overwritten,", end=" ")
    print(f"{c.unequal_screens} screens that differed in the end")
    worst, usual = max(c.taps), statistics.median(c.taps)
    print(f"  tap to paint: {usual:.1f} ms, at most {worst:.1f} ms, of {len(c.taps)}")


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(given[0] if given else 20, given[1] if len(given) > 1 else 7)
