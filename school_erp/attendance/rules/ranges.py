"""The days somebody asks about, from what was said and what was left out."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _

from school_erp.core.errors import invalid

LONGEST = 366


def range_of(
    first: dt.date | None, last: dt.date | None, today: dt.date
) -> tuple[dt.date, dt.date]:
    """Up to today, from the first of that month; at most a year."""
    last = last or max(today, first or today)
    first = first or last.replace(day=1)
    if last < first:
        raise invalid("to", _("The last day is before the first."))
    if (last - first).days >= LONGEST:
        raise invalid("to", _("At most a year at once."))
    return first, last
