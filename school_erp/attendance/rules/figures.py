"""How much of school somebody was at: the one calculation behind screens, reports and exports.

A session is a mark of a day or of a lesson. Only what a code counts as matters here, never what it
is called. Shares are exact fractions; they are rounded to be shown, and never before they are held
against a line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from school_erp.attendance.vocabulary import StatisticalClass, Status

ATTENDED = frozenset({StatisticalClass.PRESENT, StatisticalClass.APPROVED})
MISSED = frozenset({StatisticalClass.AUTHORISED, StatisticalClass.UNAUTHORISED})
POSSIBLE = ATTENDED | MISSED


@dataclass(frozen=True, slots=True)
class Counted:
    """A mark, by what it counts as. Of a lesson, when it began and ended."""

    date: dt.date
    slot: int
    status: Status
    counts_as: StatisticalClass
    minutes_late: int | None = None
    starts_at: dt.time | None = None
    ends_at: dt.time | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many marks of each kind; tallies add up, of days to terms and of students to classes."""

    present: int = 0
    approved_activity: int = 0
    authorised: int = 0
    unauthorised: int = 0
    not_possible: int = 0
    not_counted: int = 0
    late: int = 0
    late_and_missed: int = 0
    minutes_late: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, it.name) + getattr(other, it.name) for it in fields(Tally)))

    @property
    def attended(self) -> int:
        return self.present + self.approved_activity

    @property
    def missed(self) -> int:
        return self.authorised + self.unauthorised

    @property
    def possible(self) -> int:
        return self.attended + self.missed

    @property
    def attendance(self) -> Fraction | None:
        return _share(self.attended, self.possible)

    @property
    def absence(self) -> Fraction | None:
        return _share(self.missed, self.possible)


def _share(part: int, whole: int) -> Fraction | None:
    """Nothing where nothing was possible: who could not come has no percentage."""
    return Fraction(part, whole) if whole else None


def tally_of(marks: Iterable[Counted]) -> Tally:
    return sum((_tally_of_one(mark) for mark in marks), Tally())


def _tally_of_one(mark: Counted) -> Tally:
    late = mark.status is Status.LATE
    return Tally(
        **{mark.counts_as.value: 1},
        late=int(late),
        late_and_missed=int(late and mark.counts_as in MISSED),
        minutes_late=(mark.minutes_late or 0) if late else 0,
    )


def percent(share: Fraction | None) -> Decimal | None:
    """To a tenth, halves upwards, as schools and their authorities print it."""
    if share is None:
        return None
    tenths = (share * 1000 + Fraction(1, 2)) // 1
    return Decimal(tenths).scaleb(-1)


class Standing(StrEnum):
    """What a percentage asks for, the worst that holds."""

    SEVERE = "severe"
    PERSISTENT = "persistent"
    EARLY = "early"
    GOOD = "good"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Lines:
    """A school's thresholds, in percent of attendance."""

    early: int
    line: int
    severe: int
    least_sessions: int


def standing_of(tally: Tally, lines: Lines) -> Standing:
    """A line is crossed where it is reached: who missed exactly a tenth is persistently absent."""
    if tally.possible < max(1, lines.least_sessions):
        return Standing.TOO_FEW
    crossed = (
        (lines.severe, Standing.SEVERE),
        (lines.line, Standing.PERSISTENT),
        (lines.early, Standing.EARLY),
    )
    found = (it for line, it in crossed if 100 * tally.attended <= line * tally.possible)
    return next(found, Standing.GOOD)
