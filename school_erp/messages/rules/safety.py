"""What looks so odd that a person has to see it before any family hears of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from school_erp.messages.vocabulary import HoldReason

# of fewer than these, half a class is two siblings with a cold
LEAST_STUDENTS = 5
# all of a class away by one stroke is a slip also where the class is this small
LEAST_AT_A_STROKE = 3
TIMES_USUAL = 3
# this many absent in a school are no alarm, however few there usually are
LEAST_ABSENT = 10
DAYS_LOOKED_AT = 20
# until so many days are known, a tenth of the school counts as usual
LEAST_DAYS = 5
USUAL_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class ClassAway:
    """A class in one slot: who is absent without a word, of all who are in it."""

    date: dt.date
    slot: int
    section_id: UUID
    students: int
    absent: int
    # every student of it, by one and the same act, and nobody touched it since
    at_a_stroke: bool


def why_hold_class(away: ClassAway) -> HoldReason | None:
    everybody = away.absent >= away.students
    if away.at_a_stroke and everybody and away.absent >= LEAST_AT_A_STROKE:
        return HoldReason.REGISTER_LEFT_AT_DEFAULT
    if away.students >= LEAST_STUDENTS and away.absent * 2 > away.students:
        return HoldReason.CLASS_MOSTLY_ABSENT
    return None


def usual_absent(days: Sequence[int], students: int) -> float:
    """What is absent on a day like this, by the days before it."""
    return float(median(days)) if len(days) >= LEAST_DAYS else students * USUAL_SHARE


def is_beyond_usual(absent: int, usual: float) -> bool:
    return absent > max(TIMES_USUAL * usual, LEAST_ABSENT)
