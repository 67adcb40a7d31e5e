"""The school's year, month by month."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from school_erp.academics.access import Permission
from school_erp.academics.queries import calendar as queries
from school_erp.academics.wording import DAY_KINDS, SESSION_KINDS, WEEKDAYS
from school_erp.core.access import requires
from school_erp.schools.queries import today_here

blueprint = Blueprint("calendar_pages", __name__, url_prefix="/calendar")


@blueprint.get("")
@requires(Permission.CALENDAR_READ)
def index() -> ResponseReturnValue:
    today = today_here()
    month = _month(request.args.get("month", ""), today)
    following = (month + timedelta(days=32)).replace(day=1)
    first = month - timedelta(days=month.isoweekday() - 1)
    last = following + timedelta(days=(7 - (following - timedelta(days=1)).isoweekday()) - 1)
    days = queries.days_between(first, max(last, following - timedelta(days=1)))
    return render_template(
        "academics/calendar/index.html",
        weeks=[days[start : start + 7] for start in range(0, len(days), 7)],
        month=month,
        today=today,
        before=_at(month - timedelta(days=1)),
        after=_at(following),
        day_kinds=DAY_KINDS,
        weekdays=WEEKDAYS,
        sessions=queries.sessions_between(month, following),
        session_kinds=SESSION_KINDS,
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
