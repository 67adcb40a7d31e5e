"""Keys for a school's other systems, for administrators.

Making one takes no Idempotency-Key: the stored answer would be the key itself. Sent twice, it is
refused, as the name is taken.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.accounts import queries
from school_erp.accounts.access import Permission, client_for, scopes_to_choose
from school_erp.accounts.actions import clients as actions
from school_erp.accounts.models import ApiClient
from school_erp.accounts.schemas import (
    ClientSchema,
    ClientsPage,
    CreatedClientSchema,
    NewClientBody,
    ScopesSchema,
    also,
)
from school_erp.core.access import current_actor, policy, requires
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page
from school_erp.core.schemas import PageQuery

blueprint = Blueprint(
    "api_clients", __name__, url_prefix="/api-clients", description="Keys for other systems"
)


@blueprint.get("")
@requires(Permission.CLIENT_MANAGE)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, ClientsPage)
def index(asked: dict[str, Any]) -> Page[ApiClient]:
    return queries.api_clients(cursor=asked.get("cursor"), limit=asked["limit"])


@blueprint.post("")
@requires(Permission.CLIENT_MANAGE)
@blueprint.arguments(NewClientBody)
@blueprint.response(201, CreatedClientSchema)
def create(body: dict[str, Any]) -> dict[str, Any]:
    created = actions.create_client(current_actor(), **body)
    return also(created.client, ClientSchema, key=str(created.key))


@blueprint.get("/scopes")
@requires(Permission.CLIENT_MANAGE)
@blueprint.response(200, ScopesSchema)
def scopes() -> dict[str, Any]:
    """What a key can be given."""
    return {"scopes": scopes_to_choose(policy())}


@blueprint.get("/<uuid:client_id>")
@requires(Permission.CLIENT_MANAGE)
@blueprint.response(200, ClientSchema)
def show(client_id: UUID) -> ApiClient:
    return client_for(current_actor(), client_id)


@blueprint.delete("/<uuid:client_id>")
@requires(Permission.CLIENT_MANAGE)
@blueprint.response(204)
def revoke(client_id: UUID) -> None:
    actions.revoke(client_for(current_actor(), client_id))
