"""Rooms: what a room is called, whom it is for, and how somebody gets into one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from flask import current_app

from school_erp.core.access import Actor
from school_erp.core.errors import Forbidden, NotFound

# who hears what concerns the school's people, beside the people themselves
EMPLOYED = ("admin", "officer", "teacher", "staff")


@dataclass(frozen=True, slots=True)
class RoomKind:
    prefix: str
    of_what: str
    audience: str

    def of(self, thing_id: UUID) -> Room:
        return Room(self, thing_id)

    @property
    def pattern(self) -> str:
        return f"{self.prefix}{{{self.of_what}}}"


class Room(NamedTuple):
    kind: RoomKind
    thing_id: UUID

    def __str__(self) -> str:
        return f"{self.kind.prefix}{self.thing_id}"


USER = RoomKind("user:", "person", "One person, on every device; joined by itself.")
STAFF = RoomKind("staff:", "school", "Whoever works at the school; joined by itself.")
INSTITUTION = RoomKind(
    "institution:", "school", "Everybody of the school; joined by itself. Never about pupils."
)

# lets somebody in, or raises why not
Admission = Callable[[Actor, UUID], object]


def into_institution(actor: Actor, school_id: UUID) -> None:
    if school_id != actor.school_id:
        raise NotFound


def into_staff(actor: Actor, school_id: UUID) -> None:
    into_institution(actor, school_id)
    if not actor.is_any(*EMPLOYED):
        raise Forbidden


ADMISSIONS: Mapping[RoomKind, Admission] = {
    INSTITUTION: into_institution,
    STAFF: into_staff,
}


def admit(actor: Actor, name: str) -> Room:
    """The room of this name, if the actor may be in it. What the name points to is loaded."""
    admissions: Mapping[RoomKind, Admission] = current_app.extensions["rooms"]
    room = _read(name, admissions)
    admissions[room.kind](actor, room.thing_id)
    return room


def _read(name: str, kinds: Mapping[RoomKind, Admission]) -> Room:
    for kind in kinds:
        if name.startswith(kind.prefix):
            thing_id = _id(name.removeprefix(kind.prefix))
            if thing_id is not None:
                return kind.of(thing_id)
    raise NotFound


def _id(text: str) -> UUID | None:
    """As we write it ourselves, so that a room has one name."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None


def own_rooms(actor: Actor) -> list[Room]:
    """The rooms a socket is in without asking."""
    rooms = [INSTITUTION.of(actor.school_id)]
    if actor.person_id:
        rooms.append(USER.of(actor.person_id))
    if actor.is_any(*EMPLOYED):
        rooms.append(STAFF.of(actor.school_id))
    return rooms
