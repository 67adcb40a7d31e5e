from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from school_erp.attendance.access import taught_only_by
from school_erp.attendance.queries.registers import RegisterInList, registers_on
from school_erp.attendance.queries.settings import settings_shown
from school_erp.core.access import current_actor, requires
from school_erp.core.clock import local_now
from school_erp.core.forms import Form
from school_erp.live.access import Permission
from school_erp.live.actions.starting import start_sessions
from school_erp.live.pages.typed import StartForm, wishes_of
from school_erp.schools.queries import own_school

blueprint = Blueprint("start_live_pages", __name__, url_prefix="/live/new")


@blueprint.get("")
@requires(Permission.RUN)
def new() -> ResponseReturnValue:
    today = _today()
    chosen = request.args.getlist("section_id") or _begun_last(today)
    asked = {"section_ids": chosen, "period": request.args.get("period")}
    return _page(Form(StartForm, values=asked), today)


@blueprint.post("")
@requires(Permission.RUN)
def start() -> ResponseReturnValue:
    form = Form(StartForm)
    if form.submit(lambda body: start_sessions(current_actor(), wishes_of(body))):
        return redirect(url_for("live_pages.show", live_id=form.result[0].code_id))
    return _page(form, _today()), form.status


def _today() -> Sequence[RegisterInList]:
    actor = current_actor()
    return registers_on(actor.school_id, None, taught_only_by(actor))


def _begun_last(today: Sequence[RegisterInList]) -> list[str]:
    """The class that a teacher has before them, where it can be only one; the office chooses."""
    if taught_only_by(current_actor()) is None:
        return []
    at = local_now(own_school().timezone).time()
    begun = [each for each in today if each.starts_at <= at]
    latest = max((each.starts_at for each in begun), default=None)
    there = {str(each.section_id) for each in begun if each.starts_at == latest}
    return list(there) if len(there) == 1 else []


def _page(form: Form, today: Sequence[RegisterInList]) -> str:
    return render_template(
        "live/new.html",
        form=form,
        sections={each.section_id: each.name for each in _by_name(today)},
        slots={each.slot: each for each in sorted(today, key=lambda each: each.slot)},
        asks_place=_asks_place(settings_shown(current_actor().school_id)),
    )


def _by_name(registers: Any) -> list[RegisterInList]:
    return sorted(registers, key=lambda each: each.name)


def _asks_place(settings: dict[str, Any]) -> bool:
    return settings["geofence_metres"] is not None
