from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.academics.access import Permission, one_of
from school_erp.academics.actions import sessions as actions
from school_erp.academics.models import AcademicSession
from school_erp.academics.queries import calendar as queries
from school_erp.academics.schemas.structure import (
    AcademicSessionBody,
    AcademicSessionChange,
    AcademicSessionPage,
    AcademicSessionSchema,
)
from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page
from school_erp.core.schemas import PageQuery

blueprint = Blueprint(
    "academic_sessions_api",
    __name__,
    url_prefix="/academic-sessions",
    description="School years and terms",
)


@blueprint.get("")
@requires(Permission.CALENDAR_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, AcademicSessionPage)
def index(query: dict[str, Any]) -> Page[AcademicSession]:
    return queries.sessions_page(query.get("cursor"), query["limit"])


@blueprint.post("")
@requires(Permission.STRUCTURE_EDIT)
@idempotent
@blueprint.arguments(AcademicSessionBody)
@blueprint.response(201, AcademicSessionSchema)
def add(body: dict[str, Any]) -> AcademicSession:
    return actions.add_session(body)


@blueprint.get("/<uuid:session_id>")
@requires(Permission.CALENDAR_READ)
@blueprint.response(200, AcademicSessionSchema)
def show(session_id: UUID) -> AcademicSession:
    return one_of(current_actor(), AcademicSession, session_id)


@blueprint.patch("/<uuid:session_id>")
@requires(Permission.STRUCTURE_EDIT)
@blueprint.arguments(AcademicSessionChange(partial=True))
@blueprint.response(200, AcademicSessionSchema)
def change(body: dict[str, Any], session_id: UUID) -> AcademicSession:
    return actions.change_session(one_of(current_actor(), AcademicSession, session_id), body)


@blueprint.delete("/<uuid:session_id>")
@requires(Permission.STRUCTURE_EDIT)
@blueprint.response(204)
def remove(session_id: UUID) -> None:
    actions.remove_session(one_of(current_actor(), AcademicSession, session_id))
