"""Accounts of people, for administrators.

What makes a link takes no Idempotency-Key: the stored answer would be the secret itself. Sent
twice, it makes a second link, and the first no longer opens anything.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for

from school_erp.accounts import queries
from school_erp.accounts.access import Permission, account_for, holder_for, person_for
from school_erp.accounts.actions import disabling, opening
from school_erp.accounts.addresses import link_url
from school_erp.accounts.queries import AccountHolder, AccountState, account_holder
from school_erp.accounts.schemas import (
    AccountChange,
    AccountSchema,
    AccountsPage,
    AccountsQuery,
    LinkSchema,
    NewAccountBody,
    OpenedAccountSchema,
    also,
)
from school_erp.core.access import current_actor, requires
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page

blueprint = Blueprint(
    "accounts", __name__, url_prefix="/accounts", description="Who may sign in, and how"
)


@blueprint.get("")
@requires(Permission.ACCOUNT_MANAGE)
@blueprint.arguments(AccountsQuery, location="query")
@blueprint.response(200, AccountsPage)
def index(asked: dict[str, Any]) -> Page[AccountHolder]:
    state = AccountState(asked["state"]) if "state" in asked else None
    return queries.account_holders(
        search=asked.get("q", ""), state=state, cursor=asked.get("cursor"), limit=asked["limit"]
    )


@blueprint.post("")
@requires(Permission.ACCOUNT_MANAGE)
@blueprint.arguments(NewAccountBody)
@blueprint.response(201, OpenedAccountSchema)
def open_account(body: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    person = person_for(current_actor(), body["person_id"])
    account = opening.open_account(person, body.get("login"))
    link = _link(opening.issue_link(account))
    where = url_for("accounts.show", person_id=person.id)
    return also(account_holder(person), AccountSchema, link=link), 201, {"Location": where}


@blueprint.get("/<uuid:person_id>")
@requires(Permission.ACCOUNT_MANAGE)
@blueprint.response(200, AccountSchema)
def show(person_id: UUID) -> AccountHolder:
    return holder_for(current_actor(), person_id)


@blueprint.patch("/<uuid:person_id>")
@requires(Permission.ACCOUNT_MANAGE)
@blueprint.arguments(AccountChange)
@blueprint.response(200, AccountSchema)
def change(body: dict[str, Any], person_id: UUID) -> AccountHolder:
    opening.change_login(account_for(current_actor(), person_id), body["login"])
    return holder_for(current_actor(), person_id)


@blueprint.post("/<uuid:person_id>/links")
@requires(Permission.ACCOUNT_MANAGE)
@blueprint.response(201, LinkSchema)
def issue_link(person_id: UUID) -> dict[str, Any]:
    return _link(opening.issue_link(account_for(current_actor(), person_id)))


@blueprint.put("/<uuid:person_id>/disablement")
@requires(Permission.ACCOUNT_MANAGE)
@blueprint.response(200, AccountSchema)
def disable(person_id: UUID) -> AccountHolder:
    disabling.disable(current_actor(), account_for(current_actor(), person_id))
    return holder_for(current_actor(), person_id)


@blueprint.delete("/<uuid:person_id>/disablement")
@requires(Permission.ACCOUNT_MANAGE)
@blueprint.response(200, AccountSchema)
def enable(person_id: UUID) -> AccountHolder:
    disabling.enable(account_for(current_actor(), person_id))
    return holder_for(current_actor(), person_id)


def _link(issued: opening.IssuedLink) -> dict[str, Any]:
    return {"url": link_url(issued.token), "expires_at": issued.expires_at}
