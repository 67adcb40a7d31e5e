"""Is 8:31 late?"""

from __future__ import annotations

import datetime as dt

from school_erp.attendance.vocabulary import Status


def minutes_after(arrived: dt.datetime, starts: dt.datetime) -> int:
    """Whole minutes after the start; 0 for the punctual.

    Two times of one zone would be subtracted as its wall clocks show them, also over the hour
    that is left out or comes twice.
    """
    passed = arrived.astimezone(dt.UTC) - starts.astimezone(dt.UTC)
    return max(0, int(passed.total_seconds() // 60))


def status_on_arrival(minutes: int, late_after: int) -> Status:
    return Status.LATE if minutes > late_after else Status.PRESENT


def is_after_close(minutes: int, closed_after: int) -> bool:
    return minutes > closed_after
