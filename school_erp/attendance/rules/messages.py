from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageRules:
    """What a school has its families told of marks, and within which hours."""

    on_absent: bool
    on_late: bool
    on_arrival: bool
    each_lesson: bool
    hold_minutes: int
    opens: dt.time
    quiet_from: dt.time
    quiet_until: dt.time
