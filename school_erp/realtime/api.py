from __future__ import annotations

from typing import Any

from school_erp.core.access import current_actor, requires
from school_erp.core.openapi import Blueprint
from school_erp.core.schemas import ErrorAnswer
from school_erp.realtime.access import Permission
from school_erp.realtime.replay import missed
from school_erp.realtime.rooms import admit
from school_erp.realtime.schemas import EventsQuery, MissedShape

blueprint = Blueprint("events", __name__, url_prefix="/events", description="What was missed")


@blueprint.get("")
@requires(Permission.EVENT_READ)
@blueprint.arguments(EventsQuery, location="query")
@blueprint.response(200, MissedShape)
@blueprint.alt_response(404, schema=ErrorAnswer)
def show(asked: dict[str, Any]) -> dict[str, Any]:
    """The events of a room after the last one heard, oldest first."""
    return missed(str(admit(current_actor(), asked["room"])), asked["after"])
