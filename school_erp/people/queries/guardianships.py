from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import InstrumentedAttribute

from school_erp.core.access import Actor, may
from school_erp.extensions import db
from school_erp.people.access import Permission
from school_erp.people.models import Guardianship, Person

Side = InstrumentedAttribute[UUID]

WHO_IS_WHO = ("id", "student_id", "guardian_id", "relation", "call_order")
AGREED = ("gets_messages", "lives_with", "do_not_contact")


def guardians_of(actor: Actor, student: Person) -> list[dict[str, Any]]:
    """Whom to call about a student, in that order."""
    return _seen(actor, student, Guardianship.student_id, Guardianship.guardian_id)


def students_of(actor: Actor, guardian: Person) -> list[dict[str, Any]]:
    return _seen(actor, guardian, Guardianship.guardian_id, Guardianship.student_id)


def _seen(actor: Actor, person: Person, here: Side, there: Side) -> list[dict[str, Any]]:
    query = (
        select(Guardianship, Person)
        .join(Person, and_(Person.school_id == Guardianship.school_id, Person.id == there))
        .where(Guardianship.school_id == person.school_id, here == person.id)
        .order_by(Guardianship.call_order, Person.sort_name, Guardianship.id)
    )
    if not may(Permission.CONTACT_READ, actor):
        query = query.where(Guardianship.do_not_contact.is_(False))
    return [seen_by(actor, *row) for row in db.session.execute(query)]


def seen_by(actor: Actor, guardianship: Guardianship, other: Person) -> dict[str, Any]:
    """What was agreed, and how the other is reached, for the office alone."""
    office = may(Permission.CONTACT_READ, actor)
    known = WHO_IS_WHO + AGREED if office else WHO_IS_WHO
    reached = {"email": other.email, "phone": other.phone} if office else {}
    return {name: getattr(guardianship, name) for name in known} | {
        "person": {"id": other.id, "name": other.name} | reached
    }


def in_call_order(student: Person) -> Sequence[Guardianship]:
    """As they stand now, also where one of them was read before the student was held."""
    query = (
        select(Guardianship)
        .where(Guardianship.school_id == student.school_id, Guardianship.student_id == student.id)
        .order_by(Guardianship.call_order, Guardianship.id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()
