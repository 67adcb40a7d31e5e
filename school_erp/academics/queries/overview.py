"""A school at a glance, each in one statement however large the school is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, distinct, func, select

from school_erp.academics.models import (
    AcademicSession,
    CalendarDay,
    Cover,
    Enrolment,
    Period,
    Section,
    TimetableEntry,
)
from school_erp.academics.queries.dates import enrolled_on
from school_erp.academics.queries.joining import homeless_on
from school_erp.academics.queries.sections import open_on, sizes_on
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.models import Guardianship, Person, RoleGrant
from school_erp.schools.roles import EMPLOYED, Role


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of today, and what a school still lacks before it can begin."""

    students: int
    employed: int
    sections: int
    covers: int
    years: int
    periods: int
    special_days: int
    lessons: int
    sections_without_teacher: int
    students_without_homeroom: int


def overview(today: date) -> Overview:
    row = db.session.execute(
        select(
            _holders(today, (Role.STUDENT,)).label("students"),
            _holders(today, EMPLOYED).label("employed"),
            _count(Section, Section.id.in_(open_on(today))).label("sections"),
            _count(Cover, Cover.date == today).label("covers"),
            _count(AcademicSession, AcademicSession.kind == "year").label("years"),
            _count(Period).label("periods"),
            _count(CalendarDay).label("special_days"),
            _count(TimetableEntry).label("lessons"),
            _without_teacher(today).label("sections_without_teacher"),
            _without_homeroom(today).label("students_without_homeroom"),
        )
    )
    return Overview(**row.mappings().one())


def _count(kind: type, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    query = select(func.count()).select_from(kind)
    return query.where(kind.school_id == current_school_id(), *conditions).scalar_subquery()  # type: ignore[attr-defined]


def _held(today: date, roles: Collection[str]) -> ColumnElement[bool]:
    return and_(
        RoleGrant.school_id == current_school_id(),
        RoleGrant.role.in_(roles),
        RoleGrant.starts_on <= today,
        (RoleGrant.ends_on.is_(None)) | (RoleGrant.ends_on >= today),
    )


def _holders(today: date, roles: Collection[str]) -> ScalarSelect[int]:
    return (
        select(func.count(distinct(RoleGrant.person_id)))
        .join(
            Person, and_(Person.school_id == RoleGrant.school_id, Person.id == RoleGrant.person_id)
        )
        .where(_held(today, roles), Person.active)
        .scalar_subquery()
    )


def _without_teacher(today: date) -> ScalarSelect[int]:
    taught = select(Enrolment.section_id).where(
        Enrolment.school_id == current_school_id(),
        Enrolment.role == "teacher",
        enrolled_on(today),
    )
    return _count(Section, Section.id.in_(open_on(today)), Section.id.not_in(taught))


def _without_homeroom(today: date) -> ScalarSelect[int]:
    return select(func.count()).select_from(homeless_on(today).subquery()).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Class:
    section: Section
    students: int


def classes_of(person_id: UUID, today: date, role: str = "teacher") -> list[Class]:
    """The classes a person teaches or learns in today, with how many learn there."""
    held = select(Enrolment.section_id).where(
        Enrolment.school_id == current_school_id(),
        Enrolment.person_id == person_id,
        Enrolment.role == role,
        enrolled_on(today),
    )
    sections = db.session.scalars(
        select(Section)
        .where(Section.school_id == current_school_id(), Section.id.in_(held), Section.active)
        .order_by(Section.kind, Section.name)
    ).all()
    sizes = sizes_on([section.id for section in sections], today)
    return [Class(section, sizes.get(section.id, 0)) for section in sections]


def children_of(guardian_id: UUID) -> Sequence[Person]:
    """Those somebody answers for; who may not be contacted may not follow the child here either."""
    return db.session.scalars(
        select(Person)
        .join(
            Guardianship,
            and_(Guardianship.school_id == Person.school_id, Guardianship.student_id == Person.id),
        )
        .where(
            Person.school_id == current_school_id(),
            Person.active,
            Guardianship.guardian_id == guardian_id,
            Guardianship.do_not_contact.is_(False),
        )
        .order_by(Person.sort_name, Person.id)
    ).all()


def homerooms_of(people: Collection[UUID], today: date) -> dict[UUID, str]:
    """The name of each student's homeroom today."""
    rows = db.session.execute(
        select(Enrolment.person_id, Section.name)
        .join(Enrolment.section)
        .where(
            Enrolment.school_id == current_school_id(),
            Enrolment.person_id.in_(people),
            Enrolment.role == "student",
            Section.kind == "homeroom",
            enrolled_on(today),
        )
    )
    return {row.person_id: row.name for row in rows}
