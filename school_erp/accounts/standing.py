"""What an account or an API client may do right now, in one question that is seldom asked twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.sql import func

from school_erp.accounts.models import Account, ApiClient, SignIn
from school_erp.core.clock import now, today_in
from school_erp.core.remembered import remembered
from school_erp.extensions import db
from school_erp.people.models import Person, RoleGrant
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


def _look_up(school_id: UUID, person_id: UUID) -> Standing | None:
    query = (
        select(
            Account.generation,
            Account.disabled_at.is_(None) & Person.active & School.active,
            Person,
            School.timezone,
            _grants,
            _sign_ins,
        )
        .join(Person, (Person.school_id == Account.school_id) & (Person.id == Account.person_id))
        .join(School, School.id == Account.school_id)
        .where(Account.school_id == school_id, Account.person_id == person_id)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        return None
    generation, welcome, person, timezone, grants, sign_ins = row
    return Standing(
        name=person.name,
        generation=generation,
        welcome=welcome,
        timezone=timezone,
        grants=tuple(
            (role, date.fromisoformat(first), date.fromisoformat(last) if last else None)
            for role, first, last in grants or ()
        ),
        sign_ins=frozenset(sign_ins or ()),
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
