from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page
from school_erp.extensions import db
from school_erp.people.access import (
    Permission,
    guardian_for,
    guardianship_for,
    person_for,
    person_in_detail_for,
)
from school_erp.people.actions import guardianships as actions
from school_erp.people.models import Guardianship, Person
from school_erp.people.queries import guardianships as queries
from school_erp.people.schemas import (
    GuardianshipBody,
    GuardianshipChange,
    GuardianshipPage,
    GuardianshipSchema,
)

blueprint = Blueprint(
    "guardianships", __name__, url_prefix="/people", description="Who answers for whom"
)


@blueprint.get("/<uuid:person_id>/guardians")
@requires(Permission.PERSON_READ)
@blueprint.response(200, GuardianshipPage)
def guardians(person_id: UUID) -> Page[dict[str, Any]]:
    actor = current_actor()
    return Page(queries.guardians_of(actor, person_in_detail_for(actor, person_id)))


@blueprint.get("/<uuid:person_id>/students")
@requires(Permission.PERSON_READ)
@blueprint.response(200, GuardianshipPage)
def students(person_id: UUID) -> Page[dict[str, Any]]:
    actor = current_actor()
    return Page(queries.students_of(actor, person_in_detail_for(actor, person_id)))


@blueprint.post("/<uuid:person_id>/guardians")
@requires(Permission.GUARDIANSHIP_EDIT)
@idempotent
@blueprint.arguments(GuardianshipBody)
@blueprint.response(201, GuardianshipSchema)
def add(body: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    student = person_for(current_actor(), person_id)
    guardian = guardian_for(current_actor(), body.pop("guardian_id"))
    return _seen(actions.add_guardian(student, guardian, body))


@blueprint.patch("/<uuid:person_id>/guardians/<uuid:guardianship_id>")
@requires(Permission.GUARDIANSHIP_EDIT)
@blueprint.arguments(GuardianshipChange(partial=True))
@blueprint.response(200, GuardianshipSchema)
def change(body: dict[str, Any], person_id: UUID, guardianship_id: UUID) -> dict[str, Any]:
    student = person_for(current_actor(), person_id)
    found = guardianship_for(student, guardianship_id)
    return _seen(actions.change_guardianship(student, found, body))


@blueprint.delete("/<uuid:person_id>/guardians/<uuid:guardianship_id>")
@requires(Permission.GUARDIANSHIP_EDIT)
@blueprint.response(204)
def remove(person_id: UUID, guardianship_id: UUID) -> None:
    student = person_for(current_actor(), person_id)
    actions.remove_guardian(student, guardianship_for(student, guardianship_id))


def _seen(guardianship: Guardianship) -> dict[str, Any]:
    other = db.session.get_one(Person, (guardianship.school_id, guardianship.guardian_id))
    return queries.seen_by(current_actor(), guardianship, other)
