"""Whom one knows through one's classes; see `people.access.people_visible_to`."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select, union_all

from school_erp.academics.models import Cover, Enrolment
from school_erp.core.access import Actor
from school_erp.schools.queries import today_here
from school_erp.schools.roles import EMPLOYED


def own_pupils(actor: Actor) -> Select[UUID] | None:
    """Today's students of the classes one teaches, or covers today."""
    if not actor.is_any(*EMPLOYED):
        return None
    today = today_here()
    taught = select(Enrolment.section_id).where(
        Enrolment.school_id == actor.school_id,
        Enrolment.person_id == actor.person_id,
        Enrolment.role == "teacher",
        Enrolment.in_force_on(today),
    )
    covered = select(Cover.section_id).where(
        Cover.school_id == actor.school_id,
        Cover.person_id == actor.person_id,
        Cover.date == today,
    )
    return select(Enrolment.person_id).where(
        Enrolment.school_id == actor.school_id,
        Enrolment.role == "student",
        Enrolment.section_id.in_(union_all(taught, covered)),
        Enrolment.in_force_on(today),
    )
