from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for
from marshmallow import RAISE

from school_erp.core.access import current_actor, demand, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page
from school_erp.people.access import Permission, demand_to_change, person_for
from school_erp.people.actions import people as actions
from school_erp.people.models import Person
from school_erp.people.queries import people as queries
from school_erp.people.schemas import (
    NewPersonBody,
    PeoplePage,
    PeopleQuery,
    PersonChange,
    PersonSchema,
)

blueprint = Blueprint("people", __name__, url_prefix="/people", description="Everyone known here")


@blueprint.get("")
@requires(Permission.PERSON_READ)
@blueprint.arguments(PeopleQuery, location="query", unknown=RAISE)
@blueprint.response(200, PeoplePage)
def index(asked: dict[str, Any]) -> Page[dict[str, Any]]:
    return queries.people_page(current_actor(), asked)


@blueprint.post("")
@requires(Permission.PERSON_EDIT)
@idempotent
@blueprint.arguments(NewPersonBody)
@blueprint.response(201, PersonSchema)
def add(body: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    if "role" in body:
        demand(Permission.ROLE_EDIT)
    person = actions.add_person(current_actor().school_id, body)
    return _seen(person), 201, {"Location": url_for("people.show", person_id=person.id)}


@blueprint.get("/<uuid:person_id>")
@requires(Permission.PERSON_READ)
@blueprint.response(200, PersonSchema)
def show(person_id: UUID) -> dict[str, Any]:
    return _seen(person_for(current_actor(), person_id))


@blueprint.patch("/<uuid:person_id>")
@requires(Permission.CONTACT_EDIT)
@blueprint.arguments(PersonChange(partial=True))
@blueprint.response(200, PersonSchema)
def change(body: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    person = person_for(current_actor(), person_id)
    demand_to_change(body)
    return _seen(actions.change_person(current_actor(), person, body))


@blueprint.delete("/<uuid:person_id>")
@requires(Permission.PERSON_EDIT)
@blueprint.response(204)
def delete(person_id: UUID) -> None:
    actions.delete_person(current_actor(), person_for(current_actor(), person_id))


def _seen(person: Person) -> dict[str, Any]:
    return queries.seen_by(current_actor(), [person])[0]
