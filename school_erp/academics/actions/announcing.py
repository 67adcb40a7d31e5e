from __future__ import annotations

from datetime import date

from school_erp.academics.events import CALENDAR_CHANGED
from school_erp.core.tenancy import current_school_id
from school_erp.realtime.announcing import announce
from school_erp.realtime.rooms import INSTITUTION


def announce_calendar(*days: date) -> None:
    """The stretch from the first to the last of these days may be another than before."""
    if days:
        stretch = {"starts_on": min(days).isoformat(), "ends_on": max(days).isoformat()}
        announce(CALENDAR_CHANGED, [INSTITUTION.of(current_school_id())], stretch)
