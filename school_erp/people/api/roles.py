from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page
from school_erp.people.access import (
    Permission,
    person_for,
    person_in_detail_for,
    role_grant_for,
)
from school_erp.people.actions import roles as actions
from school_erp.people.models import RoleGrant
from school_erp.people.queries.roles import role_grants_of
from school_erp.people.schemas import (
    RoleDatesBody,
    RoleGrantBody,
    RoleGrantPage,
    RoleGrantSchema,
)

blueprint = Blueprint(
    "roles", __name__, url_prefix="/people", description="What people are to the school, and when"
)


@blueprint.get("/<uuid:person_id>/roles")
@requires(Permission.PERSON_READ)
@blueprint.response(200, RoleGrantPage)
def index(person_id: UUID) -> Page[RoleGrant]:
    return Page(role_grants_of(person_in_detail_for(current_actor(), person_id)))


@blueprint.post("/<uuid:person_id>/roles")
@requires(Permission.ROLE_EDIT)
@idempotent
@blueprint.arguments(RoleGrantBody)
@blueprint.response(201, RoleGrantSchema)
def grant(body: dict[str, Any], person_id: UUID) -> RoleGrant:
    return actions.grant_role(person_for(current_actor(), person_id), body)


@blueprint.patch("/<uuid:person_id>/roles/<uuid:grant_id>")
@requires(Permission.ROLE_EDIT)
@blueprint.arguments(RoleDatesBody(partial=True))
@blueprint.response(200, RoleGrantSchema)
def change(body: dict[str, Any], person_id: UUID, grant_id: UUID) -> RoleGrant:
    return actions.change_dates(current_actor(), _grant(person_id, grant_id), body)


@blueprint.delete("/<uuid:person_id>/roles/<uuid:grant_id>")
@requires(Permission.ROLE_EDIT)
@blueprint.response(204)
def withdraw(person_id: UUID, grant_id: UUID) -> None:
    actions.withdraw_role(current_actor(), _grant(person_id, grant_id))


def _grant(person_id: UUID, grant_id: UUID) -> RoleGrant:
    return role_grant_for(person_for(current_actor(), person_id), grant_id)
