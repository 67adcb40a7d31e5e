"""What an event declares of itself. Each is declared once, in the `events.py` of its feature."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from school_erp.core.schemas import Schema
from school_erp.realtime.rooms import RoomKind


class Channel(StrEnum):
    """What somebody subscribes to as a whole in the browser."""

    ATTENDANCE = "attendance"
    JOB = "job"
    NOTIFICATION = "notification"
    SESSION = "session"
    SCHOOL = "school"


@dataclass(frozen=True, slots=True, eq=False)
class EventType:
    name: str
    channel: Channel
    rooms: tuple[RoomKind, ...]
    payload: type[Schema]
    # when it is announced, and what it says to whom, as the catalogue tells it
    says: str
