from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _

from school_erp.core.access import Actor
from school_erp.core.errors import Invalid, invalid
from school_erp.core.violations import flushed
from school_erp.extensions import db
from school_erp.people import rules
from school_erp.people.actions.roles import administration_kept, grant_role
from school_erp.people.actions.standing import forget_standing, hold
from school_erp.people.errors import HasHistory, OwnAdministration
from school_erp.people.models import Person
from school_erp.people.queries.people import has_history
from school_erp.schools.queries import own_school, today_here

# what nothing reached any more begins anew with a new number or address
GIVEN_UP = {"phone": "phone_bad_since", "email": "email_bad_since"}


def add_person(school_id: UUID, body: dict[str, Any]) -> Person:
    fields = {name: value for name, value in body.items() if name != "role"}
    person = Person(school_id=school_id)
    _write(person, fields)
    db.session.add(person)
    _flush()
    if "role" in body:
        grant_role(person, {"role": body["role"], "starts_on": today_here()})
    return person


def choose_how_to_be_written_to(person: Person, wishes: dict[str, Any]) -> Person:
    """One's own: what somebody is told is the office's to say, and how is theirs."""
    _write(person, wishes)
    db.session.flush()
    return person


def change_person(actor: Actor, person: Person, changes: dict[str, Any]) -> Person:
    if changes.get("active") is False and person.active:
        return _say_goodbye(actor, person, changes)
    _write(person, changes)
    _flush()
    forget_standing(person)
    return person


def _say_goodbye(actor: Actor, person: Person, changes: dict[str, Any]) -> Person:
    """Somebody is no longer at the school: everything about them stays, nothing opens to them."""
    _refuse_oneself(actor, person)
    hold(person)
    with administration_kept():
        _write(person, changes)
        _flush()
    forget_standing(person)
    return person


def delete_person(actor: Actor, person: Person) -> None:
    """For people entered by mistake; with everybody else goes what the school must keep."""
    _refuse_oneself(actor, person)
    hold(person)
    if has_history(person):
        raise HasHistory
    with administration_kept():
        db.session.delete(person)
    forget_standing(person)


def _refuse_oneself(actor: Actor, person: Person) -> None:
    if person.id == actor.person_id:
        raise OwnAdministration


def _write(person: Person, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        meant = _phone(value) if name == "phone" and value else value
        if name in GIVEN_UP and meant != getattr(person, name):
            setattr(person, GIVEN_UP[name], None)
        setattr(person, name, meant)
    person.search_words = rules.search_words(
        (person.given_name, person.family_name, person.preferred_name), person.external_id
    )


def _phone(typed: str) -> str:
    region = own_school().region
    stored = rules.phone_in_full(typed, region)
    if stored is None:
        raise invalid(
            "phone",
            _(
                "This is not a whole phone number. Write it as you would dial it, such as "
                "%(example)s, or with + and the country's number in front.",
                example=rules.phone_example(region),
            ),
        )
    return stored


def _flush() -> None:
    with flushed({"uq_person_school_id_external_id": _number_taken}):
        pass


def _number_taken() -> Invalid:
    return invalid("external_id", _("Somebody else at the school already has this number."))
