from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.academics.queries.calendar import periods
from school_erp.academics.queries.choosing import Choices, adults_to_choose, sections_to_choose
from school_erp.attendance.access import Permission
from school_erp.attendance.audit_schemas import KINDS, AuditPageQuery
from school_erp.attendance.pages.audit_words import told_field, told_value
from school_erp.attendance.queries.audit import EntryShown, trail
from school_erp.attendance.queries.settings import settings_shown
from school_erp.attendance.vocabulary import Mode
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import asked_for
from school_erp.people.queries.people import people_called
from school_erp.schools.queries import today_here

blueprint = Blueprint("audit_pages", __name__, url_prefix="/attendance/audit")

# a name that finds more people than this finds too many to ask about
MOST_CALLED_SO = 200


@blueprint.get("")
@requires(Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    asked = asked_for(AuditPageQuery)
    if "whom" in asked:
        asked["about"] = people_called(current_actor(), asked["whom"], MOST_CALLED_SO)
    page = trail(asked)
    typed = {name: value for name, value in request.args.items() if name in _ASKED and value}
    names = _named(asked, page.items)
    return render_template(
        "attendance/audit.html",
        page=page,
        typed=typed,
        kinds=KINDS,
        sections=_with_chosen(_sections(), typed.get("section_id"), names.get("section_id")),
        adults=_with_chosen(
            adults_to_choose(today_here()), typed.get("actor_id"), names.get("actor_id")
        ),
        slot_names=_slot_names(),
        next_url=_address(typed, page.next_cursor),
        first_url=_address(typed) if "cursor" in asked else "",
        moment=dt.datetime.fromisoformat,
        told_field=told_field,
        told_value=told_value,
        narrowed_to=[names[each] for each in ("student_id", "person_id") if each in names],
    )


def _sections() -> Choices:
    """Also those of the year before."""
    return sections_to_choose(today_here() - dt.timedelta(days=366))


def _with_chosen(options: Choices, chosen: str | None, name: str | None) -> Choices:
    """What is chosen already can be kept, also where it would not be offered."""
    if not chosen or any(value == chosen for value, _label in options):
        return options
    return [*options, (chosen, name or _("Chosen before"))]


def _slot_names() -> dict[int, str]:
    settings = settings_shown(current_actor().school_id)
    if settings["attendance_mode"] == Mode.PERIOD:
        return {period.slot: period.name for period in periods()}
    return {1: _("Morning"), 2: _("Afternoon")} if settings["daily_sessions"] == 2 else {1: ""}


_ASKED = {field.data_key or name for name, field in AuditPageQuery().fields.items()} - {"cursor"}


def _address(typed: dict[str, str], cursor: str | None = "") -> str:
    if cursor is None:
        return ""
    asked: dict[str, Any] = typed | ({"cursor": cursor} if cursor else {})
    return url_for(".index", **asked)


def _named(asked: dict[str, Any], entries: Sequence[EntryShown]) -> dict[str, str]:
    """Whom and what the address names, in words, as far as the entries tell."""
    if not entries:
        return {}
    first = entries[0]
    names = {
        "student_id": first.student,
        "section_id": first.section,
        "actor_id": first.entry.actor_name,
        "person_id": first.person,
    }
    return {field: name for field, name in names.items() if asked.get(field) and name}
