from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from school_erp.accounts.models import Account, ApiClient, OneTimeLink, SignIn
from school_erp.core.clock import now
from school_erp.core.paging import Page, page_of
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.models import Person, RoleGrant
from school_erp.people.queries.roles import roles_today
from school_erp.people.rules import plain
from school_erp.schools.models import School
from school_erp.schools.queries import today_here
from school_erp.schools.roles import EMPLOYED


class AccountState(StrEnum):
    NONE = "none"
    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class AccountHolder:
    """A person, with the account they have or lack."""

    person: Person
    account: Account | None
    roles: Sequence[str] = field(default=())
    last_sign_in_at: datetime | None = None

    @property
    def person_id(self) -> UUID:
        return self.person.id

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def login(self) -> str | None:
        return self.account.login if self.account else None

    @property
    def state(self) -> AccountState:
        if self.account is None:
            return AccountState.NONE
        if self.account.disabled_at is not None:
            return AccountState.DISABLED
        return AccountState.ACTIVE if self.account.password_hash else AccountState.INVITED


def active_school(slug: str) -> School | None:
    return db.session.scalar(select(School).where(School.slug == slug, School.active))


def slug_of(school_id: UUID) -> str:
    return db.session.get_one(School, school_id).slug


def own_school() -> School:
    return db.session.get_one(School, current_school_id())


# those whose person may sign in as things stand
_welcome = (
    select(Account)
    .join(Person, and_(Person.school_id == Account.school_id, Person.id == Account.person_id))
    .join(School, School.id == Account.school_id)
    .where(Account.disabled_at.is_(None), Person.active, School.active)
)


def account_by_login(school_id: UUID, login: str) -> Account | None:
    return db.session.scalar(_welcome.where(Account.school_id == school_id, Account.login == login))


def account_of(school_id: UUID, person_id: UUID) -> Account | None:
    return db.session.scalar(
        _welcome.where(Account.school_id == school_id, Account.person_id == person_id)
    )


def locked_account(school_id: UUID, person_id: UUID) -> Account | None:
    """As it is now, and as it stays until this transaction ends."""
    return db.session.scalar(
        _welcome.where(Account.school_id == school_id, Account.person_id == person_id)
        .with_for_update(of=Account)
        .execution_options(populate_existing=True)
    )


def locked_sign_in(school_id: UUID, sign_in_id: UUID) -> SignIn | None:
    return db.session.scalar(
        select(SignIn)
        .where(SignIn.school_id == school_id, SignIn.id == sign_in_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def open_link(school_id: UUID, token_hash: str) -> OneTimeLink | None:
    return db.session.scalar(_open_link(school_id, token_hash))


def locked_open_link(school_id: UUID, token_hash: str) -> OneTimeLink | None:
    return db.session.scalar(
        _open_link(school_id, token_hash)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _open_link(school_id: UUID, token_hash: str) -> Select[OneTimeLink]:
    return select(OneTimeLink).where(
        OneTimeLink.school_id == school_id,
        OneTimeLink.token_hash == token_hash,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > now(),
    )


def person_of(school_id: UUID, person_id: UUID) -> Person | None:
    return db.session.get(Person, (school_id, person_id))


def logins_like(proposed: str) -> Sequence[str]:
    return db.session.scalars(
        select(Account.login).where(
            Account.school_id == current_school_id(),
            Account.login.startswith(proposed, autoescape=True),
        )
    ).all()


def is_taken(login: str, but_for: UUID) -> bool:
    found = db.session.scalar(
        select(Account.person_id).where(
            Account.school_id == current_school_id(),
            Account.login == login,
            Account.person_id != but_for,
        )
    )
    return found is not None


def account_holders(
    *, search: str = "", state: AccountState | None = None, cursor: str | None, limit: int
) -> Page[AccountHolder]:
    """People by name: those with an account, or in the state asked for."""
    query = (
        select(Person)
        .outerjoin(
            Account, and_(Account.school_id == Person.school_id, Account.person_id == Person.id)
        )
        .where(Person.school_id == current_school_id(), _in_state(state), *_matching(search))
    )
    page = page_of(
        db.session(),
        query,
        order=(Person.sort_name.expression, Person.id.expression),
        position=lambda person: (person.sort_name, person.id),
        cursor=cursor,
        limit=limit,
    )
    return Page(_as_holders(page.items), page.next_cursor)


def staff_with_sign_in() -> int:
    """Of those employed today."""
    employed = select(RoleGrant.person_id).where(
        RoleGrant.school_id == current_school_id(),
        RoleGrant.role.in_(EMPLOYED),
        RoleGrant.in_force_on(today_here()),
    )
    query = select(func.count()).select_from(Account)
    own = query.where(
        Account.school_id == current_school_id(),
        Account.person_id.in_(employed),
        Account.disabled_at.is_(None),
    )
    return db.session.scalar(own) or 0


def account_holder(person: Person) -> AccountHolder:
    return _as_holders([person])[0]


def _in_state(state: AccountState | None) -> ColumnElement[bool]:
    conditions: dict[AccountState | None, ColumnElement[bool]] = {
        None: Account.person_id.is_not(None),
        AccountState.NONE: and_(Account.person_id.is_(None), Person.active),
        AccountState.DISABLED: Account.disabled_at.is_not(None),
        AccountState.INVITED: and_(
            Account.person_id.is_not(None),
            Account.disabled_at.is_(None),
            Account.password_hash.is_(None),
        ),
        AccountState.ACTIVE: and_(
            Account.disabled_at.is_(None), Account.password_hash.is_not(None)
        ),
    }
    return conditions[state]


def _matching(search: str) -> list[ColumnElement[bool]]:
    """Every word stands in the person's names or in the login."""
    return [
        or_(
            Person.search_words.contains(word, autoescape=True),
            Account.login.contains(word, autoescape=True),
        )
        for word in plain(search).split()
    ]


def _as_holders(people: Sequence[Person]) -> list[AccountHolder]:
    ids = [person.id for person in people]
    accounts = {account.person_id: account for account in _accounts_of(ids)}
    roles, last = roles_today(ids), _last_sign_ins_of(ids)
    return [
        AccountHolder(
            person, accounts.get(person.id), roles.get(person.id, ()), last.get(person.id)
        )
        for person in people
    ]


def _accounts_of(ids: Sequence[UUID]) -> Sequence[Account]:
    return db.session.scalars(
        select(Account).where(Account.school_id == current_school_id(), Account.person_id.in_(ids))
    ).all()


def _last_sign_ins_of(ids: Sequence[UUID]) -> dict[UUID, datetime]:
    query = (
        select(SignIn.person_id, func.max(SignIn.created_at))
        .where(SignIn.school_id == current_school_id(), SignIn.person_id.in_(ids))
        .group_by(SignIn.person_id)
    )
    return dict(db.session.execute(query).all())


def api_clients(*, cursor: str | None, limit: int) -> Page[ApiClient]:
    return page_of(
        db.session(),
        select(ApiClient).where(ApiClient.school_id == current_school_id()),
        order=(ApiClient.name.expression, ApiClient.id.expression),
        position=lambda client: (client.name, client.id),
        cursor=cursor,
        limit=limit,
    )
