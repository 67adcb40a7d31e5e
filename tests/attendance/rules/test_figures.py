"""Percentages at their boundaries, and what holds for every history."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school_erp.attendance.packs import ENGLAND_2024, SIMPLE
from school_erp.attendance.rules.figures import (
    Counted,
    Lines,
    Standing,
    Tally,
    percent,
    standing_of,
    tally_of,
)
from school_erp.attendance.vocabulary import StatisticalClass, Status

DAY = dt.date(2026, 9, 7)
ENGLAND = Lines(early=95, line=90, severe=50, least_sessions=10)


def marks(codes: str, pack: tuple[object, ...] = ENGLAND_2024) -> list[Counted]:
    """`marks("/ \\ N I Y4")`: those codes, one session after the other."""
    named = {code.code: code for code in pack}  # type: ignore[attr-defined]
    return [
        Counted(DAY, slot, named[code].status, named[code].statistical_class)
        for slot, code in enumerate(codes.split(), 1)
    ]


def missing(missed: int, possible: int) -> Tally:
    return Tally(present=possible - missed, unauthorised=missed)


counted = st.builds(
    Counted,
    st.just(DAY),
    st.integers(1, 9),
    st.sampled_from(Status),
    st.sampled_from(StatisticalClass),
    st.none() | st.integers(0, 600),
)
histories = st.lists(counted, max_size=40)


def test_each_code_counts_as_its_class_whatever_it_is_called() -> None:
    tally = tally_of(marks(r"/ \ L V I C N G U X Y4 D Z #"))
    assert tally == Tally(
        present=3,
        approved_activity=1,
        authorised=2,
        unauthorised=3,
        not_possible=3,
        not_counted=2,
        late=2,
        late_and_missed=1,
    )
    assert (tally.possible, tally.attended, tally.missed) == (9, 4, 5)
    assert tally_of(marks("P A L E", SIMPLE)).attendance == Fraction(1, 2)


def test_a_visit_counts_as_attending_and_illness_as_missing() -> None:
    assert tally_of(marks("V P W B K")).attendance == 1
    assert tally_of(marks("I M R S T C C1 C2 E J1")).attendance == 0


def test_who_could_not_come_has_no_percentage() -> None:
    tally = tally_of(marks("X Y1 Y7 Z # D Q"))
    assert (tally.possible, tally.attendance, tally.absence) == (0, None, None)
    assert percent(None) is None
    assert standing_of(tally, ENGLAND) is Standing.TOO_FEW
    assert standing_of(Tally(), replace(ENGLAND, least_sessions=0)) is Standing.TOO_FEW


def test_minutes_are_those_of_late_marks_alone() -> None:
    late = Counted(DAY, 1, Status.LATE, StatisticalClass.PRESENT, 12)
    later = Counted(DAY, 2, Status.LATE, StatisticalClass.UNAUTHORISED, 45)
    unsaid = Counted(DAY, 3, Status.LATE, StatisticalClass.PRESENT)
    there = Counted(DAY, 4, Status.PRESENT, StatisticalClass.PRESENT, 12)
    tally = tally_of([late, later, unsaid, there])
    assert (tally.late, tally.late_and_missed, tally.minutes_late) == (3, 1, 57)


@pytest.mark.parametrize(
    ("missed", "possible", "shown", "standing"),
    [
        (0, 380, "100.0", Standing.GOOD),
        (19, 380, "95.0", Standing.EARLY),  # exactly 95
        (18, 380, "95.3", Standing.GOOD),
        (38, 380, "90.0", Standing.PERSISTENT),  # exactly a tenth of the year missed
        (37, 380, "90.3", Standing.EARLY),
        (39, 380, "89.7", Standing.PERSISTENT),
        (1, 10, "90.0", Standing.PERSISTENT),
        (190, 380, "50.0", Standing.SEVERE),  # exactly half
        (189, 380, "50.3", Standing.PERSISTENT),
        (9, 9, "0.0", Standing.TOO_FEW),  # one session short of what a school asks for
        (10, 10, "0.0", Standing.SEVERE),
        (499, 5000, "90.0", Standing.EARLY),  # 90.02: shown as the line, and not on it
        (501, 5000, "90.0", Standing.PERSISTENT),  # 89.98
        (1, 3000, "100.0", Standing.GOOD),  # 99.97
        (1, 2000, "100.0", Standing.GOOD),  # exactly 99.95: a half goes upwards
        (3, 2000, "99.9", Standing.GOOD),  # 99.85
        (11, 2000, "99.5", Standing.GOOD),  # 99.45
    ],
)
def test_lines_are_held_against_the_exact_share_and_crossed_where_they_are_reached(
    missed: int, possible: int, shown: str, standing: Standing
) -> None:
    tally = missing(missed, possible)
    assert percent(tally.attendance) == Decimal(shown)
    assert standing_of(tally, ENGLAND) is standing


def test_a_school_that_draws_its_lines_elsewhere_is_held_to_its_own() -> None:
    chronic = Lines(early=95, line=90, severe=80, least_sessions=31)
    assert standing_of(missing(6, 30), chronic) is Standing.TOO_FEW
    assert standing_of(missing(7, 35), chronic) is Standing.SEVERE
    assert standing_of(missing(6, 31), chronic) is Standing.PERSISTENT


@given(histories)
def test_every_mark_is_counted_once(history: list[Counted]) -> None:
    tally = tally_of(history)
    assert tally.possible + tally.not_possible + tally.not_counted == len(history)
    if tally.possible:
        assert tally.attendance + tally.absence == 1  # type: ignore[operator]


@given(histories, histories)
def test_tallies_add_up_like_the_marks_they_count(one: list[Counted], two: list[Counted]) -> None:
    assert tally_of(one) + tally_of(two) == tally_of([*one, *two])


@given(histories)
def test_coming_never_lowers_a_percentage_and_missing_never_raises_it(
    history: list[Counted],
) -> None:
    before = tally_of(history)
    if before.attendance is None:
        return
    came, missed = before + Tally(present=1), before + Tally(authorised=1)
    closed = before + Tally(not_possible=1, not_counted=1)
    assert missed.attendance <= before.attendance <= came.attendance  # type: ignore[operator]
    assert closed.attendance == before.attendance


@given(st.integers(0, 2000), st.integers(1, 2000))
def test_rounding_is_off_by_half_a_tenth_at_most(attended: int, missed: int) -> None:
    share = Tally(present=attended, authorised=missed).attendance
    shown = percent(share)
    assert shown is not None
    assert share is not None
    off = Fraction(shown) - 100 * share
    assert Fraction(-1, 20) < off <= Fraction(1, 20)


@given(histories, st.integers(0, 100), st.integers(0, 100), st.integers(0, 100))
def test_a_worse_attendance_never_stands_better(
    history: list[Counted], early: int, line: int, severe: int
) -> None:
    lines = Lines(early, line, severe, least_sessions=1)
    order = [Standing.GOOD, Standing.EARLY, Standing.PERSISTENT, Standing.SEVERE]
    before = tally_of(history) + Tally(present=1)
    after = before + Tally(unauthorised=1)
    assert order.index(standing_of(after, lines)) >= order.index(standing_of(before, lines))
