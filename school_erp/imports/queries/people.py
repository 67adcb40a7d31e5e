"""What the school holds about whatever a file names: one statement a table, however many lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from school_erp.core.bulk import among
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.models import Guardianship, Person, RoleGrant


@dataclass(frozen=True, slots=True)
class Tie:
    id: UUID
    relation: str


_PERSON = (
    Person.id,
    Person.external_id,
    Person.given_name,
    Person.family_name,
    Person.preferred_name,
    Person.email,
    Person.phone,
    Person.phone_bad_since,
    Person.email_bad_since,
    Person.language,
    Person.message_channel,
    Person.active,
)


def people_by_number(numbers: Collection[str], *, held: bool) -> dict[str, dict[str, Any]]:
    """`held`: nobody else changes them until the transaction ends."""
    query = select(*_PERSON).where(
        Person.school_id == current_school_id(), among(Person.external_id.expression, numbers)
    )
    if held:
        query = query.order_by(Person.id).with_for_update()
    return {row["external_id"]: dict(row) for row in db.session.execute(query).mappings()}


def roles_of(
    person_ids: Collection[UUID], on: date
) -> tuple[dict[UUID, frozenset[str]], frozenset[UUID]]:
    """The roles each holds on that day or will, and who ever was a student."""
    rows = db.session.execute(
        select(RoleGrant.person_id, RoleGrant.role, RoleGrant.ends_on).where(
            RoleGrant.school_id == current_school_id(),
            among(RoleGrant.person_id.expression, person_ids),
        )
    ).all()
    roles: defaultdict[UUID, set[str]] = defaultdict(set)
    for row in rows:
        if row.ends_on is None or row.ends_on >= on:
            roles[row.person_id].add(row.role)
    students = frozenset(row.person_id for row in rows if row.role == "student")
    return {person_id: frozenset(held) for person_id, held in roles.items()}, students


def guardianships_of(
    student_ids: Collection[UUID],
) -> tuple[dict[tuple[UUID, UUID], Tie], Counter[UUID]]:
    """By student and guardian, and how many each student has."""
    rows = db.session.execute(
        select(
            Guardianship.id,
            Guardianship.student_id,
            Guardianship.guardian_id,
            Guardianship.relation,
        ).where(
            Guardianship.school_id == current_school_id(),
            among(Guardianship.student_id.expression, student_ids),
        )
    ).all()
    ties = {(row.student_id, row.guardian_id): Tie(row.id, row.relation) for row in rows}
    return ties, Counter(row.student_id for row in rows)
