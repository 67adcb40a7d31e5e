"""May this date be marked, by this person, at this moment?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class DateFault(StrEnum):
    FUTURE = "future_date"
    TOO_FAR_BACK = "outside_window"
    CLOSED = "closed_day"
    NO_SESSION = "no_session"


@dataclass(frozen=True, slots=True)
class Window:
    """How far back and ahead a school lets its people mark."""

    backdate_days: int
    office_backdate_days: int
    allow_future_date: bool
    offline_grace_hours: int

    def days_back(self, *, in_office: bool) -> int:
        return self.office_backdate_days if in_office else self.backdate_days

    def fault(self, day: dt.date, today: dt.date, *, in_office: bool) -> DateFault | None:
        if day > today:
            return None if self.allow_future_date else DateFault.FUTURE
        if (today - day).days > self.days_back(in_office=in_office):
            return DateFault.TOO_FAR_BACK
        return None


def judged_on(
    marked_at: dt.datetime | None, received_at: dt.datetime, grace_hours: int
) -> dt.datetime:
    """The moment a mark is judged by: when it was made, if that is believable.

    A device's clock is believed within the school's offline grace, and never ahead of ours.
    """
    if marked_at is None:
        return received_at
    earliest = received_at - dt.timedelta(hours=grace_hours)
    return marked_at if earliest <= marked_at <= received_at else received_at
