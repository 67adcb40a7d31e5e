from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, any_, exists, func, literal, or_, select

from school_erp.absences.models import AbsenceRequest
from school_erp.absences.vocabulary import OPEN
from school_erp.attendance.models import StudentAttendance
from school_erp.attendance.vocabulary import quoted
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db


def explained(day: dt.date, slot: int, students: Collection[UUID]) -> frozenset[UUID]:
    """Of whom the school has been told, be it decided or not: their families need no message."""
    query = select(AbsenceRequest.student_id).where(
        AbsenceRequest.school_id == current_school_id(),
        AbsenceRequest.student_id.in_(students),
        *_tells_of(literal(day), literal(slot)),
    )
    return frozenset(db.session.scalars(query))


def is_explained(mark: type[StudentAttendance]) -> ColumnElement[bool]:
    """The same as a condition on marks, of any days and slots."""
    return exists().where(
        AbsenceRequest.school_id == mark.school_id,
        AbsenceRequest.student_id == mark.student_id,
        *_tells_of(mark.date, mark.slot),
    )


def _tells_of(day: Any, slot: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        AbsenceRequest.state.in_(OPEN),
        AbsenceRequest.starts_on <= day,
        AbsenceRequest.ends_on >= day,
        or_(func.cardinality(AbsenceRequest.slots) == 0, slot == any_(AbsenceRequest.slots)),
    )


def explained_in_sql(student: str, day: str, slot: str) -> str:
    """The same as a condition on the columns named, for statements of one's own."""
    return f"""EXISTS (
        SELECT FROM absence_request told
        WHERE told.school_id = :school AND told.student_id = {student}
          AND told.state IN ({quoted(OPEN)}) AND {day} BETWEEN told.starts_on AND told.ends_on
          AND (cardinality(told.slots) = 0 OR {slot} = ANY(told.slots)))"""
