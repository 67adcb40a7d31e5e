"""Classes, who is in them, and the years and courses they belong to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from school_erp.academics.models import (
    AcademicSession,
    Course,
    Enrolment,
    Section,
    TimetableEntry,
)
from school_erp.core.bulk import among
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.models import RoleGrant


@dataclass(frozen=True, slots=True)
class Stay:
    """An enrolment as it is stored, with what its class must be known by."""

    id: UUID
    section_id: UUID
    person_id: UUID
    role: str
    starts_on: date
    ends_on: date | None
    section_name: str
    kind: str
    session_ends_on: date


def sessions() -> Sequence[AcademicSession]:
    return db.session.scalars(
        select(AcademicSession).where(AcademicSession.school_id == current_school_id())
    ).all()


def courses_by_code() -> dict[str, tuple[UUID, str]]:
    """Codes as people type them: in any letters, large or small."""
    rows = db.session.execute(
        select(Course.id, Course.code).where(Course.school_id == current_school_id())
    )
    return {row.code.casefold(): (row.id, row.code) for row in rows}


def every_section() -> Sequence[dict[str, Any]]:
    """All of them, as a new name must be new among them."""
    rows = db.session.execute(
        select(
            Section.id,
            Section.external_id,
            Section.name,
            Section.kind,
            Section.grade,
            Section.room,
            Section.active,
            Section.course_id,
            Section.academic_session_id,
        ).where(Section.school_id == current_school_id())
    ).mappings()
    return [dict(row) for row in rows]


def sections_in_use(section_ids: Collection[UUID]) -> tuple[set[UUID], set[UUID]]:
    """Those that people are or were in, and those that have lessons."""
    with_people, with_lessons = (
        set(
            db.session.scalars(
                select(kind.section_id)
                .where(
                    kind.school_id == current_school_id(),
                    among(kind.section_id.expression, section_ids),
                )
                .distinct()
            )
        )
        for kind in (Enrolment, TimetableEntry)
    )
    return with_people, with_lessons


def sections_by_number(numbers: Collection[str]) -> dict[str, Section]:
    found = db.session.scalars(
        select(Section).where(
            Section.school_id == current_school_id(),
            among(Section.external_id.expression, numbers),
        )
    )
    return {section.external_id or "": section for section in found}


def grants_of(person_ids: Collection[UUID]) -> Sequence[Any]:
    return db.session.execute(
        select(RoleGrant.person_id, RoleGrant.role, RoleGrant.starts_on, RoleGrant.ends_on).where(
            RoleGrant.school_id == current_school_id(),
            among(RoleGrant.person_id.expression, person_ids),
        )
    ).all()


def stays_of(person_ids: Collection[UUID]) -> list[Stay]:
    rows = db.session.execute(
        select(
            Enrolment.id,
            Enrolment.section_id,
            Enrolment.person_id,
            Enrolment.role,
            Enrolment.starts_on,
            Enrolment.ends_on,
            Section.name,
            Section.kind,
            AcademicSession.ends_on,
        )
        .join(Enrolment.section)
        .join(Section.academic_session)
        .where(
            Enrolment.school_id == current_school_id(),
            among(Enrolment.person_id.expression, person_ids),
        )
    )
    return [Stay(*row) for row in rows]
