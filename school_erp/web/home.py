"""The start page, and what a person sets for this browser."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from school_erp.academics.queries.overview import overview
from school_erp.accounts.access import Permission
from school_erp.attendance.access import Permission as Attendance
from school_erp.attendance.queries.settings import mode_chosen
from school_erp.core.access import current_actor, public, requires
from school_erp.core.languages import LANGUAGES
from school_erp.core.returning import safe_next
from school_erp.realtime.showing import shown_own_rooms
from school_erp.schools.queries import own_school, today_here
from school_erp.web.locale import THEMES
from school_erp.web.setting_up import shown_steps
from school_erp.web.start import start_page

blueprint = Blueprint("home", __name__)

YEAR = 31_536_000


@blueprint.get("/")
@requires(Permission.OWN_SIGN_IN)
def start() -> ResponseReturnValue:
    actor, school = current_actor(), own_school()
    rooms = shown_own_rooms(actor)
    return render_template("home/start.html", rooms=rooms, **start_page(actor, school))


@blueprint.get("/setting-up")
@requires(Attendance.SETTINGS_WRITE)
def setting_up() -> ResponseReturnValue:
    actor = current_actor()
    found, mode = overview(today_here()), mode_chosen(actor.school_id)
    return render_template("home/setting_up.html", **shown_steps(actor, found, mode))


@blueprint.post("/preferences")
@public("how this browser shows pages; changes nothing at the school")
def preferences() -> ResponseReturnValue:
    response = redirect(safe_next(request.form.get("next")))
    for cookie, field, allowed in (("theme", "theme", THEMES), ("language", "language", LANGUAGES)):
        chosen = request.form.get(field, "")
        if chosen in allowed:
            response.set_cookie(
                cookie,
                chosen,
                max_age=YEAR,
                secure=current_app.config["HTTPS"],
                httponly=True,
                samesite="Lax",
            )
    return response
