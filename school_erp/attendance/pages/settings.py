from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.attendance.access import Permission, marker_of
from school_erp.attendance.actions import settings as actions
from school_erp.attendance.queries.beginnings import first_day
from school_erp.attendance.queries.codes import codes_from
from school_erp.attendance.queries.settings import settings_shown
from school_erp.attendance.settings_schemas import FoundingForm, SettingsForm
from school_erp.core.access import current_actor, may, requires
from school_erp.core.forms import Form
from school_erp.schools.queries import today_here

blueprint = Blueprint("attendance_settings_pages", __name__, url_prefix="/attendance/settings")


@blueprint.get("")
@requires(Permission.SETTINGS_READ)
def show() -> ResponseReturnValue:
    settings = settings_shown(current_actor().school_id)
    if not settings["founded"] and may(Permission.SETTINGS_WRITE):
        form = Form(FoundingForm, {"mode": "DAILY-1", "pack": "simple"})
        return render_template("attendance/founding.html", form=form)
    return _page(Form(SettingsForm, _as_fields(settings)), settings)


@blueprint.post("")
@requires(Permission.SETTINGS_WRITE)
def save() -> ResponseReturnValue:
    actor = current_actor()
    form = Form(SettingsForm)
    if form.submit(lambda body: actions.change_settings(marker_of(actor), body)):
        if form.result.version == int(form.values["base_version"]):
            flash(_("Nothing was changed: all rules are as they were."), "info")
        else:
            flash(_("Saved. The rules hold at once, for everybody."), "success")
        return redirect(url_for(".show"))
    return _page(form, settings_shown(actor.school_id))


@blueprint.post("/founding")
@requires(Permission.SETTINGS_WRITE)
def found() -> ResponseReturnValue:
    form = Form(FoundingForm)
    if form.submit(_set_up):
        flash(_("Attendance is set up. Look through the settings and codes once."), "success")
        return redirect(url_for(".show"))
    return render_template("attendance/founding.html", form=form), form.status


def _page(form: Form, settings: dict[str, Any]) -> ResponseReturnValue:
    choices = [(code.code, f"{code.code} {code.label}") for code in codes_from(today_here())]
    shown = {"form": form, "settings": settings, "code_choices": choices}
    return render_template("attendance/settings.html", **shown), form.status


def _set_up(typed: dict[str, Any]) -> object:
    return actions.set_up(marker_of(current_actor()), starts_on=first_day(), **typed)


def _as_fields(settings: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = SettingsForm().dump(settings | settings["thresholds"])
    return shown | {"base_version": settings["version"]}
