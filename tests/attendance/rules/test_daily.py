"""What a day of lessons is worth, by each rule a school can choose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school_erp.attendance.rules.daily import DayRule, Window, day_values, days_of, value_of
from school_erp.attendance.rules.defaults import DEFAULTS
from school_erp.attendance.rules.figures import ATTENDED, POSSIBLE, Counted
from school_erp.attendance.vocabulary import DailyRule, StatisticalClass, Status

DAY = dt.date(2026, 9, 7)
LETTERS = {
    "p": StatisticalClass.PRESENT,
    "v": StatisticalClass.APPROVED,
    "i": StatisticalClass.AUTHORISED,
    "n": StatisticalClass.UNAUTHORISED,
    "x": StatisticalClass.NOT_POSSIBLE,
    "z": StatisticalClass.NOT_COUNTED,
}
WINDOWS = (Window(dt.time(8, 45), dt.time(9, 15)), Window(dt.time(13), dt.time(13, 30)))
FIRST, MINUTES, COUNT, BEST = (
    DayRule(rule, windows=WINDOWS)
    for rule in (
        DailyRule.FIRST_LESSON,
        DailyRule.MINUTES,
        DailyRule.COUNT,
        DailyRule.BEST_IN_WINDOW,
    )
)
RULES = (DayRule(), FIRST, MINUTES, COUNT, BEST)


def lessons(letters: str, begin: int = 9, minutes: int = 60) -> list[Counted]:
    """Lessons of an hour from nine on; a dash is a lesson that nobody marked."""
    found = []
    for number, letter in enumerate(letters):
        starts = dt.datetime.combine(DAY, dt.time(begin)) + dt.timedelta(minutes=number * minutes)
        ends = starts + dt.timedelta(minutes=minutes)
        if letter != "-":
            status = Status.PRESENT if letter in "pv" else Status.ABSENT
            hours = (starts.time(), ends.time())
            found.append(Counted(DAY, number + 1, status, LETTERS[letter], None, *hours))
    return found


def worth(letters: str, by: DayRule) -> Fraction | None:
    return value_of(lessons(letters), by)[0]


def slots(marks: Sequence[Counted]) -> list[int]:
    return [mark.slot for mark in marks]


@pytest.mark.parametrize(
    ("day", "value"), [("pn", "1/2"), ("pp", "1"), ("xp", "1"), ("nn", "0"), ("i", "0")]
)
def test_the_sessions_of_a_day_count_equally(day: str, value: str) -> None:
    assert worth(day, DayRule()) == Fraction(value)


@pytest.mark.parametrize(
    ("day", "value", "behind"),
    [("pnnn", 1, 1), ("nppp", 0, 1), ("xnpp", 0, 2), ("--pn", 1, 3), ("vn", 1, 1), ("inn", 0, 1)],
)
def test_the_first_lesson_that_tells_something_decides_the_day(
    day: str, value: int, behind: int
) -> None:
    found, marks = value_of(lessons(day), FIRST)
    assert (found, slots(marks)) == (value, [behind])


@pytest.mark.parametrize(
    ("day", "value"),
    [
        ("pppppp", "1"),
        ("pppppn", "1/2"),  # one missed lesson of six already costs half
        ("pppnnn", "1/2"),  # exactly half of the minutes
        ("ppnnnn", "0"),
        ("ppxxnn", "1/2"),  # what was not possible is no part of the day
        ("pp--nn", "1/2"),
    ],
)
def test_a_day_by_minutes_is_whole_for_all_of_them_and_half_for_half(day: str, value: str) -> None:
    assert worth(day, MINUTES) == Fraction(value)


def test_a_school_says_how_many_minutes_make_a_full_day() -> None:
    five_hours = DayRule(DailyRule.MINUTES, full_day_minutes=300)
    values = [worth(day, five_hours) for day in ("pppppn", "ppppnn", "pppnnn", "ppnnnn")]
    assert values == [1, Fraction(1, 2), Fraction(1, 2), 0]
    exactly = DayRule(DailyRule.MINUTES, full_day_minutes=240)
    assert [worth(day, exactly) for day in ("ppnnnn", "pnnnnn")] == [Fraction(1, 2), 0]


def test_lessons_weigh_by_their_length() -> None:
    long, short = lessons("n", 9, 120), lessons("p", 13, 45)
    assert value_of([*long, *short], MINUTES)[0] == 0
    long, short = lessons("p", 9, 120), lessons("n", 13, 45)
    assert value_of([*long, *short], MINUTES)[0] == Fraction(1, 2)


def test_a_lesson_whose_period_is_gone_has_no_length() -> None:
    timeless = Counted(DAY, 9, Status.ABSENT, StatisticalClass.UNAUTHORISED)
    assert value_of([timeless], MINUTES) == (None, ())
    assert value_of([*lessons("p"), timeless], MINUTES) == (1, lessons("p"))
    assert value_of([timeless], COUNT)[0] == Fraction(1, 2)
    assert value_of([timeless], BEST) == (None, ())


@pytest.mark.parametrize(
    ("day", "value"),
    [("pppp", "1"), ("pppn", "1/2"), ("ppnn", "1/2"), ("pnnn", "0"), ("nx", "1/2")],
)
def test_missed_lessons_are_counted_against_the_schools_table(day: str, value: str) -> None:
    assert worth(day, COUNT) == Fraction(value)


def test_a_school_chooses_how_many_missed_lessons_cost_what() -> None:
    lenient = DayRule(DailyRule.COUNT, missed_for_half=2, missed_for_none=5)
    values = [worth(day, lenient) for day in ("pppppn", "ppppnn", "ppnnnn", "pnnnnn")]
    assert values == [1, Fraction(1, 2), Fraction(1, 2), 0]


@pytest.mark.parametrize(
    ("day", "value", "behind"),
    [
        ("p---p", "1", [1, 5]),  # nine to ten, and one to two
        ("n---p", "1/2", [1, 5]),
        ("nppp-", "0", [1]),  # what lies outside both windows does not count
        ("-ppp-", None, []),
        ("x---p", "1", [5]),
        ("i---n", "0", [1, 5]),
    ],
)
def test_morning_and_afternoon_take_the_best_mark_of_their_window(
    day: str, value: str | None, behind: list[int]
) -> None:
    found, marks = value_of(lessons(day), BEST)
    assert (found, slots(marks)) == (None if value is None else Fraction(value), behind)


@pytest.mark.parametrize(
    ("day", "best"), [("np", 2), ("iv", 2), ("vp", 2), ("ni", 2), ("pn", 1), ("xn", 2), ("nz", 1)]
)
def test_in_a_window_presence_goes_before_activity_before_leave_before_truancy(
    day: str, best: int
) -> None:
    both = lessons(day, 9, 10)
    assert slots(value_of(both, BEST)[1]) == [best]


def test_a_lesson_that_ends_as_the_window_begins_is_outside_it() -> None:
    before = lessons("p", 8, 45)  # 8:00 to 8:45
    after = [
        Counted(
            DAY, 2, Status.ABSENT, StatisticalClass.UNAUTHORISED, None, dt.time(9, 15), dt.time(10)
        )
    ]
    assert value_of([*before, *after], BEST) == (None, ())


@pytest.mark.parametrize("by", RULES)
@pytest.mark.parametrize("day", ["", "x", "xz", "--"])
def test_a_day_of_which_nothing_is_known_has_no_value(day: str, by: DayRule) -> None:
    assert value_of(lessons(day), by) == (None, ())


def test_days_add_up_and_those_without_a_value_are_left_out() -> None:
    marks = [
        Counted(DAY + dt.timedelta(days=day), slot, Status.PRESENT, LETTERS[letter])
        for day, letters in enumerate(("pp", "pn", "xx", "nn"))
        for slot, letter in enumerate(letters, 1)
    ]
    values = day_values(reversed(marks), DayRule())
    assert [(each.date.day, each.value) for each in values] == [
        (7, 1),
        (8, Fraction(1, 2)),
        (9, None),
        (10, 0),
    ]
    days = days_of(values)
    assert (days.possible, days.attended, days.attendance) == (3, Fraction(3, 2), Fraction(1, 2))
    assert days_of([]).attendance is None


days = st.text(st.sampled_from("pvinxz-"), max_size=9)


@given(days, st.sampled_from(RULES))
def test_the_marks_behind_a_value_are_of_that_day_and_give_the_same_value_again(
    day: str, by: DayRule
) -> None:
    marks = lessons(day)
    value, behind = value_of(marks, by)
    assert set(behind) <= {mark for mark in marks if mark.counts_as in POSSIBLE}
    assert value is None or 0 <= value <= 1
    assert (value is None) == (not behind)
    assert value_of(sorted(set(behind), key=lambda mark: mark.slot), by)[0] == value


@given(days, st.sampled_from(RULES), st.data())
def test_coming_instead_of_missing_never_makes_a_day_worth_less(
    day: str, by: DayRule, data: st.DataObject
) -> None:
    missed = [number for number, letter in enumerate(day) if letter in "in"]
    if not missed:
        return
    turned = data.draw(st.sampled_from(missed))
    better = day[:turned] + "p" + day[turned + 1 :]
    before, after = worth(day, by), worth(better, by)
    if before is not None:
        assert after is not None
        assert after >= before


@given(days)
def test_every_rule_calls_a_day_without_absence_whole(day: str) -> None:
    came = [mark for mark in lessons(day) if mark.counts_as in ATTENDED]
    assert all(value_of(came, by)[0] in (None, 1) for by in RULES)


def settings(**chosen: Any) -> dict[str, Any]:
    return {**DEFAULTS, "attendance_mode": "PERIOD", **chosen}


def test_sessions_make_the_day_where_registers_are_taken_by_day() -> None:
    assert DayRule.of(settings(attendance_mode="DAILY", daily_rule="minutes")) == DayRule()


def test_roll_calls_last_for_as_long_as_registers_stay_open() -> None:
    by = DayRule.of(settings(daily_rule="best_in_window"))
    assert (by.rule, tuple(by.windows)) == (DailyRule.BEST_IN_WINDOW, WINDOWS)
    late = DayRule.of(settings(afternoon_at=dt.time(23, 50)))
    assert late.windows[1] == Window(dt.time(23, 50), dt.time.max)
