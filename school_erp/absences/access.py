from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, Uuid, literal, select

from school_erp.absences.models import AbsenceEvidence, AbsenceRequest
from school_erp.absences.queries.evidence import evidence_of
from school_erp.attendance.access import sees_every_class, student_for
from school_erp.attendance.marking import Marker
from school_erp.attendance.vocabulary import Source
from school_erp.core.access import Actor, address_of_caller
from school_erp.core.errors import Forbidden, NotFound, invalid
from school_erp.core.requests import request_id
from school_erp.extensions import db
from school_erp.people.circles import own_children
from school_erp.people.models import Guardianship, Person
from school_erp.schools.roles import OFFICE, Role, anyone_who_is


class Permission(StrEnum):
    READ = "absences:request:read"
    WRITE = "absences:request:write"
    DECIDE = "absences:request:decide"
    FAMILY = "absences:family:read"


POLICY = {
    # of whom is the loaders' business: a parent's own children, for the office anybody
    Permission.READ: anyone_who_is(*OFFICE, Role.GUARDIAN),
    Permission.WRITE: anyone_who_is(*OFFICE, Role.GUARDIAN),
    Permission.DECIDE: anyone_who_is(*OFFICE),
    Permission.FAMILY: anyone_who_is(Role.GUARDIAN),
}


def in_office(actor: Actor) -> bool:
    return sees_every_class(actor)


def teller_of(actor: Actor, *, as_parent: bool = False) -> Marker:
    """The caller as the audit, and the marks that a request turns, will remember them."""
    office = in_office(actor) and not as_parent
    role = Role.GUARDIAN if not office else Role.ADMIN if actor.is_any(Role.ADMIN) else Role.OFFICER
    return Marker(
        person_id=actor.person_id,
        name=actor.name,
        role=role,
        in_office=office,
        source=Source.REQUEST,
        request_id=request_id(),
        address=address_of_caller(),
    )


def answers_for(actor: Actor, student_id: UUID) -> bool:
    known = literal(student_id, Uuid()).in_(own_children(actor))
    return bool(db.session.scalar(select(known)))


def student_to_speak_for(actor: Actor, student_id: UUID) -> Person:
    student = student_for(actor, student_id)
    if not (in_office(actor) or answers_for(actor, student_id)):
        raise Forbidden
    return student


def own_child_for(actor: Actor, student_id: UUID) -> Person:
    """One's own also where one works in the office."""
    student = student_for(actor, student_id)
    if not answers_for(actor, student_id):
        raise Forbidden
    return student


def students_spoken_for(actor: Actor) -> Select[UUID] | None:
    """Whose requests a list is narrowed to; nobody's, for those who see all."""
    return None if in_office(actor) else own_children(actor)


def absence_for(actor: Actor, absence_id: UUID, *, hold: bool = False) -> AbsenceRequest:
    """Where held, nobody else decides until the transaction ends."""
    found = db.session.get(
        AbsenceRequest, (actor.school_id, absence_id), with_for_update=hold, populate_existing=hold
    )
    if found is None:
        raise NotFound
    if not (in_office(actor) or answers_for(actor, found.student_id)):
        raise Forbidden
    return found


def evidence_for(actor: Actor, absence_id: UUID) -> AbsenceEvidence:
    absence = absence_for(actor, absence_id)
    if not knows_why(actor, absence):
        raise Forbidden
    found = evidence_of(absence)
    if found is None:
        raise NotFound
    return found


def absence_to_add_to(actor: Actor, absence_id: UUID) -> AbsenceRequest:
    """One's own; the office adds what came by post."""
    absence = absence_for(actor, absence_id, hold=True)
    if not knows_why(actor, absence):
        raise Forbidden
    return absence


def knows_why(actor: Actor, absence: AbsenceRequest) -> bool:
    """What one parent wrote is not for the other to read."""
    return in_office(actor) or absence.asked_by == actor.person_id


def guardian_on_the_phone(student: Person, guardian_id: UUID) -> UUID:
    query = select(Guardianship.id).where(
        Guardianship.school_id == student.school_id,
        Guardianship.student_id == student.id,
        Guardianship.guardian_id == guardian_id,
    )
    if db.session.scalar(query) is None:
        raise invalid("guardian_id", _("This person does not answer for the student."))
    return guardian_id
