"""Which classes and people of a page may be links: none that would lead to a refusal."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import and_, or_, select, union_all

from school_erp.academics.access import family_of, sees_whole_school
from school_erp.academics.models import AcademicSession, Cover, Enrolment, Section
from school_erp.academics.queries.dates import enrolled_nearest_to, nearest_day
from school_erp.core.access import Actor
from school_erp.extensions import db
from school_erp.people.access import people_visible_to
from school_erp.people.models import Person
from school_erp.schools.queries import today_here
from school_erp.schools.roles import EMPLOYED


def openable_sections(actor: Actor, section_ids: Collection[UUID]) -> set[UUID]:
    """Those for which `access.roster_for` would name a class today."""
    if sees_whole_school(actor):
        return set(section_ids)
    today = today_here()
    learns = and_(Enrolment.role == "student", Enrolment.person_id.in_(family_of(actor)))
    teaches = and_(Enrolment.role == "teacher", Enrolment.person_id == actor.person_id)
    employed = actor.is_any(*EMPLOYED)
    joined = (
        select(Enrolment.section_id)
        .join(Enrolment.section)
        .join(Section.academic_session)
        .where(
            Enrolment.school_id == actor.school_id,
            Enrolment.section_id.in_(section_ids),
            or_(learns, teaches) if employed else learns,
            enrolled_nearest_to(today),
        )
    )
    covered = (
        select(Cover.section_id)
        .join(Cover.section)
        .join(AcademicSession, Section.academic_session)
        .where(
            Cover.school_id == actor.school_id,
            Cover.section_id.in_(section_ids),
            Cover.person_id == actor.person_id,
            Cover.date == nearest_day(today),
        )
    )
    return set(db.session.scalars(union_all(joined, covered) if employed else joined))


def openable_people(actor: Actor, person_ids: Collection[UUID]) -> set[UUID]:
    return set(
        db.session.scalars(
            select(Person.id).where(
                Person.school_id == actor.school_id,
                Person.id.in_(person_ids),
                people_visible_to(actor),
            )
        )
    )
