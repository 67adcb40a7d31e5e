from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, exists, func, select

from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.models import Person, RoleGrant
from school_erp.schools.queries import today_here
from school_erp.schools.roles import Role


def holders_of(role: str) -> Select[UUID]:
    """The ids of those who hold a role today."""
    return select(RoleGrant.person_id).where(
        RoleGrant.school_id == current_school_id(),
        RoleGrant.role == role,
        RoleGrant.in_force_on(today_here()),
    )


def roles_today(person_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    query = (
        select(RoleGrant.person_id, func.array_agg(RoleGrant.role.distinct()))
        .where(
            RoleGrant.school_id == current_school_id(),
            RoleGrant.person_id.in_(person_ids),
            RoleGrant.in_force_on(today_here()),
        )
        .group_by(RoleGrant.person_id)
    )
    return {person_id: sorted(roles) for person_id, roles in db.session.execute(query)}


def role_grants_of(person: Person) -> Sequence[RoleGrant]:
    return db.session.scalars(
        select(RoleGrant)
        .where(RoleGrant.school_id == person.school_id, RoleGrant.person_id == person.id)
        .order_by(RoleGrant.starts_on.desc(), RoleGrant.role)
    ).all()


def administrations() -> Sequence[RoleGrant]:
    """Every time for which somebody who is still here administers the school."""
    return db.session.scalars(
        select(RoleGrant)
        .join(
            Person, (Person.school_id == RoleGrant.school_id) & (Person.id == RoleGrant.person_id)
        )
        .where(
            RoleGrant.school_id == current_school_id(),
            RoleGrant.role == Role.ADMIN,
            Person.active,
        )
    ).all()


def other_grants(grant: RoleGrant) -> Sequence[RoleGrant]:
    """The same role of the same person, at other times."""
    return db.session.scalars(
        select(RoleGrant).where(
            RoleGrant.school_id == grant.school_id,
            RoleGrant.person_id == grant.person_id,
            RoleGrant.role == grant.role,
            RoleGrant.id != grant.id,
        )
    ).all()


def ever_held(person: Person, role: Role) -> bool:
    held = exists().where(
        RoleGrant.school_id == person.school_id,
        RoleGrant.person_id == person.id,
        RoleGrant.role == role,
    )
    return bool(db.session.scalar(select(held)))
