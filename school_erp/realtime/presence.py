"""Who looks at something just now: in Redis, for all processes, and nowhere else.

A screen says every few seconds that it is still there. What a killed browser or process leaves
behind counts for no longer than `COUNTED_SECONDS`; whoever says next that they are there finds it
gone, and the others are told. Nothing of this is stored, numbered or told again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from flask import current_app
from redis import Redis, RedisError

from school_erp.core.clock import now
from school_erp.realtime.publishing import event_queue
from school_erp.realtime.rooms import Room
from school_erp.realtime.sockets import Socket

log = structlog.get_logger(__name__)

MESSAGE = "presence"
COUNTED_SECONDS = 10
MOST_TOLD = 30

People = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Something that people look at, within a room whose members may know of it."""

    school_id: str
    room: Room
    names: Mapping[str, Any]

    @property
    def key(self) -> str:
        named = ":".join(str(value) for value in self.names.values())
        return f"erp:present:{self.school_id}:{self.room}:{named}"


def stay(socket: Socket, place: Place) -> People | None:
    """Who is there with this one; nothing where nobody can know."""
    socket.farewells.setdefault(place.key, partial(_depart, socket, place))
    moment = now().timestamp()
    try:
        with _redis().pipeline(transaction=False) as pipeline:
            pipeline.zremrangebyscore(place.key, "-inf", moment)
            pipeline.zadd(place.key, {_member(socket): moment + COUNTED_SECONDS})
            pipeline.expire(place.key, COUNTED_SECONDS)
            pipeline.zrange(place.key, 0, -1)
            gone, came, _kept, members = pipeline.execute()
    except RedisError as fault:
        log.info("presence_unknown", why=type(fault).__name__)
        return None
    people = _people(members)
    if gone or came:
        _tell(place, people)
    return people


def _depart(socket: Socket, place: Place) -> None:
    try:
        with _redis().pipeline(transaction=False) as pipeline:
            pipeline.zrem(place.key, _member(socket))
            pipeline.zrange(place.key, 0, -1)
            _gone, members = pipeline.execute()
    except RedisError as fault:
        log.info("presence_unknown", why=type(fault).__name__)
        return
    _tell(place, _people(members))


def _tell(place: Place, people: People) -> None:
    room = str(place.room)
    event_queue().send_all([{"type": MESSAGE, "room": room, **place.names, "people": people}])


def _member(socket: Socket) -> str:
    actor = socket.actor
    return json.dumps([socket.sid, str(actor.person_id), actor.name])


def _people(members: Iterable[bytes]) -> People:
    """Each once, on however many screens."""
    found: dict[str, str] = {}
    for member in members:
        _sid, person_id, name = json.loads(member)
        found[person_id] = name
    several = sorted(found.items(), key=lambda item: item[1])[:MOST_TOLD]
    return [{"person_id": person_id, "name": name} for person_id, name in several]


def _redis() -> Redis:
    found: Redis = current_app.extensions["redis"]
    return found
