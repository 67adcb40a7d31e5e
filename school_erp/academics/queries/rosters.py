from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager

from school_erp.academics.models import Enrolment, Section
from school_erp.academics.queries.dates import enrolled_on, holding_between
from school_erp.academics.rules.spans import holds_on, last_day
from school_erp.core.paging import Page, page_of
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.models import Person


@dataclass(frozen=True, slots=True)
class Roster:
    """A class on a day, and which of its students may be seen: all where `only` says nothing."""

    section: Section
    on: date
    only: frozenset[UUID] | None = None


def roster_page(roster: Roster, role: str, cursor: str | None, limit: int) -> Page[Enrolment]:
    query = enrolments_with_people(section_id=roster.section.id, role=role).where(
        enrolled_on(roster.on)
    )
    if roster.only is not None and role == "student":
        query = query.where(Enrolment.person_id.in_(roster.only))
    return _enrolments_page(query, cursor, limit)


def enrolments_page(
    cursor: str | None, limit: int, on: date | None = None, **wanted: Any
) -> Page[Enrolment]:
    query = enrolments_with_people(**wanted)
    if on:
        query = query.where(enrolled_on(on))
    return _enrolments_page(query, cursor, limit)


def _enrolments_page(query: Select[Any], cursor: str | None, limit: int) -> Page[Enrolment]:
    return page_of(
        db.session(),
        query,
        order=(Person.sort_name.expression, Enrolment.id.expression),
        position=lambda found: (found.person.sort_name, found.id),
        cursor=cursor,
        limit=limit,
    )


def enrolments_with_people(**wanted: Any) -> Select[Any]:
    """Enrolments of these columns' values, with whose they are."""
    return (
        select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person))
        .where(Enrolment.school_id == current_school_id())
        .where(*(getattr(Enrolment, name) == value for name, value in wanted.items()))
    )


def with_person(enrolment: Enrolment) -> Enrolment:
    return with_people([enrolment])[0]


def with_people(enrolments: Sequence[Enrolment]) -> Sequence[Enrolment]:
    """Read afresh, with whose they are, by name."""
    ids = [enrolment.id for enrolment in enrolments]
    return db.session.scalars(
        enrolments_with_people()
        .where(Enrolment.id.in_(ids))
        .order_by(Person.sort_name, Enrolment.id)
        .execution_options(populate_existing=True)
    ).all()


@dataclass(frozen=True, slots=True)
class Members:
    """Those of a class on a day; and who joins it later or was in it before, as far as read."""

    students: Sequence[Enrolment]
    teachers: Sequence[Enrolment]
    coming: Sequence[Enrolment]
    former: Sequence[Enrolment]


def members_of(roster: Roster, *, ever: bool) -> Members:
    query = enrolments_with_people(section_id=roster.section.id)
    if not ever:
        query = query.where(holding_between(Enrolment, roster.on, roster.on))
    if roster.only is not None:
        query = query.where(or_(Enrolment.role == "teacher", Enrolment.person_id.in_(roster.only)))
    found = db.session.scalars(query.order_by(Person.sort_name, Enrolment.starts_on)).all()
    now = [held for held in found if holds_on(held, roster.on)]
    return Members(
        students=[held for held in now if held.role == "student"],
        teachers=[held for held in now if held.role == "teacher"],
        coming=[held for held in found if held.starts_on > roster.on],
        former=[held for held in found if last_day(held) < roster.on],
    )


def sections_of_person(person_id: UUID, since: date) -> Sequence[Enrolment]:
    """The classes somebody learns or teaches in on that day or later."""
    return db.session.scalars(
        select(Enrolment)
        .join(Enrolment.section)
        .options(contains_eager(Enrolment.section).joinedload(Section.course))
        .where(
            Enrolment.school_id == current_school_id(),
            Enrolment.person_id == person_id,
            holding_between(Enrolment, since, None),
        )
        .order_by(Section.kind, Section.name, Enrolment.starts_on)
    ).all()
