from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response

from school_erp.attendance.access import Permission, code_for, marker_of
from school_erp.attendance.actions import codes as actions
from school_erp.attendance.code_schemas import (
    AttendanceCodeBody,
    AttendanceCodeChange,
    AttendanceCodeList,
    AttendanceCodeQuery,
    AttendanceCodeShape,
)
from school_erp.attendance.models import AttendanceCode
from school_erp.attendance.queries.codes import codes_from
from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint

blueprint = Blueprint(
    "attendance_codes",
    __name__,
    url_prefix="/school/attendance/codes",
    description="What a mark may say, and what it means",
)


@blueprint.get("")
@requires(Permission.SETTINGS_READ)
@blueprint.arguments(AttendanceCodeQuery, location="query")
@blueprint.response(200, AttendanceCodeList)
def list_codes(asked: dict[str, Any]) -> dict[str, Any]:
    return {"items": codes_from(asked.get("on")), "next_cursor": None}


@blueprint.post("")
@requires(Permission.SETTINGS_WRITE)
@idempotent
@blueprint.arguments(AttendanceCodeBody)
@blueprint.response(201, AttendanceCodeShape)
def add(body: dict[str, Any]) -> Response:
    code = actions.add_code(marker_of(current_actor()), body)
    return make_response(jsonify(AttendanceCodeShape().dump(code)), 201)


@blueprint.get("/<uuid:code_id>")
@requires(Permission.SETTINGS_READ)
@blueprint.response(200, AttendanceCodeShape)
def show(code_id: UUID) -> AttendanceCode:
    return code_for(current_actor(), code_id)


@blueprint.patch("/<uuid:code_id>")
@requires(Permission.SETTINGS_WRITE)
@idempotent
@blueprint.arguments(AttendanceCodeChange(partial=True))
@blueprint.response(200, AttendanceCodeShape)
def change(body: dict[str, Any], code_id: UUID) -> AttendanceCode:
    """A new meaning of a code in use answers with the code that now begins (`starts_on`)."""
    actor = current_actor()
    return actions.change_code(code_for(actor, code_id), marker_of(actor), body)


@blueprint.delete("/<uuid:code_id>")
@requires(Permission.SETTINGS_WRITE)
@idempotent
@blueprint.response(204)
def delete(code_id: UUID) -> None:
    actor = current_actor()
    actions.delete_code(code_for(actor, code_id), marker_of(actor))
