from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.academics.access import Permission, cover_for, covers_visible_to, one_of
from school_erp.academics.actions import covering as actions
from school_erp.academics.models import Cover
from school_erp.academics.queries import covers as queries
from school_erp.academics.schemas.timetable import (
    CoverBody,
    CoverChange,
    CoverPage,
    CoverSchema,
    CoversQuery,
    StoredCover,
)
from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page

blueprint = Blueprint("covers_api", __name__, url_prefix="/covers", description="Who stands in")


@blueprint.get("")
@requires(Permission.COVER_READ)
@blueprint.arguments(CoversQuery, location="query")
@blueprint.response(200, CoverPage)
def index(query: dict[str, Any]) -> Page[Cover]:
    return queries.covers_page(query, covers_visible_to(current_actor()))


@blueprint.post("")
@requires(Permission.COVER_EDIT)
@idempotent
@blueprint.arguments(CoverBody)
@blueprint.response(201, StoredCover)
def add(body: dict[str, Any]) -> dict[str, Any]:
    return _told(actions.add_cover(body))


@blueprint.get("/<uuid:cover_id>")
@requires(Permission.COVER_READ)
@blueprint.response(200, CoverSchema)
def show(cover_id: UUID) -> Cover:
    return queries.with_names(cover_for(current_actor(), cover_id))


@blueprint.patch("/<uuid:cover_id>")
@requires(Permission.COVER_EDIT)
@blueprint.arguments(CoverChange(partial=True))
@blueprint.response(200, StoredCover)
def change(body: dict[str, Any], cover_id: UUID) -> dict[str, Any]:
    return _told(actions.change_cover(one_of(current_actor(), Cover, cover_id), body))


@blueprint.delete("/<uuid:cover_id>")
@requires(Permission.COVER_EDIT)
@blueprint.response(204)
def remove(cover_id: UUID) -> None:
    actions.remove_cover(one_of(current_actor(), Cover, cover_id))


def _told(stored: actions.Covered) -> dict[str, Any]:
    cover = queries.with_names(stored.cover)
    names = ("id", "section_id", "section", "person_id", "person", "date", "slot", "note")
    return {name: getattr(cover, name) for name in names} | {"warnings": stored.warnings}
