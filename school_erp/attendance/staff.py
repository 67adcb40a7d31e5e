"""What is said of a teacher or other member of staff on a day, and what becomes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from school_erp.attendance.marking import Marker, Refusal
from school_erp.attendance.vocabulary import Outcome, Source, Status

# what a record may leave as it stands
KEEPABLE = frozenset(("checked_in_at", "checked_out_at", "remarks"))


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """What somebody says of one person: by a code, or by a status for its usual code."""

    person_id: UUID
    status: str | None = None
    code: str | None = None
    checked_in_at: dt.datetime | None = None
    checked_out_at: dt.datetime | None = None
    remarks: str = ""
    base_version: int | None = None
    # fields that were not said, and stay as they stand
    keeps: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StaffMark:
    """A mark that stands, or is about to."""

    status: Status
    code: str
    checked_in_at: dt.datetime | None
    checked_out_at: dt.datetime | None
    remarks: str
    source: Source
    version: int
    marked_by: UUID | None
    marked_at: dt.datetime

    def says_the_same(self, other: StaffMark) -> bool:
        return (self.code, self.checked_in_at, self.checked_out_at, self.remarks) == (
            other.code,
            other.checked_in_at,
            other.checked_out_at,
            other.remarks,
        )


@dataclass(frozen=True, slots=True)
class StaffMarking:
    """One day, any number of people."""

    school_id: UUID
    date: dt.date
    records: Sequence[StaffRecord]
    marker: Marker
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StaffAnswer:
    """What became of one record, with the mark that now stands."""

    person_id: UUID
    outcome: Outcome
    mark: StaffMark | None = None
    error: Refusal | None = None


@dataclass(frozen=True, slots=True)
class StaffChange:
    person_id: UUID
    mark: StaffMark
    before: StaffMark | None
