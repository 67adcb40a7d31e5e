from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from school_erp.attendance.access import Permission, marker_of, register_to_change
from school_erp.attendance.actions import registers as acting
from school_erp.attendance.day import URGENCY, day_for
from school_erp.attendance.devices import KEEP
from school_erp.attendance.events import CLASS
from school_erp.attendance.marking import Marker
from school_erp.attendance.models import Register
from school_erp.attendance.pages.register_page import RegisterPage, register_page
from school_erp.attendance.pages.saving import Saved, read_reason, save_posted
from school_erp.attendance.pages.words import status_words, told_counts, words_for_script
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.schemas import DayQuery
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import asked_for
from school_erp.realtime.rooms import INSTITUTION
from school_erp.realtime.showing import shown_own_rooms, shown_rooms

blueprint = Blueprint("register_pages", __name__, url_prefix="/registers")
REGISTER = "/<uuid:section_id>/<date:day>/<int:slot>"


@blueprint.get("")
@requires(Permission.REGISTER_READ)
def index() -> ResponseReturnValue:
    asked = asked_for(DayQuery)
    rooms = shown_own_rooms(current_actor())
    day = day_for(current_actor(), asked)
    return render_template(
        "attendance/day.html", day=day, rooms=rooms, asked=asked, standings=URGENCY
    )


@blueprint.get(REGISTER)
@requires(Permission.REGISTER_READ)
def show(section_id: UUID, day: date, slot: int) -> ResponseReturnValue:
    rooms = _rooms(section_id)
    for_keeping = KEEP in request.headers
    place = _place(day, slot)
    page = register_page(current_actor(), place, section_id, for_keeping=for_keeping)
    return _to_be_kept(_rendered(page, rooms), may_be_kept=page.may_be_kept)


@blueprint.get("/kept")
@requires(Permission.MARK)
def kept() -> ResponseReturnValue:
    """What this device keeps: written by a script, and open without a network too."""
    page = render_template("attendance/kept.html", words=words_for_script())
    return _to_be_kept(page, may_be_kept=True)


@blueprint.get(f"{REGISTER}/sheet")
@requires(Permission.REGISTER_READ)
def sheet(section_id: UUID, day: date, slot: int) -> ResponseReturnValue:
    """To be marked by hand, where nothing else works."""
    page = register_page(current_actor(), _place(day, slot), section_id)
    return render_template("attendance/sheet.html", page=page)


@blueprint.post(REGISTER)
@requires(Permission.MARK)
def save(section_id: UUID, day: date, slot: int) -> ResponseReturnValue:
    """Store what was touched, as far as it may be; submit only where nothing was left."""
    actor, place = current_actor(), _place(day, slot)
    page = register_page(actor, place, section_id)
    saved = save_posted(page, request.form)
    if saved.status != 200:
        rooms = _rooms(section_id)
        page = register_page(actor, place, section_id, saved.left)
        return _rendered(page, rooms, saved), saved.status
    if request.form.get("intent") == "submit":
        return _submitted(page, place)
    if saved.stored:
        _tell(ngettext("%(num)s mark saved.", "%(num)s marks saved.", saved.stored))
    return _back(page.address)


@blueprint.post(f"{REGISTER}/reopening")
@requires(Permission.MARK)
def reopen(section_id: UUID, day: date, slot: int) -> ResponseReturnValue:
    return _with_reason(section_id, day, slot, acting.reopen_register, _("The register is open."))


@blueprint.post(f"{REGISTER}/lock")
@requires(Permission.REGISTER_LOCK)
def lock(section_id: UUID, day: date, slot: int) -> ResponseReturnValue:
    actor = current_actor()
    register = register_to_change(actor, _place(day, slot), section_id)
    acting.lock_register(register, marker_of(actor))
    _tell(_("The register is locked."))
    return _back(_address(section_id, day, slot))


@blueprint.post(f"{REGISTER}/unlocking")
@requires(Permission.REGISTER_LOCK)
def unlock(section_id: UUID, day: date, slot: int) -> ResponseReturnValue:
    done = _("The register is no longer locked.")
    return _with_reason(section_id, day, slot, acting.unlock_register, done)


def _submitted(page: RegisterPage, place: Place) -> ResponseReturnValue:
    register = register_to_change(current_actor(), place, page.section.id)
    acting.submit_register(register, page.marker)
    counts = register_page(current_actor(), place, page.section.id).counts
    _tell(
        _("%(name)s is submitted: %(counts)s.", name=page.section.name, counts=told_counts(counts))
    )
    return redirect(url_for("register_pages.index", on=place.day.isoformat()))


def _with_reason(
    section_id: UUID, day: date, slot: int, act: Callable[[Register, Marker, str], None], done: str
) -> ResponseReturnValue:
    actor = current_actor()
    register = register_to_change(actor, _place(day, slot), section_id)
    reason, fault = read_reason(request.form)
    if reason:
        act(register, marker_of(actor), reason)
        _tell(done)
    else:
        flash(fault or _("Please give a reason."), "error")
    return _back(_address(section_id, day, slot))


def _to_be_kept(page: str, *, may_be_kept: bool) -> ResponseReturnValue:
    return (page, {KEEP: "yes"}) if may_be_kept else page


def _rendered(page: RegisterPage, rooms: Mapping[str, int], saved: Saved | None = None) -> str:
    return render_template(
        "attendance/register.html",
        page=page,
        rooms=rooms,
        saved=saved or Saved(),
        words=words_for_script(),
        told_counts=told_counts,
        status_words=status_words(),
    )


def _rooms(section_id: UUID) -> Mapping[str, int]:
    return shown_rooms(CLASS.of(section_id), INSTITUTION.of(current_actor().school_id))


def _tell(sentence: str) -> None:
    flash(sentence, "success")


def _back(address: dict[str, Any]) -> ResponseReturnValue:
    return redirect(url_for("register_pages.show", **address))


def _place(day: date, slot: int) -> Place:
    return Place(current_actor().school_id, day, slot)


def _address(section_id: UUID, day: date, slot: int) -> dict[str, Any]:
    return {"section_id": section_id, "day": day, "slot": slot}
