"""The weekly pattern behind the timetable, one lesson at a time."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.academics.access import Permission, one_of
from school_erp.academics.actions import timetabling as actions
from school_erp.academics.models import TimetableEntry
from school_erp.academics.queries import calendar, choosing
from school_erp.academics.queries.timetable import rooms
from school_erp.academics.schemas.timetable import EntryBody, EntryChange
from school_erp.academics.wording import WEEKDAYS, WEEKS
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form
from school_erp.core.schemas import Empty
from school_erp.schools.queries import own_school, today_here

blueprint = Blueprint("lessons_pages", __name__, url_prefix="/timetable/entries")


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.TIMETABLE_EDIT)
def new() -> ResponseReturnValue:
    form = Form(EntryBody, {"weeks": "every", **request.args.to_dict()})
    if request.method == "POST" and form.submit(actions.add_entry):
        return _done(form)
    return _page(form), form.status


@blueprint.route("/<uuid:entry_id>", methods=["GET", "POST"])
@requires(Permission.TIMETABLE_EDIT)
def edit(entry_id: UUID) -> ResponseReturnValue:
    entry = one_of(current_actor(), TimetableEntry, entry_id)
    form = Form(EntryChange, EntryChange().dump(entry))
    if request.method == "POST" and form.submit(lambda body: actions.change_entry(entry, body)):
        return _done(form)
    return _page(form, entry), form.status


@blueprint.post("/<uuid:entry_id>/delete")
@requires(Permission.TIMETABLE_EDIT)
def delete(entry_id: UUID) -> ResponseReturnValue:
    entry = one_of(current_actor(), TimetableEntry, entry_id)
    section_id = entry.section_id
    Form(Empty).submit(lambda _body: actions.remove_entry(entry))
    flash(_("Removed."), "success")
    return redirect(url_for("sections_pages.show", section_id=section_id))


def _done(form: Form) -> ResponseReturnValue:
    """A teacher or room in two places is told, and stored all the same."""
    flash(_("Saved."), "success")
    for warning in form.result.warnings:
        flash(str(warning.message), "warning")
    return redirect(url_for("sections_pages.show", section_id=form.result.entry.section_id))


def _page(form: Form, entry: TimetableEntry | None = None) -> str:
    weekdays = {*own_school().weekdays, *([entry.weekday] if entry else [])}
    return render_template(
        "academics/timetable/form.html",
        form=form,
        entry=entry,
        after=_class_of(entry.section_id if entry else form.values.get("section_id")),
        sections=choosing.sections_to_choose(today_here()),
        weekdays=[(str(number), WEEKDAYS[number]) for number in sorted(weekdays)],
        weeks=list(WEEKS.items()),
        slots=[(str(period.slot), period.name) for period in calendar.periods()],
        rooms=rooms(),
    )


def _class_of(section_id: Any) -> str:
    with suppress(ValueError):
        return url_for("sections_pages.show", section_id=UUID(str(section_id)))
    return url_for("sections_pages.index")
