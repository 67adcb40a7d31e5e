from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from school_erp.core.access import Actor
from school_erp.core.errors import invalid
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.actions.standing import forget_standing, hold
from school_erp.people.errors import LastAdministrator, OwnAdministration
from school_erp.people.models import Person, RoleGrant
from school_erp.people.queries.roles import administrations, other_grants
from school_erp.people.rules import overlap, unbroken_until
from school_erp.schools.models import School
from school_erp.schools.queries import today_here
from school_erp.schools.roles import Role


def grant_role(person: Person, body: dict[str, Any]) -> RoleGrant:
    hold(person)
    grant = RoleGrant(school_id=person.school_id, person_id=person.id, **body)
    _check_dates(grant)
    db.session.add(grant)
    db.session.flush()
    forget_standing(person)
    return grant


def change_dates(actor: Actor, grant: RoleGrant, changes: dict[str, Any]) -> RoleGrant:
    _refuse_own_administration(actor, grant)
    person = _holder(grant)
    hold(person)
    with administration_kept():
        for name, value in changes.items():
            setattr(grant, name, value)
        _check_dates(grant)
    forget_standing(person)
    return grant


def withdraw_role(actor: Actor, grant: RoleGrant) -> None:
    _refuse_own_administration(actor, grant)
    person = _holder(grant)
    with administration_kept():
        db.session.delete(grant)
    forget_standing(person)


@contextmanager
def administration_kept() -> Iterator[None]:
    """Refuse what the block does if it ends the school's unbroken administration any earlier."""
    _hold_school()
    today = today_here()
    before = unbroken_until(administrations(), today)
    yield
    db.session.flush()
    if unbroken_until(administrations(), today) < before:
        raise LastAdministrator


def _hold_school() -> None:
    """Two administrators cannot withdraw each other's role at the same time."""
    db.session.execute(
        select(School.id).where(School.id == current_school_id()).with_for_update(key_share=True)
    )


def _refuse_own_administration(actor: Actor, grant: RoleGrant) -> None:
    if grant.role == Role.ADMIN and grant.person_id == actor.person_id:
        raise OwnAdministration


def _holder(grant: RoleGrant) -> Person:
    return db.session.get_one(Person, (grant.school_id, grant.person_id))


def _check_dates(grant: RoleGrant) -> None:
    if grant.ends_on is not None and grant.ends_on < grant.starts_on:
        raise invalid("ends_on", _("The last day cannot be before the first."))
    if any(overlap(grant, other) for other in other_grants(grant)):
        raise invalid("starts_on", _("This person already has this role for some of these days."))
