from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from school_erp.core.access import current_actor, requires
from school_erp.core.clock import now
from school_erp.core.forms import asked_for
from school_erp.core.returning import safe_next
from school_erp.core.schemas import PageQuery
from school_erp.notifications import actions
from school_erp.notifications.access import Permission, own_notification, reader
from school_erp.notifications.queries import notifications_page, unread_by
from school_erp.notifications.schemas import ReadBody
from school_erp.notifications.telling import told_all

blueprint = Blueprint("notification_pages", __name__, url_prefix="/notifications")


@blueprint.get("")
@requires(Permission.OWN)
def index() -> ResponseReturnValue:
    asked, person_id, shown_at = asked_for(PageQuery), reader(current_actor()), now()
    page = notifications_page(person_id, asked.get("cursor"))
    return render_template(
        "notifications/index.html",
        items=told_all(page.items),
        unread=unread_by(person_id),
        shown_at=shown_at,
        next_url=url_for(".index", cursor=page.next_cursor) if page.next_cursor else "",
        first_url=url_for(".index") if "cursor" in asked else "",
    )


@blueprint.get("/bell")
@requires(Permission.OWN)
def bell() -> ResponseReturnValue:
    """The bell alone, for pages on which it has rung."""
    return render_template("notifications/bell.html")


@blueprint.post("/<uuid:notification_id>/read")
@requires(Permission.OWN)
def read(notification_id: UUID) -> ResponseReturnValue:
    actions.mark_read(own_notification(current_actor(), notification_id))
    return redirect(safe_next(request.form.get("next")) if "next" in request.form else _list())


@blueprint.post("/read")
@requires(Permission.OWN)
def read_all() -> ResponseReturnValue:
    typed = {"until": request.form["until"]} if request.form.get("until") else {}
    body = ReadBody().load(typed)
    actions.mark_all_read(reader(current_actor()), body.get("until"))
    return redirect(_list())


def _list() -> str:
    return url_for(".index")
