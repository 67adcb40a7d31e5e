from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.attendance.access import marker_of
from school_erp.core.access import current_actor, requires
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page
from school_erp.messages.access import Permission, message_for
from school_erp.messages.actions import resending
from school_erp.messages.queries.outbox import MessageShown, messages_page, with_history
from school_erp.messages.schemas import MessagePage, MessageQuery, MessageWithHistory

blueprint = Blueprint(
    "messages", __name__, url_prefix="/messages", description="What parents were written"
)


@blueprint.get("")
@requires(Permission.READ)
@blueprint.arguments(MessageQuery, location="query")
@blueprint.response(200, MessagePage)
def index(asked: dict[str, Any]) -> Page[MessageShown]:
    """Newest first."""
    return messages_page(asked)


@blueprint.get("/<uuid:message_id>")
@requires(Permission.READ)
@blueprint.response(200, MessageWithHistory)
def show(message_id: UUID) -> MessageShown:
    return with_history(message_for(current_actor(), message_id))


@blueprint.put("/<uuid:message_id>/retry")
@requires(Permission.DECIDE)
@blueprint.response(200, MessageWithHistory)
def send_again(message_id: UUID) -> MessageShown:
    """One in doubt, or that failed. Whoever asks takes the risk that it arrives twice."""
    actor = current_actor()
    message = message_for(actor, message_id, hold=True)
    resending.send_again(message, marker_of(actor))
    return with_history(message)


@blueprint.put("/<uuid:message_id>/settlement")
@requires(Permission.DECIDE)
@blueprint.response(200, MessageWithHistory)
def settle(message_id: UUID) -> MessageShown:
    """The family knows by another way: it is not sent any more."""
    actor = current_actor()
    message = message_for(actor, message_id, hold=True)
    resending.settle_by_hand(message, marker_of(actor))
    return with_history(message)
