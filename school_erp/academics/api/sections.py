from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.academics.access import (
    Permission,
    one_of,
    roster_for,
    section_for,
    sections_of,
)
from school_erp.academics.actions import enrolling
from school_erp.academics.actions import sections as actions
from school_erp.academics.models import Enrolment, Section
from school_erp.academics.queries import rosters
from school_erp.academics.queries import sections as queries
from school_erp.academics.queries.sections import SectionFilter, SectionSummary
from school_erp.academics.schemas.sections import (
    EnrolmentPage,
    Enrolments,
    EnrolmentsBody,
    RosterQuery,
    SectionBody,
    SectionChange,
    SectionPage,
    SectionSchema,
    SectionsQuery,
)
from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page
from school_erp.schools.queries import today_here

blueprint = Blueprint(
    "sections_api", __name__, url_prefix="/sections", description="Classes and who is in them"
)


@blueprint.get("")
@requires(Permission.SECTION_READ)
@blueprint.arguments(SectionsQuery, location="query")
@blueprint.response(200, SectionPage)
def index(query: dict[str, Any]) -> Page[SectionSummary]:
    cursor, limit, today = query.pop("cursor", None), query.pop("limit"), today_here()
    within = sections_of(current_actor(), today)
    return queries.sections_page(SectionFilter(**query), today, cursor, limit, within)


@blueprint.post("")
@requires(Permission.STRUCTURE_EDIT)
@idempotent
@blueprint.arguments(SectionBody)
@blueprint.response(201, SectionSchema)
def add(body: dict[str, Any]) -> SectionSummary:
    return queries.summary(actions.add_section(body), today_here())


@blueprint.get("/<uuid:section_id>")
@requires(Permission.SECTION_READ)
@blueprint.response(200, SectionSchema)
def show(section_id: UUID) -> SectionSummary:
    return queries.summary(section_for(current_actor(), section_id), today_here())


@blueprint.patch("/<uuid:section_id>")
@requires(Permission.STRUCTURE_EDIT)
@blueprint.arguments(SectionChange(partial=True))
@blueprint.response(200, SectionSchema)
def change(body: dict[str, Any], section_id: UUID) -> SectionSummary:
    section = one_of(current_actor(), Section, section_id)
    return queries.summary(actions.change_section(section, body), today_here())


@blueprint.delete("/<uuid:section_id>")
@requires(Permission.STRUCTURE_EDIT)
@blueprint.response(204)
def remove(section_id: UUID) -> None:
    actions.remove_section(one_of(current_actor(), Section, section_id))


@blueprint.get("/<uuid:section_id>/students")
@requires(Permission.ROSTER_READ)
@blueprint.arguments(RosterQuery, location="query")
@blueprint.response(200, EnrolmentPage)
def students(query: dict[str, Any], section_id: UUID) -> Page[Enrolment]:
    roster = roster_for(current_actor(), section_id, query.get("on"))
    return rosters.roster_page(roster, "student", query.get("cursor"), query["limit"])


@blueprint.get("/<uuid:section_id>/teachers")
@requires(Permission.ROSTER_READ)
@blueprint.arguments(RosterQuery, location="query")
@blueprint.response(200, EnrolmentPage)
def teachers(query: dict[str, Any], section_id: UUID) -> Page[Enrolment]:
    roster = roster_for(current_actor(), section_id, query.get("on"))
    return rosters.roster_page(roster, "teacher", query.get("cursor"), query["limit"])


@blueprint.post("/<uuid:section_id>/enrolments")
@requires(Permission.ENROLMENT_EDIT)
@idempotent
@blueprint.arguments(EnrolmentsBody)
@blueprint.response(201, Enrolments)
def enrol(body: dict[str, Any], section_id: UUID) -> dict[str, Any]:
    section = one_of(current_actor(), Section, section_id)
    return {"items": rosters.with_people(enrolling.enrol_many(section, body))}
