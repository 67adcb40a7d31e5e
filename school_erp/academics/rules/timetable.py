"""When classes meet, and what cannot be at the same time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from school_erp.academics.rules.calendar import Day, week_of
from school_erp.academics.rules.spans import Spanning, common, holds_on, last_day

PATTERN_DAYS = 14


class Meeting(Spanning, Protocol):
    """A class meets on this weekday in this slot, every week or in A or B weeks."""

    @property
    def section_id(self) -> UUID: ...
    @property
    def weekday(self) -> int: ...
    @property
    def slot(self) -> int: ...
    @property
    def weeks(self) -> str: ...
    @property
    def year_starts_on(self) -> date: ...


class Slot(Protocol):
    @property
    def starts_at(self) -> time: ...
    @property
    def ends_at(self) -> time: ...


M = TypeVar("M", bound=Meeting)
S = TypeVar("S", bound=Slot)


def meets_on(meeting: Meeting, day: date) -> bool:
    return (
        meeting.weekday == day.isoweekday()
        and holds_on(meeting, day)
        and meeting.weeks in {"every", week_of(meeting.year_starts_on, day)}
    )


def lessons_on(day: Day, meetings: Iterable[M]) -> list[M]:
    """Those that really happen, in the order of the day."""
    if not day.is_school_day:
        return []
    return sorted((found for found in meetings if meets_on(found, day.date)), key=lambda m: m.slot)


def at_once(one: Meeting, other: Meeting) -> bool:
    """Whether there is a day on which both meet in the same slot."""
    both = common(one, other)
    if one.slot != other.slot or both is None:
        return False
    days = min(PATTERN_DAYS, (last_day(both) - both.starts_on).days + 1)
    return any(
        meets_on(one, day) and meets_on(other, day)
        for day in (both.starts_on + timedelta(days=number) for number in range(days))
    )


def clashes(meeting: Meeting, others: Iterable[M]) -> list[M]:
    return [other for other in others if at_once(meeting, other)]


def first_overlapping_slot(slot: Slot, others: Iterable[S]) -> S | None:
    """One ending as the other begins is no overlap."""
    return next(
        (o for o in others if slot.starts_at < o.ends_at and o.starts_at < slot.ends_at), None
    )
