from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from school_erp.attendance.marking import Mark, Marker
from school_erp.attendance.models import Register
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.queries.rulebook import Rulebook


class MarkMade(NamedTuple):
    """A student's mark as it was and as it is: either may be none."""

    student_id: UUID
    # whose register has it, or had it
    section_id: UUID
    before: Mark | None
    after: Mark | None
    # who hears of it beside the class: the student and the family, where they have an account
    listeners: Sequence[UUID] = ()


class RegisterTouched(NamedTuple):
    """A register as it now is."""

    section_id: UUID
    version: int
    state: str
    taken_by: UUID | None


@dataclass(frozen=True, slots=True)
class MarksMade:
    """Marks were made, changed or taken back, all by one person."""

    place: Place
    rules: Rulebook
    marker: Marker
    marks: Sequence[MarkMade]
    registers: Sequence[RegisterTouched]


@dataclass(frozen=True, slots=True)
class AttendanceFounded:
    """A school chose for the first time how it takes attendance."""

    school_id: UUID


@dataclass(frozen=True, slots=True)
class Missing:
    """A register that nobody has begun to take, and whose it is to take it."""

    section_id: UUID
    slot: int
    takers: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class RegistersMissed:
    """Registers that were due a while ago, for the first time this long."""

    day: dt.date
    registers: Sequence[Missing]


@dataclass(frozen=True, slots=True)
class RegistersMissedLong:
    """The same, by when the office should know; with how many are missing in each slot."""

    day: dt.date
    by_slot: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class RegisterReopened:
    register: Register
    marker: Marker
