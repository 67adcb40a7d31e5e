from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.attendance.access import marker_of
from school_erp.core.access import current_actor, requires
from school_erp.core.openapi import Blueprint
from school_erp.messages.access import Permission, hold_for
from school_erp.messages.actions.deciding import DECISIONS
from school_erp.messages.hold_schemas import (
    HoldDecisionBody,
    HoldList,
    HoldShape,
    HoldWithRecipients,
)
from school_erp.messages.queries.holds import HoldShown, open_holds, recipients_of, with_counts

blueprint = Blueprint(
    "message_holds",
    __name__,
    url_prefix="/messages/holds",
    description="Messages that wait for a person",
)


@blueprint.get("")
@requires(Permission.READ)
@blueprint.response(200, HoldList)
def index() -> dict[str, Any]:
    """What nobody has decided yet, the newest first."""
    return {"items": open_holds()}


@blueprint.get("/<uuid:hold_id>")
@requires(Permission.READ)
@blueprint.response(200, HoldWithRecipients)
def show(hold_id: UUID) -> dict[str, Any]:
    """With everybody who would be written to."""
    hold = hold_for(current_actor(), hold_id)
    return {"shown": with_counts(hold), "recipients": recipients_of(hold)}


@blueprint.put("/<uuid:hold_id>/decision")
@requires(Permission.DECIDE)
@blueprint.arguments(HoldDecisionBody)
@blueprint.response(200, HoldShape)
def decide(body: dict[str, Any], hold_id: UUID) -> HoldShown:
    """Released, they leave now or when it is no longer quiet; dropped, no family hears of it."""
    actor = current_actor()
    hold = hold_for(actor, hold_id, hold=True)
    return with_counts(DECISIONS[body["decision"]](hold, marker_of(actor)))
