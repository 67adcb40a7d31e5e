from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from school_erp.attendance.access import taught_only_by
from school_erp.attendance.queries.registers import RegisterInList, registers_on
from school_erp.attendance.queries.settings import settings_shown
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form
from school_erp.live.access import Permission
from school_erp.live.actions.starting import start_sessions
from school_erp.live.pages.typed import StartForm, wishes_of

blueprint = Blueprint("start_live_pages", __name__, url_prefix="/live/new")


@blueprint.get("")
@requires(Permission.RUN)
def new() -> ResponseReturnValue:
    asked = {"section_ids": request.args.getlist("section_id")}
    return _page(Form(StartForm, values=asked | {"period": request.args.get("period")}))


@blueprint.post("")
@requires(Permission.RUN)
def start() -> ResponseReturnValue:
    form = Form(StartForm)
    if form.submit(lambda body: start_sessions(current_actor(), wishes_of(body))):
        return redirect(url_for("live_pages.show", live_id=form.result[0].code_id))
    return _page(form), form.status


def _page(form: Form) -> str:
    actor = current_actor()
    today = registers_on(actor.school_id, None, taught_only_by(actor))
    return render_template(
        "live/new.html",
        form=form,
        sections={each.section_id: each.name for each in _by_name(today)},
        slots={each.slot: each for each in sorted(today, key=lambda each: each.slot)},
        asks_place=_asks_place(settings_shown(actor.school_id)),
    )


def _by_name(registers: Any) -> list[RegisterInList]:
    return sorted(registers, key=lambda each: each.name)


def _asks_place(settings: dict[str, Any]) -> bool:
    return settings["geofence_metres"] is not None
