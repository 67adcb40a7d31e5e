"""A week of somebody, of a class or of a room: a grid on wide screens, day by day on phones."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from school_erp.academics.access import Permission
from school_erp.academics.pages.whose_week import Whose, choices_for, whose_week
from school_erp.academics.queries.timetable import Plan, plan
from school_erp.academics.rules.calendar import Day, DayKind
from school_erp.academics.schemas.timetable import WeekQuery
from school_erp.academics.wording import DAY_KINDS
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import asked_for
from school_erp.schools.queries import own_school, today_here

blueprint = Blueprint("timetable_pages", __name__, url_prefix="/timetable")
WEEK = timedelta(days=7)


@blueprint.get("")
@requires(Permission.TIMETABLE_READ)
def index() -> ResponseReturnValue:
    actor, today, asked = current_actor(), today_here(), asked_for(WeekQuery)
    whose = whose_week(actor, asked)
    on = asked.get("on") or whose.begins or today
    monday = on - timedelta(days=on.weekday())
    return render_template(
        "academics/timetable/index.html",
        whose=whose,
        monday=monday,
        today=today,
        before=_at(whose, monday - WEEK),
        here=_at(whose, today),
        after=_at(whose, monday + WEEK),
        day_kinds=DAY_KINDS,
        **_week(monday, whose),
        **choices_for(actor, today),
    )


def _at(whose: Whose, day: date) -> str:
    return url_for(".index", **whose.asked, on=day.isoformat())


def _week(monday: date, whose: Whose) -> dict[str, Any]:
    week = plan(monday, monday + timedelta(days=6), whose.wanted)
    lessons = {day.date: _lessons(week, whose, day) for day in week.days}
    weekdays = own_school().weekdays
    return {
        "days": [d for d in week.days if d.date.isoweekday() in weekdays or lessons[d.date]],
        "lessons": lessons,
        "periods": sorted(week.periods.values(), key=lambda period: period.slot),
        "any_lessons": any(lessons.values()),
        "reason": _reason(week),
    }


def _lessons(week: Plan, whose: Whose, day: Day) -> list[Any]:
    people = whose.wanted.people
    return week.lessons(day) if people is None else week.lessons_of(people, day)


def _reason(week: Plan) -> str:
    """Why there is nothing, where it is not simply that there are no lessons."""
    noted = [day for day in week.days if day.note]
    if noted:
        return f"{DAY_KINDS[noted[0].kind]}: {noted[0].note}"
    holidays = all(day.kind == DayKind.OUTSIDE_TERM for day in week.days)
    return str(DAY_KINDS[DayKind.OUTSIDE_TERM]) if holidays else ""
