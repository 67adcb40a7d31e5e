from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.core.access import current_actor, requires
from school_erp.core.openapi import Blueprint
from school_erp.core.schemas import PageQuery
from school_erp.notifications import actions
from school_erp.notifications.access import Permission, own_notification, reader
from school_erp.notifications.queries import line_of, notifications_page, unread_by
from school_erp.notifications.schemas import (
    NotificationPage,
    NotificationShape,
    ReadBody,
    UnreadShape,
)
from school_erp.notifications.telling import Told, told, told_all

blueprint = Blueprint(
    "notifications", __name__, url_prefix="/notifications", description="What concerns oneself"
)


@blueprint.get("")
@requires(Permission.OWN)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, NotificationPage)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """One's own, newest first, and how many of all are unread."""
    person_id = reader(current_actor())
    page = notifications_page(person_id, asked.get("cursor"), asked["limit"])
    return {
        "items": told_all(page.items),
        "next_cursor": page.next_cursor,
        "unread": unread_by(person_id),
    }


@blueprint.put("/<uuid:notification_id>/read")
@requires(Permission.OWN)
@blueprint.response(200, NotificationShape)
def read(notification_id: UUID) -> Told:
    return told(line_of(actions.mark_read(own_notification(current_actor(), notification_id))))


@blueprint.put("/read")
@requires(Permission.OWN)
@blueprint.arguments(ReadBody)
@blueprint.response(200, UnreadShape)
def read_all(body: dict[str, Any]) -> dict[str, int]:
    person_id = reader(current_actor())
    actions.mark_all_read(person_id, body.get("until"))
    return {"unread": unread_by(person_id)}
