from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.academics.access import Permission, one_of
from school_erp.academics.actions import enrolling as actions
from school_erp.academics.models import Enrolment
from school_erp.academics.queries import rosters
from school_erp.academics.schemas.sections import (
    EnrolmentBody,
    EnrolmentDates,
    EnrolmentPage,
    EnrolmentSchema,
    EnrolmentsQuery,
    TransferBody,
)
from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page

blueprint = Blueprint(
    "enrolments_api", __name__, url_prefix="/enrolments", description="Who is in which class, when"
)


@blueprint.get("")
@requires(Permission.ENROLMENT_READ)
@blueprint.arguments(EnrolmentsQuery, location="query")
@blueprint.response(200, EnrolmentPage)
def index(query: dict[str, Any]) -> Page[Enrolment]:
    return rosters.enrolments_page(query.pop("cursor", None), query.pop("limit"), **query)


@blueprint.post("")
@requires(Permission.ENROLMENT_EDIT)
@idempotent
@blueprint.arguments(EnrolmentBody)
@blueprint.response(201, EnrolmentSchema)
def add(body: dict[str, Any]) -> Enrolment:
    return rosters.with_person(actions.enrol(body))


@blueprint.get("/<uuid:enrolment_id>")
@requires(Permission.ENROLMENT_READ)
@blueprint.response(200, EnrolmentSchema)
def show(enrolment_id: UUID) -> Enrolment:
    return rosters.with_person(one_of(current_actor(), Enrolment, enrolment_id))


@blueprint.patch("/<uuid:enrolment_id>")
@requires(Permission.ENROLMENT_EDIT)
@blueprint.arguments(EnrolmentDates)
@blueprint.response(200, EnrolmentSchema)
def change(body: dict[str, Any], enrolment_id: UUID) -> Enrolment:
    enrolment = one_of(current_actor(), Enrolment, enrolment_id)
    return rosters.with_person(actions.change_enrolment(enrolment, body))


@blueprint.delete("/<uuid:enrolment_id>")
@requires(Permission.ENROLMENT_EDIT)
@blueprint.response(204)
def remove(enrolment_id: UUID) -> None:
    actions.remove_enrolment(one_of(current_actor(), Enrolment, enrolment_id))


@blueprint.post("/<uuid:enrolment_id>/transfer")
@requires(Permission.ENROLMENT_EDIT)
@idempotent
@blueprint.arguments(TransferBody)
@blueprint.response(201, EnrolmentSchema)
def transfer(body: dict[str, Any], enrolment_id: UUID) -> Enrolment:
    enrolment = one_of(current_actor(), Enrolment, enrolment_id)
    return rosters.with_person(actions.transfer(enrolment, body))
