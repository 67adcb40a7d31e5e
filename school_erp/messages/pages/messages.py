"""The office's: every message with its text and what became of it, the doubtful ones on top."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.attendance.access import marker_of
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import asked_for
from school_erp.core.returning import safe_next
from school_erp.messages.access import Permission, message_for
from school_erp.messages.actions import resending
from school_erp.messages.channels import providers
from school_erp.messages.pricing import cost_of
from school_erp.messages.queries.outbox import (
    count_over_budget,
    counts_of_today,
    doubts,
    messages_page,
    with_history,
)
from school_erp.messages.queries.spending import spent_since, start_of_today
from school_erp.messages.schemas import MessageQuery
from school_erp.messages.vocabulary import Channel
from school_erp.messages.words import words
from school_erp.realtime.showing import shown_own_rooms

blueprint = Blueprint("message_pages", __name__, url_prefix="/messages")


@blueprint.get("")
@requires(Permission.READ)
def index() -> ResponseReturnValue:
    rooms = shown_own_rooms(current_actor())
    asked = asked_for(MessageQuery)
    page = messages_page(asked)
    following: dict[str, Any] = {**request.args, "cursor": page.next_cursor}
    narrowed = {name: asked[name] for name in ("student_id", "guardian_id") if name in asked}
    return render_template(
        "messages/index.html",
        rooms=rooms,
        page=page,
        asked=asked,
        narrowed=narrowed,
        doubts=doubts(),
        day=_day(),
        unconnected=[channel for channel in Channel if channel not in providers()],
        next_url=url_for(".index", **following) if page.next_cursor else "",
        first_url=url_for(".index") if "cursor" in asked else "",
        **words(),
    )


@blueprint.get("/<uuid:message_id>")
@requires(Permission.READ)
def show(message_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    rooms = shown_own_rooms(actor)
    return render_template(
        "messages/show.html",
        rooms=rooms,
        shown=with_history(message_for(actor, message_id)),
        may_be_sent_again=resending.MAY_BE_SENT_AGAIN,
        may_be_settled=resending.MAY_BE_SETTLED,
        **words(),
    )


@blueprint.post("/<uuid:message_id>/retry")
@requires(Permission.DECIDE)
def send_again(message_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    resending.send_again(message_for(actor, message_id, hold=True), marker_of(actor))
    flash(_("It is sent again."), "success")
    return _back(message_id)


@blueprint.post("/<uuid:message_id>/settlement")
@requires(Permission.DECIDE)
def settle(message_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    resending.settle_by_hand(message_for(actor, message_id, hold=True), marker_of(actor))
    flash(_("Settled: it is not sent any more."), "success")
    return _back(message_id)


def _day() -> dict[str, Any]:
    spent = spent_since(start_of_today())
    return {
        "counts": counts_of_today(),
        "spent": spent,
        "cost": cost_of(spent, current_app.config["SMS_PRICE"]),
        "over_budget": count_over_budget(),
    }


def _back(message_id: UUID) -> ResponseReturnValue:
    return redirect(safe_next(request.form.get("next"), url_for(".show", message_id=message_id)))
