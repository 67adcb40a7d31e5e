from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from school_erp.attendance.marking import Mark, Marker
from school_erp.attendance.models import Register
from school_erp.attendance.queries.ground import Place


@dataclass(frozen=True, slots=True)
class MarkMade:
    """A student's mark as it was and as it is: either may be none."""

    student_id: UUID
    before: Mark | None
    after: Mark | None


@dataclass(frozen=True, slots=True)
class MarksMade:
    """Marks were made, changed or taken back, all by one person."""

    place: Place
    marker: Marker
    marks: Sequence[MarkMade]
    # section_id, version, state and taken_by of each register, as they now are
    registers: Sequence[Row[Any]]


@dataclass(frozen=True, slots=True)
class RegisterReopened:
    register: Register
    marker: Marker
