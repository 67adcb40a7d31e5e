"""What a request may name: the school's days, and its sessions or lessons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from school_erp.academics.queries.calendar import days_between, periods
from school_erp.attendance.queries.settings import settings_shown
from school_erp.attendance.vocabulary import Mode
from school_erp.core.tenancy import current_school_id


def school_days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [day.date for day in days_between(first, last) if day.is_school_day]


def slot_names() -> dict[int, str]:
    """Nothing where a school takes attendance once a day."""
    settings: dict[str, Any] = settings_shown(current_school_id())
    if settings["attendance_mode"] == Mode.PERIOD:
        return {period.slot: period.name for period in periods()}
    if settings["daily_sessions"] == 1:
        return {}
    return {1: str(_("Morning")), 2: str(_("Afternoon"))}


def named_slots(slots: Sequence[int]) -> list[int]:
    """Those that have a name of their own: where a day is taken once, it is the whole of it."""
    names = slot_names()
    return [slot for slot in slots if slot in names]
