"""Holidays, half days and days with other times: one by one, or a stretch of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from school_erp.academics.access import Permission, one_of
from school_erp.academics.actions import calendar_days as actions
from school_erp.academics.models import CalendarDay
from school_erp.academics.pages.keeping import Kept, after, pages_of
from school_erp.academics.queries import calendar
from school_erp.academics.rules.calendar import stretches
from school_erp.academics.schemas.calendar import KINDS, CalendarDaysBody, SpecialDayForm
from school_erp.academics.wording import DAY_KINDS
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form
from school_erp.core.schemas import Empty
from school_erp.schools.queries import today_here

BACK, AHEAD = timedelta(days=120), timedelta(days=400)


def _listed() -> Sequence[Sequence[CalendarDay]]:
    today = today_here()
    return stretches(calendar.calendar_days_between(today - BACK, today + AHEAD))


def _kinds() -> Mapping[str, Any]:
    return {"kinds": [(kind, DAY_KINDS[kind]) for kind in KINDS], "day_kind_names": DAY_KINDS}


def _change(day: CalendarDay, body: dict[str, Any]) -> Any:
    """One day, or kind and note of all the days of its stretch."""
    if body.pop("whole", False):
        return actions.change_stretch(calendar.stretch_around(day), body)
    return actions.change_calendar_day(day, body)


def _first_day() -> Mapping[str, date | str]:
    return {"date": today_here(), "kind": "closure"}


SPECIAL_DAYS = Kept(
    name="special_days",
    url="/special-days",
    read=Permission.CALENDAR_EDIT,
    edit=Permission.CALENDAR_EDIT,
    model=CalendarDay,
    body=CalendarDaysBody,
    change_body=SpecialDayForm,
    add=actions.add_calendar_days,
    change=_change,
    remove=actions.remove_calendar_day,
    listed=_listed,
    choices=_kinds,
    begin=_first_day,
    about=lambda day: {"stretch": calendar.stretch_around(day)},
)
blueprint = pages_of(SPECIAL_DAYS)


@blueprint.post("/<uuid:thing_id>/stretch/delete")
@requires(Permission.CALENDAR_EDIT)
def delete_stretch(thing_id: UUID) -> ResponseReturnValue:
    days = calendar.stretch_around(one_of(current_actor(), CalendarDay, thing_id))
    Form(Empty).submit(lambda _body: actions.remove_stretch(days))
    flash(ngettext("%(num)s day removed.", "%(num)s days removed.", len(days)), "success")
    return redirect(after(SPECIAL_DAYS))
