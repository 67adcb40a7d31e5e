from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.attendance.access import Permission, code_for, marker_of
from school_erp.attendance.actions import codes as actions
from school_erp.attendance.code_schemas import AttendanceCodeForm
from school_erp.attendance.queries.codes import codes_from
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form
from school_erp.core.schemas import Empty
from school_erp.schools.queries import today_here

blueprint = Blueprint("code_pages", __name__, url_prefix="/attendance/codes")


@blueprint.get("")
@requires(Permission.SETTINGS_READ)
def index() -> ResponseReturnValue:
    everything = request.args.get("show") == "all"
    today = today_here()
    codes = codes_from(None if everything else today)
    return render_template("attendance/codes.html", codes=codes, everything=everything, today=today)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.SETTINGS_WRITE)
def new() -> ResponseReturnValue:
    typical = {
        "status": "EXCUSED",
        "statistical_class": "authorised",
        "roles": ["admin", "officer"],
    }
    form = Form(
        AttendanceCodeForm, {**typical, "prefills": True, "starts_on": today_here(), "position": 99}
    )
    marker = marker_of(current_actor())
    if request.method == "POST" and form.submit(lambda body: actions.add_code(marker, body)):
        flash(_("The code %(code)s has been added.", code=form.result.code), "success")
        return redirect(url_for(".index"))
    return render_template("attendance/new_code.html", form=form), form.status


@blueprint.route("/<uuid:code_id>", methods=["GET", "POST"])
@requires(Permission.SETTINGS_WRITE)
def edit(code_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    code = code_for(actor, code_id)
    form = Form(AttendanceCodeForm, AttendanceCodeForm().dump(code))
    if request.method == "POST" and form.submit(
        lambda body: actions.change_code(code, marker_of(actor), body)
    ):
        _say(form.result.id == code.id)
        return redirect(url_for(".index"))
    return render_template("attendance/edit_code.html", form=form, code=code), form.status


@blueprint.post("/<uuid:code_id>/delete")
@requires(Permission.SETTINGS_WRITE)
def delete(code_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    code = code_for(actor, code_id)
    name = code.code
    form = Form(Empty)
    if form.submit(lambda _body: actions.delete_code(code, marker_of(actor))):
        flash(_("The code %(code)s has been deleted.", code=name), "success")
        return redirect(url_for(".index"))
    flash(form.error, "error")
    return redirect(url_for(".edit", code_id=code_id))


def _say(in_place: bool) -> None:
    if in_place:
        flash(_("Saved."), "success")
    else:
        flash(
            _("Saved. Marks made so far keep the old meaning; the new one follows it."), "success"
        )
