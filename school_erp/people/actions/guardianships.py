from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from school_erp.core.errors import Invalid, NotFound, invalid
from school_erp.core.violations import flushed
from school_erp.extensions import db
from school_erp.people.actions.standing import hold
from school_erp.people.models import Guardianship, Person
from school_erp.people.queries.guardianships import in_call_order
from school_erp.people.queries.roles import ever_held
from school_erp.people.rules import with_placed
from school_erp.schools.roles import Role

MOST = 20


def add_guardian(student: Person, guardian: Person, body: dict[str, Any]) -> Guardianship:
    """Put an adult among those who answer for a student: where asked, else last to be called."""
    _check(student, guardian)
    hold(student)
    others = in_call_order(student)
    if len(others) >= MOST:
        raise invalid("guardian_id", _("A student has at most %(most)s guardians.", most=MOST))
    guardianship = Guardianship(
        school_id=student.school_id, student_id=student.id, guardian_id=guardian.id, **body
    )
    db.session.add(guardianship)
    _number(with_placed(others, guardianship, body.get("call_order", MOST)))
    with flushed({"uq_guardianship_school_id_student_id_guardian_id": _already_there}):
        pass
    return guardianship


def change_guardianship(
    student: Person, guardianship: Guardianship, changes: dict[str, Any]
) -> Guardianship:
    others = _others(student, guardianship)
    for name, value in changes.items():
        setattr(guardianship, name, value)
    if "call_order" in changes:
        _number(with_placed(others, guardianship, changes["call_order"]))
    db.session.flush()
    return guardianship


def remove_guardian(student: Person, guardianship: Guardianship) -> None:
    _number(_others(student, guardianship))
    db.session.delete(guardianship)
    db.session.flush()


def _others(student: Person, guardianship: Guardianship) -> list[Guardianship]:
    """Who else answers for the student; nobody, where this one was removed in the meantime."""
    hold(student)
    every = in_call_order(student)
    if guardianship not in every:
        raise NotFound
    return [other for other in every if other is not guardianship]


def _check(student: Person, guardian: Person) -> None:
    if student.id == guardian.id:
        raise invalid("guardian_id", _("Nobody is their own guardian."))
    if not ever_held(student, Role.STUDENT):
        raise Invalid(_("Only students have guardians, and this person is not a student."))


def _number(guardianships: list[Guardianship]) -> None:
    for place, guardianship in enumerate(guardianships, start=1):
        guardianship.call_order = place


def _already_there() -> Invalid:
    return invalid("guardian_id", _("This person is already a guardian of this student."))
