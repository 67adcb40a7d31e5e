"""What a change of a person means for requests already on their way."""

from __future__ import annotations

from sqlalchemy import select

from school_erp.core.remembered import remembered
from school_erp.core.unit_of_work import after_commit
from school_erp.extensions import db
from school_erp.people.models import Person


def hold(person: Person) -> None:
    """Until the transaction ends, nobody else changes this person or adds anything to them."""
    db.session.execute(
        select(Person.id)
        .where(Person.school_id == person.school_id, Person.id == person.id)
        .with_for_update()
    )


def forget_standing(person: Person) -> None:
    """This process forgets with the commit; others hear of it from the database."""
    key = ("person", person.school_id, person.id)
    after_commit(lambda: remembered().forget(key))
