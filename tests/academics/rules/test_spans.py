from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from school_erp.academics.rules.spans import (
    Span,
    common,
    enrolled_on,
    first_overlapping,
    holds_on,
    in_order,
    last_day,
    lies_within,
    nearest,
)

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@st.composite
def spans(draw: st.DrawFn, *, open_ended: bool = True) -> Span:
    first = draw(DAYS)
    lasts = st.integers(0, 800).map(lambda days: first + timedelta(days=days))
    return Span(first, draw(lasts | st.none() if open_ended else lasts))


def test_both_the_first_and_the_last_day_count() -> None:
    week = Span(date(2026, 9, 7), date(2026, 9, 11))
    assert holds_on(week, date(2026, 9, 7))
    assert holds_on(week, date(2026, 9, 11))
    assert not holds_on(week, date(2026, 9, 6))
    assert not holds_on(week, date(2026, 9, 12))


def test_an_end_before_its_start_is_out_of_order() -> None:
    assert in_order(Span(date(2026, 9, 7), date(2026, 9, 7)))
    assert in_order(Span(date(2026, 9, 7)))
    assert not in_order(Span(date(2026, 9, 7), date(2026, 9, 6)))


@given(spans(), spans(), DAYS)
def test_the_common_days_are_those_on_which_both_hold(one: Span, other: Span, day: date) -> None:
    both = common(one, other)
    held = both is not None and holds_on(both, day)
    assert held == (holds_on(one, day) and holds_on(other, day))


@given(spans(), spans())
def test_what_is_common_does_not_depend_on_who_is_named_first(one: Span, other: Span) -> None:
    assert common(one, other) == common(other, one)


@given(spans(), spans(open_ended=False))
def test_what_lies_within_a_frame_never_begins_or_ends_outside_it(inner: Span, frame: Span) -> None:
    ends = inner.ends_on or last_day(frame)
    fits = holds_on(frame, inner.starts_on) and holds_on(frame, ends)
    assert lies_within(inner, frame) == fits


@given(st.lists(spans()), DAYS)
def test_the_enrolled_are_exactly_those_whose_dates_hold(enrolments: list[Span], day: date) -> None:
    there = enrolled_on(enrolments, day)
    assert all(holds_on(enrolment, day) for enrolment in there)
    assert len(there) == sum(holds_on(enrolment, day) for enrolment in enrolments)


@given(spans(), st.lists(spans()))
def test_an_overlap_is_found_exactly_when_there_is_one(thing: Span, others: list[Span]) -> None:
    found = first_overlapping(thing, others)
    assert (found is None) == all(common(thing, other) is None for other in others)
    assert found is None or common(thing, found)


@given(DAYS, spans())
def test_no_day_of_a_span_is_nearer_than_the_nearest(day: date, span: Span) -> None:
    found = nearest(day, span)
    assert holds_on(span, found)
    assert (found == day) == holds_on(span, day)
    assert abs(found - day) <= min(abs(span.starts_on - day), abs(last_day(span) - day))
