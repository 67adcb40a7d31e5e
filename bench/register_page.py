"""What a register's page takes in a school that has marked for years.

`python -m bench.register_page [MILLIONS]` (6) makes two schools of 1,980 pupils on a server of its
own, with 1 million marks and with that many, in a database each, and asks both by turns for the
page of a class of 30: milliseconds inside the server (the median, the least, and how much of it was
work of its own process), SQL statements, and what the years cost.
"""

from __future__ import annotations

import statistics
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import psycopg

from bench._database import own_database
from bench._school import Class, School, founded
from bench._servers import OwnServers, own_servers
from bench.marking import counted
from config import Config
from school_erp.core.ids import new_id
from tests.world import Visitor

CLASSES, PUPILS, SESSIONS = 66, 30, 2
WARM_UP, ROUNDS = 10, 100
STEP = 25
A_DAY = CLASSES * PUPILS * SESSIONS
MILLION = 1_000_000

# as the years would: day after day, class after class
_YEARS = """
    INSERT INTO student_attendance (school_id, student_id, date, slot, section_id, status, code,
                                    source, marked_by, marked_at)
    SELECT e.school_id, e.person_id, %(today)s - ago, slot, e.section_id,
           CASE WHEN random() < 0.06 THEN 'ABSENT' ELSE 'PRESENT' END,
           CASE WHEN random() < 0.06 THEN 'A' ELSE 'P' END, 4, %(by)s,
           now() - make_interval(days => ago)
    FROM generate_series(%(first)s, %(last)s, -1) AS ago
    CROSS JOIN generate_series(1, %(sessions)s) AS slot
    JOIN enrolment e ON e.school_id = %(school)s AND e.section_id = ANY(%(sections)s)
                    AND e.role = 'student'
    ORDER BY ago DESC, slot, e.section_id"""
_REGISTERS = """
    INSERT INTO register (school_id, section_id, date, slot, state, version)
    SELECT %(school)s, section_id, %(today)s - ago, slot, 'submitted', 1
    FROM generate_series(%(first)s, %(last)s, -1) AS ago
    CROSS JOIN generate_series(1, %(sessions)s) AS slot
    CROSS JOIN unnest(%(sections)s::uuid[]) AS section_id"""
_TEACHES = """
    INSERT INTO enrolment (school_id, id, section_id, person_id, role, starts_on)
    VALUES (%(school)s, %(id)s, %(section)s, %(tom)s, 'teacher', %(today)s - 30)"""


@dataclass
class Page:
    """The page of a class of a school with that many marks."""

    name: str
    school: School
    visitor: Visitor
    address: str
    seconds: list[float] = field(default_factory=list)
    of_our_cpu: list[float] = field(default_factory=list)

    def ask(self) -> None:
        began, cpu = time.perf_counter(), time.process_time()
        answer = self.visitor.get(self.address)
        self.seconds.append(time.perf_counter() - began)
        self.of_our_cpu.append(time.process_time() - cpu)
        assert answer.get_data(as_text=True).count('<li class="pupil') == PUPILS, answer.status

    @property
    def milliseconds(self) -> float:
        return statistics.median(self.seconds) * 1000


def main() -> None:
    millions = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    with own_servers() as own, ExitStack() as stack:
        few, many = pages = [
            page(own, stack.enter_context(own_database(own.config)), marks * MILLION)
            for marks in (1, millions)
        ]
        for number in range(WARM_UP + ROUNDS):
            if number == WARM_UP:
                few.seconds.clear()
                many.seconds.clear()
            few.ask()
            many.ask()
        for each in pages:
            with each.school.app.app_context():
                statements = counted(each.ask)
            least, cpu = min(each.seconds) * 1000, statistics.median(each.of_our_cpu) * 1000
            print(
                f"{each.name:18} {each.milliseconds:6.1f} ms (least {least:.1f}, "
                f"of our CPU {cpu:.1f}), {statements} statements"
            )
        print(f"the years cost     {many.milliseconds / few.milliseconds:6.2f} times")
        for each in pages:
            each.school.close()


def page(own: OwnServers, config: Config, marks: int) -> Page:
    school = founded(config)
    classes = [school.add_class(f"Class {number}", PUPILS) for number in range(CLASSES)]
    began = time.monotonic()
    with psycopg.connect(own.as_superuser(config), autocommit=True) as line:
        fill(line, school, classes, days=round(marks / A_DAY))
        [[stored]] = line.execute("SELECT count(*) FROM student_attendance").fetchall()
    print(f"{stored:,} marks stored in {time.monotonic() - began:.0f} s", flush=True)
    today = school.world.today.isoformat()
    return Page(
        f"{stored:,} marks",
        school,
        Visitor(school.app, school.world, "tom"),
        f"/registers/{classes[CLASSES // 2].id}/{today}/1",
    )


def fill(line: psycopg.Connection[Any], school: School, classes: list[Class], days: int) -> None:
    """Years up to today, without asking of each row whether its pupil exists."""
    line.execute("SET session_replication_role = replica")
    said = {
        "school": school.world.school_id,
        "sections": [each.id for each in classes],
        "today": school.world.today,
        "sessions": SESSIONS,
        "by": school.world.ada,
    }
    for first in range(days - 1, -1, -STEP):
        some = {"first": first, "last": max(first - STEP + 1, 0)}
        line.execute(_YEARS, said | some)
        line.execute(_REGISTERS, said | some)
    line.execute(
        _TEACHES,
        said | {"id": new_id(), "section": classes[CLASSES // 2].id, "tom": school.world.tom},
    )
    line.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main()
