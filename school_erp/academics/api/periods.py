from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.academics.access import Permission, one_of
from school_erp.academics.actions import periods as actions
from school_erp.academics.models import Period
from school_erp.academics.queries import calendar as queries
from school_erp.academics.schemas.structure import (
    PeriodBody,
    PeriodChange,
    PeriodPage,
    PeriodSchema,
)
from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page
from school_erp.core.schemas import PageQuery

blueprint = Blueprint(
    "periods_api", __name__, url_prefix="/periods", description="The slots of the day"
)


@blueprint.get("")
@requires(Permission.CALENDAR_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, PeriodPage)
def index(query: dict[str, Any]) -> Page[Period]:
    return queries.periods_page(query.get("cursor"), query["limit"])


@blueprint.post("")
@requires(Permission.STRUCTURE_EDIT)
@idempotent
@blueprint.arguments(PeriodBody)
@blueprint.response(201, PeriodSchema)
def add(body: dict[str, Any]) -> Period:
    return actions.add_period(body)


@blueprint.get("/<uuid:period_id>")
@requires(Permission.CALENDAR_READ)
@blueprint.response(200, PeriodSchema)
def show(period_id: UUID) -> Period:
    return one_of(current_actor(), Period, period_id)


@blueprint.patch("/<uuid:period_id>")
@requires(Permission.STRUCTURE_EDIT)
@blueprint.arguments(PeriodChange(partial=True))
@blueprint.response(200, PeriodSchema)
def change(body: dict[str, Any], period_id: UUID) -> Period:
    return actions.change_period(one_of(current_actor(), Period, period_id), body)


@blueprint.delete("/<uuid:period_id>")
@requires(Permission.STRUCTURE_EDIT)
@blueprint.response(204)
def remove(period_id: UUID) -> None:
    actions.remove_period(one_of(current_actor(), Period, period_id))
