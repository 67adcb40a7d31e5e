from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, func, select
from sqlalchemy.orm import joinedload

from school_erp.academics.models import AcademicSession, Enrolment, Section
from school_erp.academics.queries.dates import enrolled_nearest_to, holding_between
from school_erp.core.paging import Page, page_of
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.models import Person

_GRADE_NUMBER = "[0-9]{1,6}"
_grade_number = func.coalesce(
    func.substring(Section.grade, _GRADE_NUMBER).cast(Integer), 0, type_=Integer
)
_grade = func.coalesce(Section.grade, "")


@dataclass(frozen=True, slots=True)
class SectionFilter:
    q: str | None = None
    grade: str | None = None
    kind: str | None = None
    academic_session_id: UUID | None = None
    course_id: UUID | None = None
    active: bool | None = None
    without_teacher: bool = False


@dataclass(frozen=True, slots=True)
class SectionSummary:
    """A class with how many learn in it and who teaches it."""

    section: Section
    students: int
    teachers: Sequence[Person]


def sections_page(
    wanted: SectionFilter,
    on: date,
    cursor: str | None,
    limit: int,
    within: Select[Any] | None = None,
) -> Page[SectionSummary]:
    """By grade as people count them, 7 before 10, then by name."""
    page = page_of(
        db.session(),
        _sections(wanted, on, within),
        order=(_grade_number, _grade, Section.name.expression, Section.id.expression),
        position=lambda found: (grade_number(found.grade), found.grade or "", found.name, found.id),
        cursor=cursor,
        limit=limit,
    )
    return Page(summaries(page.items, on), page.next_cursor)


def _sections(wanted: SectionFilter, on: date, within: Select[Any] | None) -> Select[Any]:
    query = sections_with_context()
    for name in ("grade", "kind", "academic_session_id", "course_id", "active"):
        asked = getattr(wanted, name)
        if asked is not None:
            query = query.where(getattr(Section, name) == asked)
    if wanted.q:
        query = query.where(Section.name.icontains(wanted.q, autoescape=True))
    if wanted.without_teacher:
        query = query.where(Section.id.not_in(taught_from(on)))
    if within is not None:
        query = query.where(Section.id.in_(within))
    return query


def sections_with_context() -> Select[Any]:
    return (
        select(Section)
        .where(Section.school_id == current_school_id())
        .options(joinedload(Section.course), joinedload(Section.academic_session))
    )


def grade_number(grade: str | None) -> int:
    found = re.search(_GRADE_NUMBER, grade or "")
    return int(found.group()) if found else 0


def summary(section: Section, on: date) -> SectionSummary:
    return summaries([in_context(section)], on)[0]


def in_context(section: Section) -> Section:
    """Read afresh, as it may just have been changed, with its course and its year or term."""
    query = sections_with_context().where(Section.id == section.id)
    found: Section = db.session.scalars(query.execution_options(populate_existing=True)).one()
    return found


def summaries(sections: Sequence[Section], on: date) -> list[SectionSummary]:
    ids = [section.id for section in sections]
    sizes, teachers = sizes_on(ids, on), teachers_on(ids, on)
    return [SectionSummary(s, sizes.get(s.id, 0), teachers.get(s.id, ())) for s in sections]


def sizes_on(section_ids: Collection[UUID], on: date) -> dict[UUID, int]:
    rows = db.session.execute(
        select(Enrolment.section_id, func.count().label("students"))
        .join(Enrolment.section)
        .join(Section.academic_session)
        .where(*_enrolled(section_ids, "student"), enrolled_nearest_to(on))
        .group_by(Enrolment.section_id)
    )
    return {row.section_id: row.students for row in rows}


def teachers_on(section_ids: Collection[UUID], on: date) -> dict[UUID, list[Person]]:
    rows = db.session.execute(
        select(Enrolment.section_id, Person)
        .join(Enrolment.person)
        .join(Enrolment.section)
        .join(Section.academic_session)
        .where(*_enrolled(section_ids, "teacher"), enrolled_nearest_to(on))
        .order_by(Person.sort_name, Person.id)
    )
    found: dict[UUID, list[Person]] = defaultdict(list)
    for section_id, person in rows:
        found[section_id].append(person)
    return found


def _enrolled(section_ids: Collection[UUID], role: str) -> tuple[Any, ...]:
    return (
        Enrolment.school_id == current_school_id(),
        Enrolment.section_id.in_(section_ids),
        Enrolment.role == role,
    )


def taught_from(day: date) -> Select[Any]:
    """The ids of the classes that have a teacher on that day or later."""
    return select(Enrolment.section_id).where(
        Enrolment.school_id == current_school_id(),
        Enrolment.role == "teacher",
        holding_between(Enrolment, day, None),
    )


def grades() -> Sequence[str]:
    found = db.session.scalars(
        select(Section.grade)
        .where(Section.school_id == current_school_id(), Section.grade.is_not(None))
        .distinct()
    ).all()
    return sorted((grade for grade in found if grade), key=lambda g: (grade_number(g), g))


def open_sections(on: date, kind: str | None = None) -> Sequence[Section]:
    """The classes one can join, of sessions that have not ended."""
    query = (
        select(Section)
        .where(Section.school_id == current_school_id(), Section.id.in_(open_on(on)))
        .order_by(_grade_number, _grade, Section.name)
    )
    return db.session.scalars(query.where(Section.kind == kind) if kind else query).all()


def open_on(day: date) -> Select[Any]:
    """Their ids."""
    return (
        select(Section.id)
        .join(Section.academic_session)
        .where(
            Section.school_id == current_school_id(), Section.active, AcademicSession.ends_on >= day
        )
    )
