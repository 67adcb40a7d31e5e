"""Whom one knows through one's classes; see `people.access.people_visible_to`."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select

from school_erp.academics.access import sections_taught
from school_erp.academics.models import Enrolment
from school_erp.academics.queries.dates import enrolled_on
from school_erp.core.access import Actor
from school_erp.schools.queries import today_here
from school_erp.schools.roles import EMPLOYED


def own_pupils(actor: Actor) -> Select[UUID] | None:
    """Today's students of the classes one teaches, or covers today."""
    if not actor.is_any(*EMPLOYED):
        return None
    today = today_here()
    return select(Enrolment.person_id).where(
        Enrolment.school_id == actor.school_id,
        Enrolment.role == "student",
        Enrolment.section_id.in_(sections_taught(actor, today)),
        enrolled_on(today),
    )
