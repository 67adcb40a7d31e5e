"""Who may see and change whom.

The office sees everyone. Everybody else sees the people of their circles: oneself, and whoever
the functions in `CIRCLES` of the application add, each in the words of its own feature (colleagues
and children here, the pupils of one's classes in `academics/circles.py`, which stands above this
package and therefore cannot be asked from here). A circle takes the actor and gives a query for
ids of people, or nothing where it does not concern this actor; all of them together become one
condition of one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from uuid import UUID

from flask import Flask, current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, Uuid, and_, false, literal, select, true, union_all

from school_erp.core.access import Actor, demand, may
from school_erp.core.errors import Forbidden, NotFound, invalid
from school_erp.extensions import db
from school_erp.people.models import Guardianship, Person, RoleGrant
from school_erp.schools.roles import EMPLOYED, OFFICE, Role, anyone, anyone_who_is

Circle = Callable[[Actor], Select[UUID] | None]


class Permission(StrEnum):
    PERSON_READ = "people:person:read"
    DIRECTORY_READ = "people:directory:read"
    EVERYONE_READ = "people:everyone:read"
    CONTACT_READ = "people:contact:read"
    CONTACT_EDIT = "people:contact:edit"
    PERSON_EDIT = "people:person:edit"
    ROLE_EDIT = "people:role:edit"
    GUARDIANSHIP_EDIT = "people:guardianship:edit"


POLICY = {
    # which people is the loaders' business, and for everybody that is at least oneself
    Permission.PERSON_READ: anyone,
    Permission.DIRECTORY_READ: anyone_who_is(*EMPLOYED),
    Permission.EVERYONE_READ: anyone_who_is(*OFFICE),
    Permission.CONTACT_READ: anyone_who_is(*OFFICE),
    Permission.CONTACT_EDIT: anyone_who_is(*OFFICE),
    Permission.PERSON_EDIT: anyone_who_is(Role.ADMIN),
    Permission.ROLE_EDIT: anyone_who_is(Role.ADMIN),
    Permission.GUARDIANSHIP_EDIT: anyone_who_is(*OFFICE),
}

CONTACT_FIELDS = {"email", "phone", "language", "message_channel"}


def init_app(app: Flask, circles: Sequence[Circle]) -> None:
    app.extensions["circles"] = tuple(circles)


def people_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Person` that holds for those whom the actor may see."""
    if may(Permission.EVERYONE_READ, actor):
        return true()
    if actor.person_id is None:
        return false()
    oneself = select(literal(actor.person_id, Uuid()))
    asked = (circle(actor) for circle in current_app.extensions["circles"])
    known = union_all(oneself, *(ids for ids in asked if ids is not None))
    return and_(Person.active, Person.id.in_(known))


def knows_details(actor: Actor, person_id: UUID) -> bool:
    """How somebody is reached, and who answers for them, is for the office and oneself."""
    return person_id == actor.person_id or may(Permission.CONTACT_READ, actor)


def person_for(actor: Actor, person_id: UUID) -> Person:
    visible = people_visible_to(actor).label("visible")
    row = db.session.execute(
        select(Person, visible).where(Person.school_id == actor.school_id, Person.id == person_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    if not row.visible:
        raise Forbidden
    found: Person = row.Person
    return found


def person_in_detail_for(actor: Actor, person_id: UUID) -> Person:
    person = person_for(actor, person_id)
    if not knows_details(actor, person.id):
        raise Forbidden
    return person


def guardian_for(actor: Actor, guardian_id: UUID) -> Person:
    """Named in a body, so that an unknown one is a mistake of that field."""
    try:
        return person_for(actor, guardian_id)
    except (NotFound, Forbidden) as refusal:
        raise invalid("guardian_id", _("We do not know this person.")) from refusal


def demand_to_change(fields: Iterable[str]) -> None:
    """The office keeps contact details; the rest of a person is the administrator's."""
    if not CONTACT_FIELDS.issuperset(fields):
        demand(Permission.PERSON_EDIT)


def role_grant_for(person: Person, grant_id: UUID) -> RoleGrant:
    """Held until the transaction ends, so that what is decided about its dates stays true."""
    grant = db.session.get(RoleGrant, (person.school_id, grant_id), with_for_update=True)
    if grant is None or grant.person_id != person.id:
        raise NotFound
    return grant


def guardianship_for(student: Person, guardianship_id: UUID) -> Guardianship:
    guardianship = db.session.get(Guardianship, (student.school_id, guardianship_id))
    if guardianship is None or guardianship.student_id != student.id:
        raise NotFound
    return guardianship
