from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.core.access import current_actor, demand, public, requires
from school_erp.core.errors import Conflict, Invalid
from school_erp.core.forms import Form
from school_erp.live.access import Permission, session_to_attend
from school_erp.live.actions.arriving import arrive
from school_erp.live.actions.proving import browser_pass
from school_erp.live.arrivals import Attempt, Evidence
from school_erp.live.queries.standing import standing_of
from school_erp.live.rules.claims import LASTS
from school_erp.live.schemas import TypedForm
from school_erp.live.showing import own_session_shown

blueprint = Blueprint("check_in_pages", __name__, url_prefix="/check-in")


@blueprint.get("/<uuid:live_id>")
@public("the code speaks for itself; what it leads to asks who one is")
def land(live_id: UUID) -> ResponseReturnValue:
    """Where the code on the screen leads. It is kept before anybody is asked to sign in."""
    token = request.args.get("c")
    if token is not None:
        return _keep(live_id, token)
    demand(Permission.ATTEND)
    return _page(live_id, Form(TypedForm))


@blueprint.post("/<uuid:live_id>")
@requires(Permission.ATTEND)
def check_in(live_id: UUID) -> ResponseReturnValue:
    session, student_id = session_to_attend(current_actor(), live_id)
    form = Form(TypedForm)
    if not form.submit(dict):
        return _page(live_id, form)
    typed = form.result
    evidence = Evidence(**typed) if typed else Evidence(browser_pass=_kept(session.code_id))
    try:
        arrive(session.school_id, live_id, Attempt(student_id, evidence))
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal)
        return _page(live_id, form)
    flash(_("You are checked in."), "success")
    here = url_for(".land", live_id=live_id)
    response = redirect(here)
    response.delete_cookie(_cookie(session.code_id), path=here)
    return response


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
    [standing] = standing_of([session], [student_id])[student_id]
    return (
        render_template(
            "live/check_in.html",
            form=form,
            live_id=live_id,
            session=own_session_shown(session, standing),
            scanned=bool(_kept(session.code_id)),
        ),
        form.status,
    )


def _kept(code_id: UUID) -> str | None:
    return request.cookies.get(_cookie(code_id))


def _cookie(code_id: UUID) -> str:
    return f"scan-{code_id.hex}"
