from __future__ import annotations

from typing import Any

from flask import Response, jsonify, make_response

from school_erp.attendance.access import Permission, marker_of
from school_erp.attendance.actions import settings as actions
from school_erp.attendance.queries.beginnings import first_day
from school_erp.attendance.queries.settings import settings_shown
from school_erp.attendance.settings_schemas import FoundingBody, SettingsBody, SettingsShape
from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint

blueprint = Blueprint(
    "attendance_settings",
    __name__,
    url_prefix="/school/attendance/settings",
    description="The rules a school marks by",
)


@blueprint.get("")
@requires(Permission.SETTINGS_READ)
@blueprint.response(200, SettingsShape)
def show() -> dict[str, Any]:
    """The settings; as they would be by default while the school has not chosen (`founded`)."""
    return settings_shown(current_actor().school_id)


@blueprint.patch("")
@requires(Permission.SETTINGS_WRITE)
@idempotent
@blueprint.arguments(SettingsBody(partial=True))
@blueprint.response(200, SettingsShape)
def change(body: dict[str, Any]) -> dict[str, Any]:
    """Change what is sent. With `base_version`, only if nobody changed anything since."""
    actor = current_actor()
    actions.change_settings(marker_of(actor), body)
    return settings_shown(actor.school_id)


@blueprint.post("/founding")
@requires(Permission.SETTINGS_WRITE)
@idempotent
@blueprint.arguments(FoundingBody)
@blueprint.response(201, SettingsShape)
def found(body: dict[str, Any]) -> Response:
    """The first choice: how attendance is taken, and with which codes."""
    actor = current_actor()
    starts_on = body.pop("starts_on", None) or first_day()
    actions.set_up(marker_of(actor), starts_on=starts_on, **body)
    return make_response(jsonify(SettingsShape().dump(settings_shown(actor.school_id))), 201)
