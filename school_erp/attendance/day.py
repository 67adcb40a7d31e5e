"""The registers of one day, sorted by what they ask for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from school_erp.attendance.access import sees_every_class, taught_only_by
from school_erp.attendance.queries.around import Teaching, who_teaches
from school_erp.attendance.queries.registers import RegisterInList, Standing, registers_on
from school_erp.core.access import Actor
from school_erp.schools.queries import today_here

# what to do first stands first; on the bar, what is done stands first
URGENCY = (
    Standing.OVERDUE,
    Standing.DUE,
    Standing.OPEN,
    Standing.COMING,
    Standing.SUBMITTED,
    Standing.LOCKED,
)
DONE = (Standing.SUBMITTED, Standing.LOCKED)


@dataclass(frozen=True, slots=True)
class Line:
    """One register, and who has the class."""

    register: RegisterInList
    teachers: Sequence[Teaching]


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the day's bar, in thousandths of its width."""

    standing: Standing
    count: int
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Day:
    date: dt.date
    today: dt.date
    lines: Sequence[Line]
    shares: Sequence[Share]
    total: int
    grades: Sequence[str]
    whole_school: bool

    @property
    def before(self) -> dt.date:
        return self.date - dt.timedelta(days=1)

    @property
    def after(self) -> dt.date:
        return self.date + dt.timedelta(days=1)

    @property
    def grade_choices(self) -> list[tuple[str, str]]:
        return [(grade, grade) for grade in self.grades]

    @property
    def done(self) -> int:
        return sum(share.count for share in self.shares if share.standing in DONE)


def day_for(actor: Actor, asked: Mapping[str, Any]) -> Day:
    today = today_here()
    day = asked.get("on", today)
    found = registers_on(actor.school_id, day, taught_only_by(actor))
    shown = sorted(
        (each for each in found if _wanted(each, asked)),
        key=lambda each: (URGENCY.index(each.standing), each.starts_at, each.name),
    )
    teaching = who_teaches(actor.school_id, day, {each.section_id for each in shown})
    return Day(
        date=day,
        today=today,
        lines=[Line(each, _teachers(teaching, each.section_id, each.slot)) for each in shown],
        shares=_shares(Counter(each.standing for each in found)),
        total=len(found),
        grades=sorted({each.grade for each in found if each.grade}),
        whole_school=sees_every_class(actor),
    )


def _wanted(register: RegisterInList, asked: Mapping[str, Any]) -> bool:
    return asked.get("state") in (None, register.standing) and asked.get("grade") in (
        None,
        register.grade,
    )


def _teachers(teaching: Sequence[Teaching], section_id: UUID, slot: int) -> list[Teaching]:
    return [
        each for each in teaching if each.section_id == section_id and each.slot in (None, slot)
    ]


def _shares(counts: Mapping[Standing, int]) -> list[Share]:
    total = sum(counts.values())
    shares: list[Share] = []
    passed = 0
    for standing in (*reversed(DONE), *(each for each in URGENCY if each not in DONE)):
        count = counts.get(standing, 0)
        if count:
            start, end = 1000 * passed // total, 1000 * (passed + count) // total
            shares.append(Share(standing, count, start, end - start))
            passed += count
    return shares
