"""What a day was worth: 1 for a whole day at school, 0 for none, with the marks that decided it.

What nobody marked, and what was not possible, tells nothing of the day and is left out. A day of
which nothing is left has no value.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from school_erp.attendance.rules.figures import ATTENDED, POSSIBLE, Counted
from school_erp.attendance.vocabulary import DailyRule, Mode, StatisticalClass

HALF = Fraction(1, 2)
# of several marks in a window the first of these stands for it
BEST = (
    StatisticalClass.PRESENT,
    StatisticalClass.APPROVED,
    StatisticalClass.AUTHORISED,
    StatisticalClass.UNAUTHORISED,
)


@dataclass(frozen=True, slots=True)
class Window:
    """A roll call: from its first moment until just before its last."""

    starts_at: dt.time
    ends_at: dt.time


@dataclass(frozen=True, slots=True)
class DayRule:
    """How lessons become a day; without a rule, the day's sessions count equally."""

    rule: DailyRule | None = None
    windows: Sequence[Window] = ()
    full_day_minutes: int | None = None
    missed_for_half: int = 1
    missed_for_none: int = 3

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> DayRule:
        """As a school has chosen. Its roll calls last for as long as its registers stay open."""
        if settings["attendance_mode"] == Mode.DAILY:
            return cls()
        open_for = settings["closed_after_minutes"]
        begins = (settings["morning_at"], settings["afternoon_at"])
        windows = [Window(starts, _later(starts, open_for)) for starts in begins]
        return cls(DailyRule(settings["daily_rule"]), windows)


def _later(time: dt.time, minutes: int) -> dt.time:
    """The same day's last moment where it would be past midnight."""
    later = time.hour * 60 + time.minute + minutes
    return dt.time(*divmod(later, 60)) if later < 24 * 60 else dt.time.max


@dataclass(frozen=True, slots=True)
class DayValue:
    date: dt.date
    value: Fraction | None
    behind: Sequence[Counted]


@dataclass(frozen=True, slots=True)
class Days:
    """Days that have a value, and what they add up to."""

    possible: int
    attended: Fraction

    @property
    def attendance(self) -> Fraction | None:
        return self.attended / self.possible if self.possible else None


def day_values(marks: Iterable[Counted], by: DayRule) -> list[DayValue]:
    days: dict[dt.date, list[Counted]] = defaultdict(list)
    for mark in sorted(marks, key=lambda mark: (mark.date, mark.slot)):
        days[mark.date].append(mark)
    return [DayValue(day, *value_of(found, by)) for day, found in days.items()]


def days_of(values: Iterable[DayValue]) -> Days:
    known = [each.value for each in values if each.value is not None]
    return Days(len(known), sum(known, Fraction(0)))


def value_of(marks: Sequence[Counted], by: DayRule) -> tuple[Fraction | None, Sequence[Counted]]:
    """One day's value, and the marks behind it; they come in the order of the day."""
    telling = [mark for mark in marks if mark.counts_as in POSSIBLE]
    if not telling:
        return None, ()
    return _BY_RULE[by.rule](telling, by)


_Valued = tuple[Fraction | None, Sequence[Counted]]


def _by_sessions(marks: Sequence[Counted], _: DayRule) -> _Valued:
    return Fraction(sum(_attended(mark) for mark in marks), len(marks)), marks


def _by_first_lesson(marks: Sequence[Counted], _: DayRule) -> _Valued:
    return Fraction(_attended(marks[0])), marks[:1]


def _by_minutes(marks: Sequence[Counted], by: DayRule) -> _Valued:
    """Whole for all the minutes of the day, half for at least half of them."""
    timed = [mark for mark in marks if _minutes(mark)]
    if not timed:
        return None, ()
    present = sum(_minutes(mark) for mark in timed if _attended(mark))
    whole = by.full_day_minutes or sum(map(_minutes, timed))
    if present >= whole:
        return Fraction(1), timed
    return HALF if 2 * present >= whole else Fraction(0), timed


def _by_count(marks: Sequence[Counted], by: DayRule) -> _Valued:
    missed = sum(not _attended(mark) for mark in marks)
    if missed >= by.missed_for_none:
        return Fraction(0), marks
    return HALF if missed >= by.missed_for_half else Fraction(1), marks


def _by_best_in_window(marks: Sequence[Counted], by: DayRule) -> _Valued:
    found = (_best(mark for mark in marks if _overlaps(mark, window)) for window in by.windows)
    best = [mark for mark in found if mark is not None]
    return _by_sessions(best, by) if best else (None, ())


def _best(marks: Iterable[Counted]) -> Counted | None:
    return min(marks, key=lambda mark: BEST.index(mark.counts_as), default=None)


def _overlaps(mark: Counted, window: Window) -> bool:
    """One ending as the other begins is no overlap."""
    starts, ends = _hours(mark)
    return starts < window.ends_at and window.starts_at < ends


def _attended(mark: Counted) -> bool:
    return mark.counts_as in ATTENDED


def _minutes(mark: Counted) -> int:
    starts, ends = _hours(mark)
    return (ends.hour - starts.hour) * 60 + ends.minute - starts.minute


def _hours(mark: Counted) -> tuple[dt.time, dt.time]:
    """A lesson whose period is no longer in the timetable has none, and no length."""
    return mark.starts_at or dt.time.min, mark.ends_at or mark.starts_at or dt.time.min


_BY_RULE: Mapping[DailyRule | None, Callable[[Sequence[Counted], DayRule], _Valued]] = {
    None: _by_sessions,
    DailyRule.FIRST_LESSON: _by_first_lesson,
    DailyRule.MINUTES: _by_minutes,
    DailyRule.COUNT: _by_count,
    DailyRule.BEST_IN_WINDOW: _by_best_in_window,
}
