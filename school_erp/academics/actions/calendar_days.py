"""The days that are not like the others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _

from school_erp.academics.actions.announcing import announce_calendar
from school_erp.academics.models import CalendarDay
from school_erp.academics.queries.calendar import calendar_days_between
from school_erp.core.errors import Conflict, invalid
from school_erp.core.ids import new_id
from school_erp.core.tenancy import current_school_id
from school_erp.core.violations import flushed
from school_erp.extensions import db

MOST_DAYS = 100


def add_calendar_day(body: dict[str, Any]) -> CalendarDay:
    day = CalendarDay(school_id=current_school_id(), id=new_id(), **body)
    db.session.add(day)
    return _stored(day)


def add_calendar_days(body: dict[str, Any]) -> Sequence[CalendarDay]:
    """The same for each day up to the last, weekends too: all of them, or none."""
    first, last = body["date"], body.get("until") or body["date"]
    _check_stretch(first, last)
    _refuse_taken(first, last)
    days = [
        CalendarDay(
            school_id=current_school_id(),
            id=new_id(),
            date=first + timedelta(days=number),
            kind=body["kind"],
            note=body.get("note"),
        )
        for number in range((last - first).days + 1)
    ]
    db.session.add_all(days)
    announce_calendar(first, last)
    with flushed({_UNIQUE: _date_taken}):
        return days


def change_calendar_day(day: CalendarDay, changes: dict[str, Any]) -> CalendarDay:
    before = day.date
    for name, value in changes.items():
        setattr(day, name, value)
    return _stored(day, before)


def remove_calendar_day(day: CalendarDay) -> None:
    remove_stretch([day])


def change_stretch(days: Sequence[CalendarDay], changes: dict[str, Any]) -> Sequence[CalendarDay]:
    """What kind of days they are, and why; each stays on its date."""
    for day in days:
        day.kind, day.note = changes["kind"], changes.get("note")
    db.session.flush()
    _announce(days)
    return days


def remove_stretch(days: Sequence[CalendarDay]) -> None:
    for day in days:
        db.session.delete(day)
    db.session.flush()
    _announce(days)


_UNIQUE = "uq_calendar_day_school_id_date"


def _announce(days: Sequence[CalendarDay]) -> None:
    announce_calendar(*(day.date for day in days))


def _stored(day: CalendarDay, before: date | None = None) -> CalendarDay:
    announce_calendar(before or day.date, day.date)
    with flushed({_UNIQUE: _date_taken}):
        return day


def _check_stretch(first: date, last: date) -> None:
    if last < first:
        raise invalid("until", _("The last day comes before the first."))
    if (last - first).days >= MOST_DAYS:
        raise invalid("until", _("At most %(most)s days at once.", most=MOST_DAYS))


def _refuse_taken(first: date, last: date) -> None:
    taken = calendar_days_between(first, last)
    if taken:
        days = ", ".join(format_date(day.date) for day in taken[:5])
        told = _("These days are already in the calendar: %(days)s.", days=days)
        raise Conflict(fields={"date": [told]})


def _date_taken() -> Conflict:
    return Conflict(fields={"date": [_("This day is already in the calendar.")]})
