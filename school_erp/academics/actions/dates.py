"""Dates that make sense, inside the year or term they belong to."""

from __future__ import annotations

from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _

from school_erp.academics.models import AcademicSession
from school_erp.academics.rules.spans import Spanning, holds_on, in_order, lies_within
from school_erp.core.errors import invalid


def check_order(thing: Spanning) -> None:
    if not in_order(thing):
        raise invalid("ends_on", _("The last day comes before the first."))


def check_dates(thing: Spanning, session: AcademicSession) -> None:
    check_order(thing)
    if not lies_within(thing, session):
        inside = holds_on(session, thing.starts_on)
        raise invalid("ends_on" if inside else "starts_on", lasts(session))


def lasts(session: AcademicSession) -> Any:
    return _(
        "%(session)s lasts from %(first)s to %(last)s.",
        session=session.name,
        first=format_date(session.starts_on),
        last=format_date(session.ends_on),
    )
