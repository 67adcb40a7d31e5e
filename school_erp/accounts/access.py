from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from school_erp.accounts import queries
from school_erp.accounts.models import Account, ApiClient
from school_erp.accounts.queries import AccountHolder
from school_erp.core.access import Actor, Policy
from school_erp.core.errors import NotFound
from school_erp.extensions import db
from school_erp.people.models import Person
from school_erp.schools.roles import Role, anyone, anyone_who_is


class Permission(StrEnum):
    INTRODUCTION = "accounts:introduction:own"
    OWN_SIGN_IN = "accounts:sign_in:own"
    ACCOUNT_MANAGE = "accounts:account:manage"
    CLIENT_MANAGE = "accounts:client:manage"


POLICY = {
    Permission.INTRODUCTION: anyone,
    Permission.OWN_SIGN_IN: anyone,
    Permission.ACCOUNT_MANAGE: anyone_who_is(Role.ADMIN),
    Permission.CLIENT_MANAGE: anyone_who_is(Role.ADMIN),
}


def may_be_a_scope(permission: str) -> bool:
    """Other systems sign nobody in, make no accounts and no further keys."""
    return not permission.startswith("accounts:")


def scopes_to_choose(policy: Policy) -> list[str]:
    return [name for name in policy.permissions if may_be_a_scope(name)]


def person_for(actor: Actor, person_id: UUID) -> Person:
    found = queries.person_of(actor.school_id, person_id)
    if found is None:
        raise NotFound
    return found


def holder_for(actor: Actor, person_id: UUID) -> AccountHolder:
    """To look at; `account_for` is to change."""
    holder = queries.account_holder(person_for(actor, person_id))
    if holder.account is None:
        raise NotFound
    return holder


def account_for(actor: Actor, person_id: UUID) -> Account:
    found = db.session.get(Account, (actor.school_id, person_id), with_for_update=True)
    if found is None:
        raise NotFound
    return found


def client_for(actor: Actor, client_id: UUID) -> ApiClient:
    found = db.session.get(ApiClient, (actor.school_id, client_id), with_for_update=True)
    if found is None:
        raise NotFound
    return found
