from __future__ import annotations

from enum import StrEnum

LARGEST_FILE = 5 * 1024 * 1024


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


class FileKind(StrEnum):
    """What a file of evidence may be, by its content; the word is how its name ends."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"
