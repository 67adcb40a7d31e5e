from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.attendance.access import oneself
from school_erp.core.access import current_actor, demand, public, requires
from school_erp.core.errors import Conflict, Invalid
from school_erp.core.forms import Form
from school_erp.live.access import Permission, session_to_attend
from school_erp.live.actions.arriving import arrive
from school_erp.live.actions.proving import browser_pass
from school_erp.live.arrivals import Attempt
from school_erp.live.events import IN_SESSION
from school_erp.live.guessing import limit_guesses
from school_erp.live.own import own_sessions
from school_erp.live.pages.typed import ArrivalForm, attempt_of
from school_erp.live.queries.standing import standing_of
from school_erp.live.rules.claims import LASTS
from school_erp.live.showing import own_session_shown
from school_erp.realtime.showing import shown_rooms

blueprint = Blueprint("check_in_pages", __name__, url_prefix="/check-in")


@blueprint.get("")
@requires(Permission.ATTEND)
def mine() -> ResponseReturnValue:
    """The sessions of one's classes that run now."""
    actor = current_actor()
    found = own_sessions(actor.school_id, oneself(actor))
    rooms = shown_rooms(*(IN_SESSION.of(each["id"]) for each in found))
    return render_template("live/mine.html", sessions=found, rooms=rooms)


@blueprint.get("/kept")
@requires(Permission.ATTEND)
def kept() -> ResponseReturnValue:
    """What opens on a phone in place of any of these while the school is out of reach."""
    return render_template("live/kept.html")


@blueprint.get("/<uuid:live_id>")
@public("the code speaks for itself; what it leads to asks who one is")
def land(live_id: UUID) -> ResponseReturnValue:
    """Where the code on the screen leads. It is kept before anybody is asked to sign in."""
    token = request.args.get("c")
    if token is not None:
        return _keep(live_id, token)
    demand(Permission.ATTEND)
    return _page(live_id, Form(ArrivalForm))


@blueprint.post("/<uuid:live_id>")
@requires(Permission.ATTEND)
def check_in(live_id: UUID) -> ResponseReturnValue:
    session, student_id = session_to_attend(current_actor(), live_id)
    form = Form(ArrivalForm)
    if not form.submit(dict):
        return _page(live_id, form)
    limit_guesses(student_id, form.result)
    attempt = attempt_of(student_id, form.result, _kept(session.code_id))
    if not _arrived(live_id, form, attempt):
        return _page(live_id, form)
    here = url_for(".land", live_id=live_id)
    response = redirect(here)
    response.delete_cookie(_cookie(session.code_id), path=here)
    return response


@blueprint.post("/<uuid:live_id>/joining")
@requires(Permission.ATTEND)
def join(live_id: UUID) -> ResponseReturnValue:
    form = Form(ArrivalForm)
    if not _arrived(live_id, form, Attempt(oneself(current_actor()))):
        return _page(live_id, form)
    return redirect(url_for(".land", live_id=live_id))


def _arrived(live_id: UUID, form: Form, attempt: Attempt) -> bool:
    try:
        arrive(current_actor().school_id, live_id, attempt)
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal)
    return form.accepted


def _keep(live_id: UUID, token: str) -> ResponseReturnValue:
    kept = browser_pass(live_id, token)
    here = url_for(".land", live_id=live_id)
    response = redirect(here)
    if kept is None:
        flash(
            _("This code has changed meanwhile. Scan the one that is on the screen now."), "error"
        )
        return response
    response.set_cookie(
        _cookie(live_id),
        kept,
        max_age=int(LASTS.total_seconds()),
        path=here,
        secure=current_app.config["HTTPS"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _page(live_id: UUID, form: Form) -> ResponseReturnValue:
    session, student_id = session_to_attend(current_actor(), live_id)
    rooms = shown_rooms(IN_SESSION.of(session.id))
    [standing] = standing_of([session], [student_id])[student_id]
    page: dict[str, Any] = {
        "form": form,
        "live_id": live_id,
        "code_id": session.code_id,
        "session": own_session_shown(session, standing),
        "standing": standing,
        "scanned": bool(_kept(session.code_id)),
        "rooms": rooms,
    }
    return render_template("live/check_in.html", **page), form.status


def _kept(code_id: UUID) -> str | None:
    return request.cookies.get(_cookie(code_id))


def _cookie(code_id: UUID) -> str:
    return f"scan-{code_id.hex}"
