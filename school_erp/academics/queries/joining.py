"""What must be known before somebody joins a class."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager

from school_erp.academics.models import AcademicSession, Enrolment, Section
from school_erp.academics.queries.dates import holding_between
from school_erp.academics.rules.spans import Span
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.models import Person, RoleGrant
from school_erp.people.rules import plain


def people_by_id(person_ids: Collection[UUID]) -> dict[UUID, Person]:
    found = db.session.scalars(
        select(Person).where(Person.school_id == current_school_id(), Person.id.in_(person_ids))
    )
    return {person.id: person for person in found}


def holders_between(
    person_ids: Collection[UUID], roles: Collection[str], first: date, last: date
) -> set[UUID]:
    """Those of them who hold one of the roles on at least one of the days."""
    return set(
        db.session.scalars(
            select(RoleGrant.person_id).where(
                RoleGrant.school_id == current_school_id(),
                RoleGrant.person_id.in_(person_ids),
                RoleGrant.role.in_(roles),
                holding_between(RoleGrant, first, last),
            )
        )
    )


MOST_SHOWN = 100


def candidates(
    section: Section, role: str, first: date, words: str, homeroom_id: UUID | None = None
) -> Sequence[Person]:
    """Who could join the class from that day on; one more than are shown, where there are more."""
    able = _able_to_join(section, role, first)
    if homeroom_id is not None:
        there = select(Enrolment.person_id).where(
            Enrolment.school_id == current_school_id(),
            Enrolment.section_id == homeroom_id,
            Enrolment.role == "student",
            holding_between(Enrolment, first, first),
        )
        able = able.where(Person.id.in_(there))
    return _found(able, words)


def without_homeroom(on: date, words: str = "") -> Sequence[Person]:
    return _found(homeless_on(on), words)


def homeless_on(on: date) -> Select[Any]:
    """The students who are in no homeroom on that day and wait for none."""
    placed = (
        select(Enrolment.person_id)
        .join(Enrolment.section)
        .join(Section.academic_session)
        .where(
            Enrolment.school_id == current_school_id(),
            Enrolment.role == "student",
            Section.kind == "homeroom",
            AcademicSession.ends_on >= on,
            holding_between(Enrolment, on, None),
        )
    )
    return _holding("student", on).where(Person.id.not_in(placed))


def _able_to_join(section: Section, role: str, first: date) -> Select[Any]:
    ends_on = func.coalesce(Enrolment.ends_on, AcademicSession.ends_on)
    there = (
        select(Enrolment.person_id)
        .join(Enrolment.section)
        .join(Section.academic_session)
        .where(
            Enrolment.school_id == current_school_id(),
            Enrolment.role == role,
            _excluded_by(section, role),
            Enrolment.starts_on <= _end_of(section),
            ends_on >= first,
        )
    )
    return _holding(role, first).where(Person.id.not_in(there))


def _holding(role: str, day: date) -> Select[Any]:
    """The people who are here and hold the role on that day."""
    holders = select(RoleGrant.person_id).where(
        RoleGrant.school_id == current_school_id(),
        RoleGrant.role == role,
        RoleGrant.in_force_on(day),
    )
    return select(Person).where(
        Person.school_id == current_school_id(), Person.active, Person.id.in_(holders)
    )


def _found(query: Select[Any], words: str) -> Sequence[Person]:
    for word in plain(words).split():
        query = query.where(Person.search_words.contains(word, autoescape=True))
    return db.session.scalars(
        query.order_by(Person.sort_name, Person.id).limit(MOST_SHOWN + 1)
    ).all()


def enrolments_in_the_way(
    section: Section, person_ids: Collection[UUID], role: str, span: Span
) -> Sequence[Enrolment]:
    """In the same class at the same time; for students of a homeroom, in any homeroom."""
    ends_on = func.coalesce(Enrolment.ends_on, AcademicSession.ends_on)
    last = span.ends_on or _end_of(section)
    return db.session.scalars(
        select(Enrolment)
        .join(Enrolment.section)
        .join(Section.academic_session)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.section), contains_eager(Enrolment.person))
        .where(
            Enrolment.school_id == current_school_id(),
            Enrolment.person_id.in_(person_ids),
            Enrolment.role == role,
            _excluded_by(section, role),
            Enrolment.starts_on <= last,
            ends_on >= span.starts_on,
        )
    ).all()


def _excluded_by(section: Section, role: str) -> ColumnElement[bool]:
    same = Enrolment.section_id == section.id
    if role == "student" and section.kind == "homeroom":
        return or_(same, Section.kind == "homeroom")
    return same


def _end_of(section: Section) -> date:
    session = db.session.get_one(AcademicSession, (section.school_id, section.academic_session_id))
    return session.ends_on
