"""What goes into the one way in, and what comes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from school_erp.attendance.vocabulary import Outcome, Source, Status


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something of a student, where it is not whoever is responsible for the marking."""

    person_id: UUID
    name: str
    role: str


class Record(NamedTuple):
    """What somebody says of one student: by a code, or by a status for its usual code."""

    student_id: UUID
    section_id: UUID
    status: str | None = None
    code: str | None = None
    minutes_late: int | None = None
    arrived_at: dt.datetime | None = None
    remarks: str = ""
    base_version: int | None = None
    marked_at: dt.datetime | None = None
    said_by: Speaker | None = None


@dataclass(frozen=True, slots=True)
class Marker:
    """Who marks, as the audit will remember them."""

    person_id: UUID | None
    name: str
    role: str
    in_office: bool
    source: Source
    request_id: str = ""
    address: str = ""
    job_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Marking:
    """One date and slot, any number of classes and students."""

    school_id: UUID
    date: dt.date
    slot: int
    records: Sequence[Record]
    marker: Marker
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that stands, or is about to."""

    status: Status
    code: str
    minutes_late: int | None
    remarks: str
    source: Source
    version: int
    section_id: UUID
    marked_by: UUID | None
    marked_at: dt.datetime
    arrived_at: dt.datetime | None = None

    def told(self) -> dict[str, Any]:
        """As plain values, for the audit and for answers."""
        return {
            "status": self.status.value,
            "code": self.code,
            "minutes_late": self.minutes_late,
            "remarks": self.remarks,
            "source": self.source.name,
            "version": self.version,
        }

    def says_the_same(self, other: Mark) -> bool:
        return (self.code, self.minutes_late, self.remarks) == (
            other.code,
            other.minutes_late,
            other.remarks,
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    code: str
    message: str


class Answer(NamedTuple):
    """What became of one record, with the mark that now stands."""

    student_id: UUID
    outcome: Outcome
    mark: Mark | None = None
    error: Refusal | None = None


@dataclass(slots=True)
class Result:
    answers: list[Answer] = field(default_factory=list)
    # of each class, which version of its register they are true of
    registers: Mapping[UUID, int] = field(default_factory=dict)

    def count(self, outcome: Outcome) -> int:
        return sum(1 for answer in self.answers if answer.outcome is outcome)

    @property
    def counts(self) -> dict[str, int]:
        return {outcome.value: self.count(outcome) for outcome in Outcome}
