"""The week of a person, a class or a room, and the pattern behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.academics.access import Permission, one_of, sees_whole_school, timetable_for
from school_erp.academics.actions import timetabling as actions
from school_erp.academics.models import TimetableEntry
from school_erp.academics.queries import calendar, choosing
from school_erp.academics.queries.timetable import Lesson, Plan, Wanted, plan
from school_erp.academics.schemas.timetable import EntryBody, EntryChange, TimetableQuery
from school_erp.academics.wording import DAY_KINDS, WEEKDAYS, WEEKS
from school_erp.core.access import Actor, current_actor, requires
from school_erp.core.forms import Form, asked_for
from school_erp.core.schemas import Empty
from school_erp.schools.queries import own_school, today_here

blueprint = Blueprint("timetable_pages", __name__, url_prefix="/timetable")
WEEK = 7


@blueprint.get("")
@requires(Permission.TIMETABLE_READ)
def index() -> ResponseReturnValue:
    typed = asked_for(TimetableQuery)
    actor, on = current_actor(), typed.get("on") or today_here()
    wanted = _wanted(actor, on, typed)
    first = on - timedelta(days=on.isoweekday() - 1)
    whole = plan(first, first + timedelta(days=WEEK - 1), wanted)
    return render_template(
        "academics/timetable/index.html",
        days=[day for day in whole.days if _is_shown(day.date)],
        lessons=_by_day_and_slot(whole, wanted),
        slots=sorted(whole.periods.values(), key=lambda period: period.slot),
        asked=typed,
        today=today_here(),
        week_before=_at(typed, first - timedelta(days=WEEK)),
        week_after=_at(typed, first + timedelta(days=WEEK)),
        day_kinds=DAY_KINDS,
        nothing_chosen=_shows_nobody(actor, typed),
        **_who(actor),
    )


def _wanted(actor: Actor, on: date, typed: Mapping[str, Any]) -> Wanted:
    """The office chooses whose; a whole school's week at once would help nobody."""
    chosen = {name: typed[name] for name in ("person_id", "section_id", "room") if name in typed}
    if not chosen and sees_whole_school(actor):
        return Wanted(frozenset({actor.person_id} if actor.person_id else ()))
    return timetable_for(actor, on, **chosen)


def _shows_nobody(actor: Actor, typed: Mapping[str, Any]) -> bool:
    return sees_whole_school(actor) and not {"person_id", "section_id", "room"} & typed.keys()


def _is_shown(day: date) -> bool:
    return day.isoweekday() in own_school().weekdays


def _by_day_and_slot(whole: Plan, wanted: Wanted) -> dict[tuple[date, int], list[Lesson]]:
    found: dict[tuple[date, int], list[Lesson]] = {}
    for day in whole.days:
        people = wanted.people
        lessons = whole.lessons(day) if people is None else whole.lessons_of(people, day)
        for lesson in lessons:
            found.setdefault((day.date, lesson.meeting.slot), []).append(lesson)
    return found


def _at(typed: Mapping[str, Any], day: date) -> str:
    return url_for(".index", **({**typed, "on": day.isoformat(), "limit": None}))


def _who(actor: Actor) -> dict[str, Any]:
    if not sees_whole_school(actor):
        return {"people": [], "sections": []}
    today = today_here()
    return {
        "people": choosing.adults_to_choose(today),
        "sections": choosing.sections_to_choose(today),
    }


@blueprint.route("/entries/new", methods=["GET", "POST"])
@requires(Permission.TIMETABLE_EDIT)
def new() -> ResponseReturnValue:
    form = Form(EntryBody, {"weeks": "every", **request.args.to_dict()})
    if request.method == "POST" and form.submit(actions.add_entry):
        return _done(form)
    return _page(form), form.status


@blueprint.route("/entries/<uuid:entry_id>", methods=["GET", "POST"])
@requires(Permission.TIMETABLE_EDIT)
def edit(entry_id: UUID) -> ResponseReturnValue:
    entry = one_of(current_actor(), TimetableEntry, entry_id)
    form = Form(EntryChange, EntryChange().dump(entry))
    if request.method == "POST" and form.submit(lambda body: actions.change_entry(entry, body)):
        return _done(form)
    return _page(form, entry), form.status


@blueprint.post("/entries/<uuid:entry_id>/delete")
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
    return render_template(
        "academics/timetable/form.html",
        form=form,
        entry=entry,
        sections=choosing.sections_to_choose(today_here()),
        weekdays=[(str(number), name) for number, name in WEEKDAYS.items()],
        weeks=list(WEEKS.items()),
        slots=[(str(period.slot), period.name) for period in calendar.periods()],
    )
