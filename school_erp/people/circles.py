"""Whom one knows by being who one is; see `access.people_visible_to`."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select

from school_erp.core.access import Actor
from school_erp.people.models import Guardianship, RoleGrant
from school_erp.schools.queries import today_here
from school_erp.schools.roles import EMPLOYED


def colleagues(actor: Actor) -> Select[UUID] | None:
    if not actor.is_any(*EMPLOYED):
        return None
    return select(RoleGrant.person_id).where(
        RoleGrant.school_id == actor.school_id,
        RoleGrant.role.in_(EMPLOYED),
        RoleGrant.in_force_on(today_here()),
    )


def own_children(actor: Actor) -> Select[UUID]:
    """A parent who may not be contacted may not follow the child here either."""
    return select(Guardianship.student_id).where(
        Guardianship.school_id == actor.school_id,
        Guardianship.guardian_id == actor.person_id,
        Guardianship.do_not_contact.is_(False),
    )
