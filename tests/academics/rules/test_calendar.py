from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school_erp.academics.rules.calendar import Day, DayKind, day_of, is_school_day, week_of
from tests.academics.rules.test_spans import DAYS

MONDAY_TO_FRIDAY = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Session:
    starts_on: date
    ends_on: date
    year_id: UUID | None = None
    id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class Special:
    date: date
    kind: str
    note: str | None = None


YEAR = Session(date(2026, 9, 1), date(2027, 7, 20))
AUTUMN = Session(date(2026, 9, 3), date(2026, 12, 18), YEAR.id)
SPRING = Session(date(2027, 1, 5), date(2027, 4, 2), YEAR.id)
TERMS = (YEAR, AUTUMN, SPRING)
CLOSED = Special(date(2026, 10, 7), "closure", "Burst pipe")
HALF = Special(date(2026, 12, 18), "half_day", "Carols")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 10, 6), Day(date(2026, 10, 6), DayKind.SCHOOL_DAY)),
        (date(2026, 10, 7), Day(date(2026, 10, 7), DayKind.CLOSURE, "Burst pipe")),
        (date(2026, 12, 18), Day(date(2026, 12, 18), DayKind.HALF_DAY, "Carols")),
        (date(2026, 10, 10), Day(date(2026, 10, 10), DayKind.NOT_A_WEEKDAY)),
        (date(2026, 12, 25), Day(date(2026, 12, 25), DayKind.OUTSIDE_TERM)),
        (date(2026, 9, 2), Day(date(2026, 9, 2), DayKind.OUTSIDE_TERM)),
    ],
)
def test_each_day_says_why_it_is_or_is_not_a_school_day(day: date, expected: Day) -> None:
    assert day_of(day, MONDAY_TO_FRIDAY, TERMS, (CLOSED, HALF)) == expected


def test_a_year_without_terms_is_open_throughout() -> None:
    assert is_school_day(date(2026, 12, 23), MONDAY_TO_FRIDAY, (YEAR,), ())


def test_the_terms_of_one_year_do_not_close_another_that_has_none() -> None:
    undivided = Session(date(2027, 9, 1), date(2028, 7, 20))
    assert is_school_day(date(2027, 12, 22), MONDAY_TO_FRIDAY, (*TERMS, undivided), ())


def test_a_school_without_a_calendar_has_no_school_days() -> None:
    assert day_of(date(2026, 10, 6), MONDAY_TO_FRIDAY, (), ()).kind is DayKind.OUTSIDE_TERM


def test_a_half_day_at_the_weekend_is_still_the_weekend() -> None:
    half = Special(date(2026, 10, 10), "half_day")
    assert not is_school_day(date(2026, 10, 10), MONDAY_TO_FRIDAY, TERMS, (half,))


@given(DAYS, st.sets(st.integers(1, 7)))
def test_a_closed_day_is_never_a_school_day(day: date, weekdays: set[int]) -> None:
    always = Session(date(2000, 1, 1), date(2099, 12, 31))
    assert not is_school_day(day, weekdays, (always,), (Special(day, "closure"),))


@given(DAYS, st.sets(st.integers(1, 7)))
def test_inside_a_year_the_weekday_decides(day: date, weekdays: set[int]) -> None:
    always = Session(date(2000, 1, 1), date(2099, 12, 31))
    assert is_school_day(day, weekdays, (always,), ()) == (day.isoweekday() in weekdays)


@given(DAYS)
def test_a_year_starts_in_an_a_week(start: date) -> None:
    assert week_of(start, start) == "a"


@given(DAYS, DAYS)
def test_weeks_alternate_and_last_from_monday_to_sunday(start: date, day: date) -> None:
    monday = day - timedelta(days=day.weekday())
    letters = {week_of(start, monday + timedelta(days=number)) for number in range(7)}
    assert letters == {week_of(start, day)}
    assert week_of(start, day + timedelta(days=7)) != week_of(start, day)
