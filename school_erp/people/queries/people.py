from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, exists, func, or_, select

from school_erp.core.access import Actor, may
from school_erp.core.paging import LIMIT, Page, page_of
from school_erp.extensions import db
from school_erp.people.access import Permission, knows_details, people_visible_to
from school_erp.people.models import Person, RoleGrant
from school_erp.people.queries.roles import holders_of, roles_today
from school_erp.people.rules import ID_BEGINS, plain

NAMES = ("id", "name", "given_name", "family_name", "preferred_name", "active")
DETAILS = (
    *("email", "phone", "external_id", "language", "message_channel"),
    *("phone_bad_since", "email_bad_since"),
)


def people_page(actor: Actor, asked: dict[str, Any]) -> Page[dict[str, Any]]:
    """Those whom the actor may see, by family name, as far as they are asked for."""
    query = select(Person).where(
        Person.school_id == actor.school_id, people_visible_to(actor), *_asked_for(actor, asked)
    )
    page = page_of(
        db.session(),
        query,
        order=(Person.sort_name.expression, Person.id.expression),
        position=lambda person: (person.sort_name, person.id),
        cursor=asked.get("cursor"),
        limit=asked.get("limit", LIMIT),
    )
    return Page(seen_by(actor, page.items), page.next_cursor)


def people_called(actor: Actor, words: str, most: int) -> Sequence[UUID]:
    """The ids of those whom the words find, by family name."""
    query = select(Person.id).where(
        Person.school_id == actor.school_id,
        people_visible_to(actor),
        *_asked_for(actor, {"q": words}),
    )
    return db.session.scalars(query.order_by(Person.sort_name, Person.id).limit(most)).all()


def _asked_for(actor: Actor, asked: dict[str, Any]) -> Iterable[ColumnElement[bool]]:
    # no index serves LIKE under a policy (it is not leakproof), and none is needed: the policy's
    # own condition narrows to one school's rows by index, few enough to look through
    searched = _searched_by(actor)
    for word in plain(asked.get("q", "")).split():
        yield searched.contains(word, autoescape=True)
    if "active" in asked:
        yield Person.active.is_(asked["active"])
    if "role" in asked:
        yield Person.id.in_(holders_of(asked["role"]))


def _searched_by(actor: Actor) -> ColumnElement[str]:
    """Whoever may not read the school's numbers must not find out by searching for them."""
    if may(Permission.CONTACT_READ, actor):
        return Person.search_words.expression
    return func.split_part(Person.search_words, ID_BEGINS, 1)


def seen_by(actor: Actor, people: Sequence[Person]) -> list[dict[str, Any]]:
    """Each with the roles of today, and as much else as the actor may know."""
    roles = roles_today([person.id for person in people])
    return [
        {name: getattr(person, name) for name in _known_of(actor, person)}
        | {"roles": roles.get(person.id, [])}
        for person in people
    ]


def _known_of(actor: Actor, person: Person) -> Sequence[str]:
    return NAMES + DETAILS if knows_details(actor, person.id) else NAMES


def has_history(person: Person) -> bool:
    """Whether anything but a role speaks of this person: an account, a class, a child, a mark."""
    facts = [
        exists().where(table.c.school_id == person.school_id, table.c[column] == person.id)
        for table, column in _tables_about_people()
    ]
    return bool(db.session.scalar(select(or_(*facts))))


@cache
def _tables_about_people() -> list[tuple[Table, str]]:
    """Asked of the models, so that a feature that comes later is not forgotten."""
    return [
        (table, column)
        for table in Person.metadata.sorted_tables
        if table.name != RoleGrant.__tablename__
        for key in table.foreign_key_constraints
        if key.referred_table.name == Person.__tablename__
        for column in key.column_keys
        if column != "school_id"
    ]
