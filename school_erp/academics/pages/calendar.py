"""The school's year, month by month."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from babel.dates import get_day_names
from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from school_erp.academics.access import Permission
from school_erp.academics.queries import calendar as queries
from school_erp.academics.rules.spans import Span, common
from school_erp.academics.wording import DAY_KINDS
from school_erp.core.access import requires
from school_erp.schools.queries import today_here

blueprint = Blueprint("calendar_pages", __name__, url_prefix="/calendar")


@blueprint.get("")
@requires(Permission.CALENDAR_READ)
def index() -> ResponseReturnValue:
    today = today_here()
    first = _month(request.args.get("month", ""), today)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    names = get_day_names("abbreviated", locale=get_locale())
    return render_template(
        "academics/calendar/index.html",
        first=first,
        today=today,
        days=queries.days_between(first, last),
        special={day.date: day for day in queries.calendar_days_between(first, last)},
        sessions=[
            session
            for session in queries.sessions_between(first, last)
            if common(session, Span(first, last))
        ],
        before=_at(first - timedelta(days=1)),
        here=_at(first),
        after=_at(last + timedelta(days=1)),
        kinds=DAY_KINDS,
        weekday_names=[names[number] for number in range(7)],
    )


def _month(typed: str, today: date) -> date:
    """The month asked for, or this one where that is no month."""
    try:
        month = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return today.replace(day=1)
    return month if 1900 <= month.year <= 2190 else today.replace(day=1)


def _at(day: date) -> str:
    return url_for(".index", month=f"{day:%Y-%m}")
