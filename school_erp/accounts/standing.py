"""What an account or an API client may do right now, in one question that is seldom asked twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, String, Uuid, any_, bindparam, literal_column, select
from sqlalchemy.sql import func

from school_erp.accounts.models import Account, ApiClient, SignIn
from school_erp.core.clock import now, today_in
from school_erp.core.gathering import Gathering
from school_erp.core.remembered import remembered
from school_erp.extensions import db
from school_erp.people.models import Person, RoleGrant
from school_erp.people.queries.names import name_in_sql
from school_erp.schools.models import School


@dataclass(frozen=True, slots=True)
class Standing:
    name: str
    generation: int
    welcome: bool
    timezone: str
    grants: tuple[tuple[str, date, date | None], ...]
    sign_ins: frozenset[UUID]

    @property
    def roles(self) -> frozenset[str]:
        """The roles held today, where the school is."""
        today = today_in(self.timezone)
        return frozenset(
            role
            for role, starts_on, ends_on in self.grants
            if starts_on <= today and (ends_on is None or today <= ends_on)
        )


@dataclass(frozen=True, slots=True)
class ClientStanding:
    name: str
    key_hash: str
    scopes: frozenset[str]
    expires_at: datetime | None
    welcome: bool

    @property
    def in_force(self) -> bool:
        return self.welcome and (self.expires_at is None or now() < self.expires_at)


def standing_of(school_id: UUID, person_id: UUID, *, afresh: bool = False) -> Standing | None:
    """`afresh` asks again: for a sign-in that began after the answer was kept."""
    key = ("person", school_id, person_id)
    if afresh:
        remembered().forget(key)
        if _in_transaction():
            # what is not stored yet may never be, so that nobody else shall be told of it
            return _look_up(school_id, person_id)
    return remembered().recall(key, lambda: _look_up(school_id, person_id))


def client_standing_of(school_id: UUID, client_id: UUID) -> ClientStanding | None:
    key = ("client", school_id, client_id)
    return remembered().recall(key, lambda: _look_up_client(school_id, client_id))


def forget(school_id: UUID, person_id: UUID) -> None:
    remembered().forget(("person", school_id, person_id))


def forget_client(school_id: UUID, client_id: UUID) -> None:
    remembered().forget(("client", school_id, client_id))


_grants = (
    select(
        func.json_agg(func.json_build_array(RoleGrant.role, RoleGrant.starts_on, RoleGrant.ends_on))
    )
    .where(RoleGrant.school_id == Account.school_id, RoleGrant.person_id == Account.person_id)
    .correlate(Account)
    .scalar_subquery()
)
_sign_ins = (
    select(func.array_agg(SignIn.id))
    .where(
        SignIn.school_id == Account.school_id,
        SignIn.person_id == Account.person_id,
        SignIn.ended_at.is_(None),
        SignIn.expires_at > func.now(),
    )
    .correlate(Account)
    .scalar_subquery()
)


_people = (
    select(
        Account.person_id,
        literal_column(name_in_sql("person"), String).label("name"),
        Account.generation,
        (Account.disabled_at.is_(None) & Person.active & School.active).label("welcome"),
        School.timezone,
        _grants.label("grants"),
        _sign_ins.label("sign_ins"),
    )
    .join(Person, (Person.school_id == Account.school_id) & (Person.id == Account.person_id))
    .join(School, School.id == Account.school_id)
    .where(
        Account.school_id == bindparam("school"),
        Account.person_id == any_(bindparam("people", type_=ARRAY(Uuid))),
    )
)


def _look_up(school_id: UUID, person_id: UUID) -> Standing | None:
    """Together with all who are asked for in the same moment, such as a class that opens a page.

    Not where nothing is kept, nor from within a transaction, whose own changes nobody else may see.
    """
    if remembered().listening and not _in_transaction():
        return _gathering.do(school_id, person_id).standing
    [found] = _look_up_all(school_id, [person_id])
    return found.standing


def _in_transaction() -> bool:
    return db.session.registry.has() and db.session().in_transaction()


@dataclass(frozen=True, slots=True)
class _Found:
    standing: Standing | None


def _look_up_all(school_id: UUID, people: Sequence[UUID]) -> list[_Found]:
    rows = db.session.execute(_people, {"school": school_id, "people": people})
    found = {row.person_id: _standing(row) for row in rows}
    return [_Found(found.get(person_id)) for person_id in people]


_gathering: Gathering[UUID, UUID, _Found] = Gathering(_look_up_all, lull=0.0)


def _standing(row: Row[Any]) -> Standing:
    return Standing(
        name=row.name,
        generation=row.generation,
        welcome=row.welcome,
        timezone=row.timezone,
        grants=tuple(
            (role, date.fromisoformat(first), date.fromisoformat(last) if last else None)
            for role, first, last in row.grants or ()
        ),
        sign_ins=frozenset(row.sign_ins or ()),
    )


def _look_up_client(school_id: UUID, client_id: UUID) -> ClientStanding | None:
    query = (
        select(ApiClient, School.active)
        .join(School, School.id == ApiClient.school_id)
        .where(ApiClient.school_id == school_id, ApiClient.id == client_id)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        return None
    client, school_active = row
    return ClientStanding(
        name=client.name,
        key_hash=client.key_hash,
        scopes=frozenset(client.scopes),
        expires_at=client.expires_at,
        welcome=school_active and client.revoked_at is None,
    )
