from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _

from school_erp.academics.access import Permission, one_of
from school_erp.academics.actions import calendar_days as actions
from school_erp.academics.models import CalendarDay
from school_erp.academics.queries import calendar as queries
from school_erp.academics.rules.calendar import Day
from school_erp.academics.schemas.calendar import (
    CalendarDayBody,
    CalendarDayChange,
    CalendarDayPage,
    CalendarDays,
    CalendarDaysBody,
    CalendarDaySchema,
    CalendarDaysQuery,
    CalendarQuery,
    DayPage,
)
from school_erp.academics.wording import DAY_KINDS
from school_erp.core.access import current_actor, requires
from school_erp.core.errors import invalid
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page
from school_erp.schools.queries import today_here

MOST_DAYS = 400

blueprint = Blueprint(
    "calendar_api", __name__, url_prefix="/calendar", description="Which days are school days"
)
days = Blueprint(
    "calendar_days_api",
    __name__,
    url_prefix="/calendar-days",
    description="Closures, half days and days with changed times",
)


@blueprint.get("")
@requires(Permission.CALENDAR_READ)
@blueprint.arguments(CalendarQuery, location="query")
@blueprint.response(200, DayPage)
def show(query: dict[str, Any]) -> Page[dict[str, Any]]:
    """Every day from the first to the last, all on one page."""
    first = query.get("first") or today_here().replace(day=1)
    last = query.get("last") or first + timedelta(days=30)
    _check_range(first, last)
    return Page([_told(day) for day in queries.days_between(first, last)])


def _check_range(first: date, last: date) -> None:
    if last < first:
        raise invalid("to", _("The last day comes before the first."))
    if (last - first).days >= MOST_DAYS:
        raise invalid("to", _("At most %(most)s days at once.", most=MOST_DAYS))


def _told(day: Day) -> dict[str, Any]:
    return {
        "date": day.date,
        "is_school_day": day.is_school_day,
        "kind": day.kind,
        "why": DAY_KINDS[day.kind],
        "note": day.note,
    }


@days.get("")
@requires(Permission.CALENDAR_READ)
@days.arguments(CalendarDaysQuery, location="query")
@days.response(200, CalendarDayPage)
def index(query: dict[str, Any]) -> Page[CalendarDay]:
    return queries.calendar_days_page(
        query.get("first"), query.get("last"), query.get("cursor"), query["limit"]
    )


@days.post("")
@requires(Permission.CALENDAR_EDIT)
@idempotent
@days.arguments(CalendarDayBody)
@days.response(201, CalendarDaySchema)
def add(body: dict[str, Any]) -> CalendarDay:
    return actions.add_calendar_day(body)


@days.post("/stretches")
@requires(Permission.CALENDAR_EDIT)
@idempotent
@days.arguments(CalendarDaysBody)
@days.response(201, CalendarDays)
def add_stretch(body: dict[str, Any]) -> dict[str, Any]:
    """Holidays at once: every day to the last, weekends too; all of them or none."""
    return {"items": actions.add_calendar_days(body)}


@days.get("/<uuid:day_id>")
@requires(Permission.CALENDAR_READ)
@days.response(200, CalendarDaySchema)
def show_day(day_id: UUID) -> CalendarDay:
    return one_of(current_actor(), CalendarDay, day_id)


@days.patch("/<uuid:day_id>")
@requires(Permission.CALENDAR_EDIT)
@days.arguments(CalendarDayChange(partial=True))
@days.response(200, CalendarDaySchema)
def change(body: dict[str, Any], day_id: UUID) -> CalendarDay:
    return actions.change_calendar_day(one_of(current_actor(), CalendarDay, day_id), body)


@days.delete("/<uuid:day_id>")
@requires(Permission.CALENDAR_EDIT)
@days.response(204)
def remove(day_id: UUID) -> None:
    actions.remove_calendar_day(one_of(current_actor(), CalendarDay, day_id))
