"""Which days are school days, and which week it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

from school_erp.academics.rules.spans import Spanning, holds_on


class Session(Spanning, Protocol):
    """A school year, or a term of one."""

    @property
    def id(self) -> UUID: ...
    @property
    def year_id(self) -> UUID | None: ...


class SpecialDay(Protocol):
    @property
    def date(self) -> date: ...
    @property
    def kind(self) -> str: ...
    @property
    def note(self) -> str | None: ...


S = TypeVar("S", bound=SpecialDay)


class DayKind(StrEnum):
    SCHOOL_DAY = "school_day"
    HALF_DAY = "half_day"
    CHANGED_TIMING = "changed_timing"
    CLOSURE = "closure"
    OUTSIDE_TERM = "outside_term"
    NOT_A_WEEKDAY = "not_a_weekday"


OPEN = frozenset({DayKind.SCHOOL_DAY, DayKind.HALF_DAY, DayKind.CHANGED_TIMING})


@dataclass(frozen=True, slots=True)
class Day:
    """A date, and what kind of day it is for the school."""

    date: date
    kind: DayKind
    note: str | None = None

    @property
    def is_school_day(self) -> bool:
        return self.kind in OPEN


def day_of(
    day: date,
    weekdays: Collection[int],
    sessions: Iterable[Session],
    special_days: Iterable[SpecialDay],
) -> Day:
    """A closure is told first, because somebody gave it a name."""
    special = next((found for found in special_days if found.date == day), None)
    kind = DayKind(special.kind) if special else DayKind.SCHOOL_DAY
    note = special.note if special else None
    if kind is not DayKind.CLOSURE:
        if not in_session(day, sessions):
            return Day(day, DayKind.OUTSIDE_TERM)
        if day.isoweekday() not in weekdays:
            return Day(day, DayKind.NOT_A_WEEKDAY)
    return Day(day, kind, note)


def is_school_day(
    day: date,
    weekdays: Collection[int],
    sessions: Iterable[Session],
    special_days: Iterable[SpecialDay],
) -> bool:
    return day_of(day, weekdays, sessions, special_days).is_school_day


def stretches(days: Iterable[S]) -> list[list[S]]:
    """Days by their dates, those in a row of one kind and with one note together."""
    found: list[list[S]] = []
    for day in days:
        if found and _goes_on(found[-1][-1], day):
            found[-1].append(day)
        else:
            found.append([day])
    return found


def _goes_on(before: SpecialDay, day: SpecialDay) -> bool:
    alike = (before.kind, before.note) == (day.kind, day.note)
    return alike and day.date - before.date == timedelta(days=1)


def in_session(day: date, sessions: Iterable[Session]) -> bool:
    """In a term; or in a year that is not divided into terms."""
    known = list(sessions)
    divided = {session.year_id for session in known if session.year_id}
    return any(holds_on(session, day) for session in known if session.id not in divided)


def week_of(year_starts_on: date, day: date) -> str:
    """The year starts in an A week; every Monday changes the letter, holidays or not."""
    return "ab"[(_monday(day) - _monday(year_starts_on)) // 7 % 2]


def _monday(day: date) -> int:
    return day.toordinal() - day.weekday()
