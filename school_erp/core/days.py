from __future__ import annotations

from datetime import date

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


def may_be_meant(day: date) -> bool:
    """Whether a school could mean this day; the calendar's own ends have no day beside them."""
    return FIRST <= day <= LAST
