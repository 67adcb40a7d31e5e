"""The one way out: what is announced is recorded with the change, and published once it is stored.

All events of a unit of work travel together: one statement at its end gives them their numbers and
stores them, and one round trip publishes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from school_erp.core.ids import new_id
from school_erp.core.unit_of_work import after_commit, once_before_commit
from school_erp.realtime.declaring import EventType
from school_erp.realtime.publishing import publish
from school_erp.realtime.recording import Announced, record
from school_erp.realtime.rooms import Room


class UndeclaredRoom(ValueError):
    """An event was announced in a kind of room that its declaration does not name."""


def announce(event: EventType, rooms: Iterable[Room], payload: Mapping[str, Any]) -> None:
    """Tell rooms of the school in force. In all of them, the happening has one id."""
    happening = new_id()
    for room in rooms:
        if room.kind not in event.rooms:
            raise UndeclaredRoom(f"{event.name} is not declared for {room.kind.pattern}")
        once_before_commit(_Announcements).append(Announced(happening, event, str(room), payload))


class _Announcements(list[Announced]):
    """What one unit of work has to say, in the order in which it said it."""

    def __call__(self) -> None:
        after_commit(partial(publish, record(self)))
