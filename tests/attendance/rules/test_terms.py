from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from school_erp.attendance.rules.terms import Stretch, usual_stretch


@dataclass(frozen=True)
class Session:
    kind: str
    starts_on: dt.date
    ends_on: dt.date
    id: UUID = field(default_factory=uuid4)


def day(month: int, number: int, year: int = 2026) -> dt.date:
    return dt.date(year, month, number)


YEAR = Session("year", day(9, 1), day(7, 20, 2027))
AUTUMN = Session("term", day(9, 1), day(12, 18))
SPRING = Session("term", day(1, 5, 2027), day(4, 1, 2027))
DIVIDED = (SPRING, YEAR, AUTUMN)


@pytest.mark.parametrize(
    ("today", "sessions", "first", "last"),
    [
        (day(10, 1), DIVIDED, day(9, 1), day(12, 18)),
        (day(12, 18), DIVIDED, day(9, 1), day(12, 18)),
        (day(10, 1), (YEAR,), day(9, 1), day(7, 20, 2027)),
        (day(2, 1, 2027), DIVIDED, day(1, 5, 2027), day(4, 1, 2027)),
        (day(8, 15, 2027), DIVIDED, day(9, 1), day(7, 20, 2027)),
        (day(8, 31), DIVIDED, day(8, 31), day(8, 31)),
        (day(8, 31), (), day(8, 31), day(8, 31)),
    ],
)
def test_people_mean_the_term_they_are_in(
    today: dt.date, sessions: tuple[Session, ...], first: dt.date, last: dt.date
) -> None:
    assert usual_stretch(sessions, today) == Stretch(first, last)


def test_between_two_terms_the_year_that_goes_on_is_meant() -> None:
    assert usual_stretch(DIVIDED, day(12, 25)) == Stretch(YEAR.starts_on, YEAR.ends_on)


def test_a_stretch_ends_today_but_never_before_it_begins() -> None:
    term = Stretch(day(9, 1), day(12, 18))
    assert term.until(day(10, 1)) == Stretch(day(9, 1), day(10, 1))
    assert term.until(day(12, 31)) == term
    assert term.until(day(8, 1)) == Stretch(day(9, 1), day(9, 1))
