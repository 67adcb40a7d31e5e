"""The slots of the day."""

from __future__ import annotations

from typing import Any

from flask_babel import format_time, ngettext
from flask_babel import lazy_gettext as _

from school_erp.academics.actions.taking_turns import one_at_a_time
from school_erp.academics.errors import InUse, Overlap
from school_erp.academics.models import Period
from school_erp.academics.queries import uses
from school_erp.academics.queries.calendar import periods
from school_erp.academics.rules.timetable import first_overlapping_slot
from school_erp.core.errors import Conflict, invalid
from school_erp.core.ids import new_id
from school_erp.core.tenancy import current_school_id
from school_erp.core.violations import flushed
from school_erp.extensions import db


def add_period(body: dict[str, Any]) -> Period:
    one_at_a_time("periods")
    period = Period(school_id=current_school_id(), id=new_id(), **body)
    _check(period)
    db.session.add(period)
    return _stored(period)


def change_period(period: Period, changes: dict[str, Any]) -> Period:
    one_at_a_time("periods")
    if changes.get("slot", period.slot) != period.slot:
        _refuse_in_use(period)
    for name, value in changes.items():
        setattr(period, name, value)
    _check(period)
    return _stored(period)


def remove_period(period: Period) -> None:
    one_at_a_time("periods")
    _refuse_in_use(period)
    db.session.delete(period)
    db.session.flush()


def _check(period: Period) -> None:
    if period.ends_at <= period.starts_at:
        raise invalid("ends_at", _("A period ends after it begins."))
    other = first_overlapping_slot(period, [p for p in periods() if p.id != period.id])
    if other:
        told = _(
            "%(period)s lasts from %(first)s to %(last)s already.",
            period=other.name,
            first=format_time(other.starts_at, "short", rebase=False),
            last=format_time(other.ends_at, "short", rebase=False),
        )
        raise Overlap(fields={"starts_at": [told]})


def _refuse_in_use(period: Period) -> None:
    lessons = uses.lessons_in(period.slot)
    if lessons:
        raise InUse(
            ngettext(
                "%(num)s lesson takes place in this period, so it keeps its place.",
                "%(num)s lessons take place in this period, so it keeps its place.",
                lessons,
            )
        )


def _stored(period: Period) -> Period:
    with flushed({"uq_period_school_id_slot": _slot_taken}):
        return period


def _slot_taken() -> Conflict:
    return Conflict(fields={"slot": [_("There is already a period with this number.")]})
