"""What looks so odd that a person decides whether families hear of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.absences.queries.days import slot_names
from school_erp.attendance.access import marker_of
from school_erp.core.access import current_actor, requires
from school_erp.core.clock import now
from school_erp.messages.access import Permission, hold_for
from school_erp.messages.actions import deciding
from school_erp.messages.queries.holds import (
    latest_decided,
    open_holds,
    recipients_of,
    samples_of,
    with_counts,
)
from school_erp.messages.texts import preview
from school_erp.messages.vocabulary import Channel
from school_erp.messages.wording import told_hold
from school_erp.messages.words import words
from school_erp.realtime.showing import shown_own_rooms

blueprint = Blueprint("held_message_pages", __name__, url_prefix="/messages/held")


@blueprint.get("")
@requires(Permission.READ)
def index() -> ResponseReturnValue:
    rooms = shown_own_rooms(current_actor())
    return render_template(
        "messages/held.html",
        rooms=rooms,
        holds=open_holds(),
        decided=latest_decided(),
        **_words(),
    )


@blueprint.get("/<uuid:hold_id>")
@requires(Permission.READ)
def show(hold_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    rooms = shown_own_rooms(actor)
    hold = hold_for(actor, hold_id)
    samples = [(each, preview(each)) for each in samples_of(hold, len(Channel))]
    return render_template(
        "messages/hold.html",
        rooms=rooms,
        shown=with_counts(hold),
        recipients=recipients_of(hold),
        samples=samples,
        is_early=hold.due_at is not None and now() < hold.due_at,
        **_words(),
    )


@blueprint.post("/<uuid:hold_id>/release")
@requires(Permission.DECIDE)
def release(hold_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    deciding.release(hold_for(actor, hold_id, hold=True), marker_of(actor))
    flash(_("Released: the families are written to as soon as the hour allows."), "success")
    return redirect(url_for(".index"))


@blueprint.post("/<uuid:hold_id>/drop")
@requires(Permission.DECIDE)
def drop(hold_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    deciding.drop(hold_for(actor, hold_id, hold=True), marker_of(actor))
    flash(_("Dropped: no family hears of these absences."), "success")
    return redirect(url_for(".index"))


def _words() -> dict[str, Any]:
    return {**words(), "slot_names": slot_names(), "told_hold": told_hold}
