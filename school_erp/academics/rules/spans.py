"""Things that hold from one day to another, both included; open-ended where there is no last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar


class Spanning(Protocol):
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date | None: ...


T = TypeVar("T", bound=Spanning)


@dataclass(frozen=True, slots=True)
class Span:
    starts_on: date
    ends_on: date | None = None


def last_day(thing: Spanning) -> date:
    return thing.ends_on or date.max


def in_order(thing: Spanning) -> bool:
    return thing.starts_on <= last_day(thing)


def holds_on(thing: Spanning, day: date) -> bool:
    return thing.starts_on <= day <= last_day(thing)


def common(one: Spanning, other: Spanning) -> Span | None:
    """The days on which both hold."""
    first = max(one.starts_on, other.starts_on)
    last = min(last_day(one), last_day(other))
    if last < first:
        return None
    return Span(first, None if last == date.max else last)


def first_overlapping(thing: Spanning, others: Iterable[T]) -> T | None:
    return next((other for other in others if common(thing, other)), None)


def lies_within(thing: Spanning, frame: Spanning) -> bool:
    """An open end means for as long as the frame lasts."""
    return (
        frame.starts_on <= thing.starts_on <= (thing.ends_on or last_day(frame)) <= last_day(frame)
    )


def nearest(day: date, thing: Spanning) -> date:
    """The day itself where it holds then, else its first or last."""
    return min(max(day, thing.starts_on), last_day(thing))


def enrolled_on(enrolments: Iterable[T], day: date) -> list[T]:
    return [enrolment for enrolment in enrolments if holds_on(enrolment, day)]
