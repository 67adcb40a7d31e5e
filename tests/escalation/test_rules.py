from __future__ import annotations

import datetime as dt
from fractions import Fraction

from school_erp.attendance.rules.daily import DayValue
from school_erp.attendance.rules.figures import Tally
from school_erp.escalation.rules import is_still_low, is_too_low, last_run_of_absence

MONDAY = dt.date(2030, 3, 4)


def days(*values: int | None) -> list[DayValue]:
    return [
        DayValue(MONDAY + dt.timedelta(days=number), None if it is None else Fraction(it), ())
        for number, it in enumerate(values)
    ]


def test_a_run_of_absence_reaches_back_to_the_last_day_there() -> None:
    def first_of(*values: int | None) -> tuple[int, int]:
        run = last_run_of_absence(days(*values))
        return len(run), (run[0].date - MONDAY).days if run else -1

    assert first_of(0, 1, 0, 0, 0) == (3, 2)
    assert first_of(0, 0, 0) == (3, 0)
    assert first_of(0, 0, 1) == (0, -1)
    # a day of which nothing is known neither counts nor interrupts
    assert first_of(1, 0, None, 0, None) == (2, 1)
    assert first_of() == first_of(None) == (0, -1)


def test_a_line_is_crossed_where_it_is_reached_and_left_only_clearly_above_it() -> None:
    tenth_missed = Tally(present=9, unauthorised=1)
    assert is_too_low(tenth_missed, 90, 10)
    assert not is_too_low(tenth_missed, 90, 11)
    assert not is_too_low(tenth_missed, 89, 1)
    assert not is_too_low(Tally(not_counted=5), 90, 0)
    assert is_still_low(Tally(present=91, unauthorised=9), 90)
    assert not is_still_low(Tally(present=92, unauthorised=8), 90)
