"""The words of attendance that every part of it shares."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum

# the slot of an absence that is announced for all of a day
WHOLE_DAY = 0


class Mode(StrEnum):
    DAILY = "DAILY"
    PERIOD = "PERIOD"


class Status(StrEnum):
    PRESENT = "PRESENT"
    ABSENT = "ABSENT"
    LATE = "LATE"
    EXCUSED = "EXCUSED"


class StatisticalClass(StrEnum):
    """How a code counts in the figures, whatever it is called."""

    PRESENT = "present"
    APPROVED = "approved_activity"
    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"
    NOT_POSSIBLE = "not_possible"
    NOT_COUNTED = "not_counted"


class Source(IntEnum):
    """Where a mark came from; a lower one never silently overwrites a higher one."""

    SYSTEM = 1
    IMPORT = 2
    SELF = 3
    TEACHER = 4
    REQUEST = 5
    OFFICE = 6


class Outcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    CONFLICT = "conflict"
    REJECTED = "rejected"


class RegisterState(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"
    LOCKED = "locked"


class DailyRule(StrEnum):
    """How a day's lessons become the day's value."""

    FIRST_LESSON = "first_lesson"
    MINUTES = "minutes"
    COUNT = "count"
    BEST_IN_WINDOW = "best_in_window"


def quoted(words: Iterable[str]) -> str:
    """The words as a list for a CHECK constraint."""
    return ", ".join(f"'{word}'" for word in words)
