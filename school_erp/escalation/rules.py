"""When a line is crossed, by the figures that every page shows: no database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from school_erp.attendance.rules.daily import DayValue
from school_erp.attendance.rules.figures import Tally

# a percentage that moves about its line is not told again and again
CLEAR_OF_IT = 1


def last_run_of_absence(values: Sequence[DayValue]) -> list[DayValue]:
    """The days up to the last one on which nothing was attended; days without a value are none."""
    known = [each for each in values if each.value is not None]
    run = list(takewhile(lambda each: each.value == 0, reversed(known)))
    return run[::-1]


def is_too_low(tally: Tally, threshold: int, least_sessions: int) -> bool:
    """A line is crossed where it is reached; of too few sessions nothing is said."""
    if tally.possible < max(1, least_sessions):
        return False
    return 100 * tally.attended <= threshold * tally.possible


def is_still_low(tally: Tally, threshold: int) -> bool:
    """Whether an attendance that was too low has not clearly risen since."""
    return 100 * tally.attended <= (threshold + CLEAR_OF_IT) * tally.possible
