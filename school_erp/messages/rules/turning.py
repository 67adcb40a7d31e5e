"""What marks that were made mean to families."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from school_erp.attendance.marking import Mark
from school_erp.attendance.rules.messages import MessageRules
from school_erp.attendance.vocabulary import Status
from school_erp.messages.vocabulary import Kind

_THERE = frozenset((Status.PRESENT, Status.LATE))


class ChangedMark(Protocol):
    @property
    def student_id(self) -> UUID: ...
    @property
    def before(self) -> Mark | None: ...
    @property
    def after(self) -> Mark | None: ...


class Turn(StrEnum):
    AWAY = "away"
    # no longer absent, so that what was said of it is wrong, or over
    BACK = "back"
    LATE = "late"
    NOT_LATE = "not_late"
    # seen in this slot, which is not the first: it may be that an earlier one was missed
    THERE = "there"


@dataclass(frozen=True, slots=True)
class Turned:
    student_id: UUID
    turn: Turn
    after: Mark | None
    # what is said to whoever heard of the absence; nothing of one that is excused now
    told_as: Kind | None = None


def turned(marks: Sequence[ChangedMark], rules: MessageRules, *, is_first: bool) -> list[Turned]:
    """Nothing, where no family has anything to hear; of one student there may be two."""
    return [each for mark in marks for each in _turns(mark, rules, is_first=is_first)]


def _turns(mark: ChangedMark, rules: MessageRules, *, is_first: bool) -> Iterator[Turned]:
    before, after = _status(mark.before), _status(mark.after)
    if after is before:
        return
    if after is Status.ABSENT:
        yield Turned(mark.student_id, Turn.AWAY, mark.after)
    elif before is Status.ABSENT:
        yield Turned(mark.student_id, Turn.BACK, mark.after, _told_as(after, rules))
    if rules.on_arrival and after in _THERE and not is_first:
        yield Turned(mark.student_id, Turn.THERE, mark.after)
    if rules.on_late and after is Status.LATE:
        yield Turned(mark.student_id, Turn.LATE, mark.after)
    elif rules.on_late and before is Status.LATE:
        yield Turned(mark.student_id, Turn.NOT_LATE, mark.after)


def _told_as(after: Status | None, rules: MessageRules) -> Kind | None:
    if after is Status.EXCUSED:
        return None
    return Kind.ARRIVED if after is Status.LATE and rules.on_arrival else Kind.CORRECTED


def _status(mark: Mark | None) -> Status | None:
    return mark.status if mark else None
