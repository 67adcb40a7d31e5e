"""The office's list of what families told, and one request as whoever may read it sees it."""

from __future__ import annotations

import datetime as dt
from itertools import chain
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.absences.access import (
    Permission,
    absence_for,
    evidence_for,
    in_office,
    teller_of,
)
from school_erp.absences.actions.deciding import accept, cancel, refuse
from school_erp.absences.evidence import as_download
from school_erp.absences.models import AbsenceRequest
from school_erp.absences.pages.words import codes_offered, outcome_words
from school_erp.absences.panel import words
from school_erp.absences.queries.shown import absences_page, counts_by_state, shown_to
from school_erp.absences.rules import family_may_cancel
from school_erp.absences.schemas import AbsenceDecisionBody, AbsenceQuery, CancellationBody
from school_erp.absences.vocabulary import OPEN, State
from school_erp.absences.wording import THROUGH
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form, asked_for
from school_erp.core.returning import safe_next
from school_erp.realtime.showing import shown_own_rooms
from school_erp.schools.queries import today_here

blueprint = Blueprint("absence_pages", __name__, url_prefix="/absences")


@blueprint.get("")
@requires(Permission.DECIDE)
def index() -> ResponseReturnValue:
    actor = current_actor()
    rooms = shown_own_rooms(actor)
    asked = {"state": State.PENDING.value, **asked_for(AbsenceQuery)}
    page = absences_page(actor, asked)
    following: dict[str, Any] = {**request.args, "cursor": page.next_cursor}
    return render_template(
        "absences/index.html",
        rooms=rooms,
        page=page,
        asked=asked,
        counts=counts_by_state(),
        codes=codes_offered([each.absence for each in page.items]),
        through=THROUGH,
        next_url=url_for(".index", **following) if page.next_cursor else "",
        first_url=url_for(".index", state=asked["state"]) if "cursor" in asked else "",
        **words(),
    )


@blueprint.get("/<uuid:absence_id>")
@requires(Permission.READ)
def show(absence_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    rooms = shown_own_rooms(actor)
    absence = absence_for(actor, absence_id)
    [shown] = shown_to(actor, [absence])
    return render_template(
        "absences/show.html",
        rooms=rooms,
        shown=shown,
        office=in_office(actor),
        codes=codes_offered([absence]) if in_office(actor) else {},
        may_cancel=_may_cancel(absence),
        through=THROUGH,
        outcome_words=outcome_words(),
        as_day=dt.date.fromisoformat,
        **words(),
    )


@blueprint.get("/<uuid:absence_id>/evidence")
@requires(Permission.READ)
def evidence(absence_id: UUID) -> ResponseReturnValue:
    return as_download(evidence_for(current_actor(), absence_id))


def _may_cancel(absence: AbsenceRequest) -> bool:
    if in_office(current_actor()):
        return absence.state in OPEN
    return family_may_cancel(absence, today_here(), changed_marks=bool(absence.outcomes))


@blueprint.post("/<uuid:absence_id>/decision")
@requires(Permission.DECIDE)
def decide(absence_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    absence = absence_for(actor, absence_id, hold=True)
    return _done(absence, AbsenceDecisionBody, lambda body: _decide(absence, body))


@blueprint.post("/<uuid:absence_id>/cancellation")
@requires(Permission.WRITE)
def call_off(absence_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    absence = absence_for(actor, absence_id, hold=True)
    return _done(absence, CancellationBody, lambda body: _cancel(absence, body))


def _decide(absence: AbsenceRequest, body: dict[str, Any]) -> str:
    teller = teller_of(current_actor())
    if body["decision"] == State.ACCEPTED:
        accept(absence, teller, body.get("code", ""), body["answer"])
        return str(_("Accepted. Registers know of it."))
    refuse(absence, teller, body["answer"])
    return str(_("Not accepted. Whoever asked can read why."))


def _cancel(absence: AbsenceRequest, body: dict[str, Any]) -> str:
    cancel(absence, teller_of(current_actor()), body["reason"])
    return str(_("Cancelled."))


def _done(absence: AbsenceRequest, schema: Any, act: Any) -> ResponseReturnValue:
    """To where the button stood; what marks stayed as they were is told on the request's page."""
    form = Form(schema)
    if not form.submit(act):
        flash(form.error or " ".join(chain(*form.errors.values())), "error")
    else:
        flash(form.result, "success")
        if any(each["outcome"] not in {"changed", "created"} for each in absence.outcomes):
            return redirect(url_for(".show", absence_id=absence.id))
    back = url_for(".show", absence_id=absence.id)
    return redirect(safe_next(request.form.get("next"), back))
