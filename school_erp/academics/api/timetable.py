from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.academics.access import (
    Permission,
    entries_readable_to,
    one_of,
    section_for,
    timetable_for,
)
from school_erp.academics.actions import timetabling as actions
from school_erp.academics.models import TimetableEntry
from school_erp.academics.queries import slots
from school_erp.academics.queries.timetable import lessons_page
from school_erp.academics.schemas.timetable import (
    EntriesQuery,
    EntryBody,
    EntryChange,
    EntryPage,
    EntrySchema,
    StoredEntry,
    TimetableQuery,
    TimetableSchema,
)
from school_erp.academics.wording import DAY_KINDS
from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page
from school_erp.schools.queries import today_here

blueprint = Blueprint(
    "timetable_api", __name__, url_prefix="/timetable", description="What takes place on a date"
)
entries = Blueprint(
    "timetable_entries_api",
    __name__,
    url_prefix="/timetable-entries",
    description="The weekly pattern behind the timetable",
)


@blueprint.get("")
@requires(Permission.TIMETABLE_READ)
@blueprint.arguments(TimetableQuery, location="query")
@blueprint.response(200, TimetableSchema)
def show(query: dict[str, Any]) -> dict[str, Any]:
    cursor, limit = query.pop("cursor", None), query.pop("limit")
    on = query.pop("on", None) or today_here()
    day, page = lessons_page(on, timetable_for(current_actor(), on, **query), cursor, limit)
    return {
        "date": on,
        "is_school_day": day.is_school_day,
        "kind": day.kind,
        "why": DAY_KINDS[day.kind],
        "note": day.note,
        "items": page.items,
        "next_cursor": page.next_cursor,
    }


@entries.get("")
@requires(Permission.TIMETABLE_READ)
@entries.arguments(EntriesQuery, location="query")
@entries.response(200, EntryPage)
def index(query: dict[str, Any]) -> Page[TimetableEntry]:
    within = entries_readable_to(current_actor(), query.get("section_id"))
    return slots.entries_page(query.pop("cursor", None), query.pop("limit"), within, **query)


@entries.post("")
@requires(Permission.TIMETABLE_EDIT)
@idempotent
@entries.arguments(EntryBody)
@entries.response(201, StoredEntry)
def add(body: dict[str, Any]) -> dict[str, Any]:
    return _told(actions.add_entry(body))


@entries.get("/<uuid:entry_id>")
@requires(Permission.TIMETABLE_READ)
@entries.response(200, EntrySchema)
def entry(entry_id: UUID) -> TimetableEntry:
    found = one_of(current_actor(), TimetableEntry, entry_id)
    section_for(current_actor(), found.section_id)
    return found


@entries.patch("/<uuid:entry_id>")
@requires(Permission.TIMETABLE_EDIT)
@entries.arguments(EntryChange(partial=True))
@entries.response(200, StoredEntry)
def change(body: dict[str, Any], entry_id: UUID) -> dict[str, Any]:
    return _told(actions.change_entry(one_of(current_actor(), TimetableEntry, entry_id), body))


@entries.delete("/<uuid:entry_id>")
@requires(Permission.TIMETABLE_EDIT)
@entries.response(204)
def remove(entry_id: UUID) -> None:
    actions.remove_entry(one_of(current_actor(), TimetableEntry, entry_id))


def _told(stored: actions.Timetabled) -> dict[str, Any]:
    fields = {name: getattr(stored.entry, name) for name in EntrySchema().fields}
    return fields | {"warnings": stored.warnings}
