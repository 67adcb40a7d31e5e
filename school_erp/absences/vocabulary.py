from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    ILLNESS = "illness"
    APPOINTMENT = "appointment"
    FAMILY = "family"
    RELIGION = "religion"
    ACTIVITY = "activity"
    TRAVEL = "travel"
    OTHER = "other"


class State(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CANCELLED = "cancelled"


OPEN = (State.PENDING, State.ACCEPTED)


class Through(StrEnum):
    """How the school came to know of it."""

    PAGE = "page"
    OFFICE = "office"
    LINK = "link"
