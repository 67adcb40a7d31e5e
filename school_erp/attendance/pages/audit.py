from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from school_erp.attendance.access import Permission
from school_erp.attendance.audit_schemas import KINDS, AuditQuery
from school_erp.attendance.queries.audit import trail
from school_erp.core.access import requires
from school_erp.core.forms import asked_for

blueprint = Blueprint("audit_pages", __name__, url_prefix="/attendance/audit")


@blueprint.get("")
@requires(Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    asked = asked_for(AuditQuery)
    page = trail(asked)
    typed = {name: value for name, value in request.args.items() if name in _ASKED and value}
    return render_template(
        "attendance/audit.html",
        page=page,
        typed=typed,
        kinds=KINDS,
        next_url=_address(typed, page.next_cursor),
        first_url=_address(typed) if "cursor" in asked else "",
        moment=dt.datetime.fromisoformat,
        narrowed_to=_narrowed_to(asked, page.items),
    )


_ASKED = {field.data_key or name for name, field in AuditQuery().fields.items()} - {"cursor"}


def _address(typed: dict[str, str], cursor: str | None = "") -> str:
    if cursor is None:
        return ""
    asked: dict[str, Any] = typed | ({"cursor": cursor} if cursor else {})
    return url_for(".index", **asked)


def _narrowed_to(asked: dict[str, Any], entries: Any) -> list[str]:
    """Whom and what the address names, in words, as far as the entries tell."""
    first = next(iter(entries), None)
    if first is None:
        return []
    names = {
        "student_id": first.student,
        "section_id": first.section,
        "actor_id": first.entry.actor_name,
        "person_id": first.person,
    }
    return [name for field, name in names.items() if asked.get(field) and name]
