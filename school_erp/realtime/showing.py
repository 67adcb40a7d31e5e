"""What a page listens to, from the moment it was made."""

from __future__ import annotations

from school_erp.core.access import Actor
from school_erp.realtime.replay import heads
from school_erp.realtime.rooms import Room, own_rooms


def shown_rooms(*rooms: Room) -> dict[str, int]:
    """For `data-rooms`. Asked before what the page shows is read, lest something fall between."""
    return heads([str(room) for room in rooms])


def shown_own_rooms(actor: Actor) -> dict[str, int]:
    return shown_rooms(*own_rooms(actor))
