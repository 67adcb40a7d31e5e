"""What stands on something, asked before it is changed or removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from school_erp.academics.models import (
    AcademicSession,
    Course,
    Cover,
    Enrolment,
    Section,
    TimetableEntry,
)
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db


def terms_of(year: AcademicSession) -> Sequence[AcademicSession]:
    return db.session.scalars(
        select(AcademicSession)
        .where(AcademicSession.school_id == current_school_id(), AcademicSession.year_id == year.id)
        .order_by(AcademicSession.starts_on)
    ).all()


def sections_in(session: AcademicSession) -> int:
    """Of the session itself, and of the terms of a year."""
    terms = select(AcademicSession.id).where(
        AcademicSession.school_id == current_school_id(), AcademicSession.year_id == session.id
    )
    return _count(
        Section,
        or_(Section.academic_session_id == session.id, Section.academic_session_id.in_(terms)),
    )


def dates_outside(session: AcademicSession) -> int:
    """Enrolments and lessons of its classes that begin or end outside its dates."""
    sections = select(Section.id).where(
        Section.school_id == current_school_id(), Section.academic_session_id == session.id
    )
    return sum(
        _count(kind, kind.section_id.in_(sections), _outside(kind, session))
        for kind in (Enrolment, TimetableEntry)
    )


def section_dates_outside(section_id: UUID, session: AcademicSession) -> int:
    return sum(
        _count(kind, kind.section_id == section_id, _outside(kind, session))
        for kind in (Enrolment, TimetableEntry)
    )


def _outside(kind: Any, session: AcademicSession) -> Any:
    return or_(
        kind.starts_on < session.starts_on,
        kind.starts_on > session.ends_on,
        kind.ends_on > session.ends_on,
    )


def sections_of_course(course: Course) -> int:
    return _count(Section, Section.course_id == course.id)


def lessons_in(slot: int) -> int:
    return _count(TimetableEntry, TimetableEntry.slot == slot) + _count(Cover, Cover.slot == slot)


def people_ever_in(section: Section) -> int:
    return _count(Enrolment, Enrolment.section_id == section.id)


def _count(kind: Any, *conditions: Any) -> int:
    query = select(func.count()).select_from(kind)
    return db.session.scalar(query.where(kind.school_id == current_school_id(), *conditions)) or 0
