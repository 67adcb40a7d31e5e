from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from school_erp.absences.models import AbsenceRequest
from school_erp.absences.vocabulary import OPEN
from school_erp.attendance.models import StudentAttendance
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db


def standing_marks(absence: AbsenceRequest) -> Sequence[StudentAttendance]:
    """Of the student, in the days and slots of the request, in the order in which they are held."""
    marks = select(StudentAttendance).where(
        StudentAttendance.school_id == absence.school_id,
        StudentAttendance.student_id == absence.student_id,
        StudentAttendance.date.between(absence.starts_on, absence.ends_on),
    )
    if absence.slots:
        marks = marks.where(StudentAttendance.slot.in_(absence.slots))
    order = (StudentAttendance.date, StudentAttendance.slot)
    fresh = marks.order_by(*order).execution_options(populate_existing=True)
    return db.session.scalars(fresh).all()


def open_requests_of(student_id: UUID) -> Sequence[AbsenceRequest]:
    query = select(AbsenceRequest).where(
        AbsenceRequest.school_id == current_school_id(),
        AbsenceRequest.student_id == student_id,
        AbsenceRequest.state.in_(OPEN),
    )
    return db.session.scalars(query).all()
