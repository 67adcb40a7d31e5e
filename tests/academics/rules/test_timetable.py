from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school_erp.academics.rules.calendar import Day, DayKind
from school_erp.academics.rules.timetable import (
    at_once,
    clashes,
    first_overlapping_slot,
    lessons_on,
    meets_on,
)

TERM_STARTS = date(2026, 9, 7)  # a Monday


@dataclass(frozen=True)
class Meeting:
    weekday: int = 1
    slot: int = 1
    weeks: str = "every"
    starts_on: date = TERM_STARTS
    ends_on: date | None = None
    year_starts_on: date = TERM_STARTS
    section_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class Slot:
    starts_at: time
    ends_at: time


_near = st.dates(date(2026, 8, 1), date(2026, 11, 30))
_meetings = st.builds(
    Meeting,
    weekday=st.integers(1, 7),
    slot=st.integers(1, 2),
    weeks=st.sampled_from(("every", "a", "b")),
    starts_on=_near,
    ends_on=st.none() | _near,
    year_starts_on=_near,
)


@pytest.mark.parametrize(
    ("weeks", "first", "second"), [("every", True, True), ("a", True, False), ("b", False, True)]
)
def test_a_class_meets_in_its_own_weeks(weeks: str, first: bool, second: bool) -> None:
    maths = Meeting(weeks=weeks)
    assert meets_on(maths, TERM_STARTS) is first
    assert meets_on(maths, TERM_STARTS + timedelta(days=7)) is second


def test_a_class_meets_on_its_weekday_and_between_its_dates_only() -> None:
    maths = Meeting(ends_on=TERM_STARTS + timedelta(days=7))
    assert not meets_on(maths, TERM_STARTS + timedelta(days=1))
    assert not meets_on(maths, TERM_STARTS - timedelta(days=7))
    assert not meets_on(maths, TERM_STARTS + timedelta(days=14))


def test_lessons_come_in_the_order_of_the_day() -> None:
    late, early, other_day = Meeting(slot=5), Meeting(slot=2), Meeting(weekday=2)
    day = Day(TERM_STARTS, DayKind.HALF_DAY)
    assert lessons_on(day, [late, early, other_day]) == [early, late]


@given(st.lists(_meetings), _near)
def test_nothing_happens_on_a_closed_day(meetings: list[Meeting], day: date) -> None:
    assert lessons_on(Day(day, DayKind.CLOSURE), meetings) == []


@given(_meetings, _meetings)
def test_two_clash_exactly_when_some_day_has_both(one: Meeting, other: Meeting) -> None:
    days = [date(2026, 8, 1) + timedelta(days=number) for number in range(140)]
    both = any(meets_on(one, day) and meets_on(other, day) for day in days)
    assert at_once(one, other) == (both and one.slot == other.slot)


@given(_meetings, st.lists(_meetings, max_size=4))
def test_clashes_are_mutual(meeting: Meeting, others: list[Meeting]) -> None:
    for other in clashes(meeting, others):
        assert clashes(other, [meeting]) == [meeting]


def test_a_and_b_weeks_never_clash_but_every_week_clashes_with_both() -> None:
    a_week, b_week, every = Meeting(weeks="a"), Meeting(weeks="b"), Meeting()
    assert not at_once(a_week, b_week)
    assert clashes(every, [a_week, b_week]) == [a_week, b_week]


def test_nothing_meets_forever_into_the_last_of_days() -> None:
    last = Meeting(weekday=date.max.isoweekday(), starts_on=date.max)
    assert at_once(last, replace(last, section_id=uuid4()))


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "overlaps"),
    [
        (time(8), time(9), False),
        (time(10), time(11), False),
        (time(8), time(9, 1), True),
        (time(9, 59), time(11), True),
        (time(9, 15), time(9, 30), True),
        (time(8), time(12), True),
    ],
)
def test_periods_may_touch_but_not_overlap(starts_at: time, ends_at: time, overlaps: bool) -> None:
    first = Slot(time(9), time(10))
    assert (first_overlapping_slot(Slot(starts_at, ends_at), [first]) is first) is overlaps
