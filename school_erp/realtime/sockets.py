"""The sockets of this process: whose each is, where it listens, and how much it may still say."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import current_app, request
from flask_socketio import join_room, leave_room

from school_erp.core.access import Actor
from school_erp.core.errors import ApplicationError
from school_erp.core.ids import new_id
from school_erp.extensions import socketio
from school_erp.realtime.errors import TooManyMessages, TooManyRooms
from school_erp.realtime.metrics import REFUSALS, SOCKETS
from school_erp.realtime.rooms import Room, own_rooms

MOST_ROOMS = 500
MESSAGES_PER_SECOND = 20
MESSAGES_AT_ONCE = 60
# for the last answer to leave before the line is cut
LAST_WORD_SECONDS = 0.3


@dataclass(eq=False)
class Socket:
    sid: str
    token: str
    actor: Actor
    address: str
    asked: set[str] = field(default_factory=set)
    closing: bool = False
    # what is to be done when it has closed, each by what it is about
    farewells: dict[str, Callable[[], None]] = field(default_factory=dict)
    _left: float = MESSAGES_AT_ONCE
    _counted_at: float = field(default_factory=time.monotonic)

    @property
    def own(self) -> set[str]:
        return {str(room) for room in own_rooms(self.actor)}

    @property
    def rooms(self) -> set[str]:
        return self.own | self.asked

    def spend(self) -> None:
        """One message; they come back with time."""
        now = time.monotonic()
        regained = (now - self._counted_at) * MESSAGES_PER_SECOND
        self._left, self._counted_at = min(MESSAGES_AT_ONCE, self._left + regained), now
        if self._left < 1:
            raise TooManyMessages
        self._left -= 1

    def join(self, room: Room) -> None:
        name = str(room)
        if name in self.own:
            return
        if len(self.asked) >= MOST_ROOMS and name not in self.asked:
            raise TooManyRooms
        self.asked.add(name)
        join_room(name, self.sid, "/")

    def leave(self, name: str) -> None:
        if name in self.asked:
            self.asked.discard(name)
            leave_room(name, self.sid, "/")

    def become(self, actor: Actor) -> None:
        """The same person with other rights."""
        before, self.actor = self.own, actor
        for name in before - self.own:
            leave_room(name, self.sid, "/")
        for name in self.own - before:
            join_room(name, self.sid, "/")

    def close(self, why: ApplicationError) -> None:
        """Say why, then cut the line."""
        if self.closing:
            return
        self.closing = True
        REFUSALS.labels(why.code).inc()
        socketio.emit("closing", why.body(new_id().hex), to=self.sid, ignore_queue=True)
        socketio.start_background_task(self._cut)

    def _cut(self) -> None:
        socketio.sleep(LAST_WORD_SECONDS)
        socketio.server.disconnect(self.sid, ignore_queue=True)


def sockets_here() -> dict[str, Socket]:
    found: dict[str, Socket] = current_app.extensions["sockets"]
    return found


def current_socket() -> Socket | None:
    """Whose message this is."""
    return sockets_here().get(request.sid)  # type: ignore[attr-defined]


def welcome(socket: Socket) -> None:
    sockets_here()[socket.sid] = socket
    for name in socket.own:
        join_room(name, socket.sid, "/")
    SOCKETS.set(len(sockets_here()))


def part_with(sid: str) -> Socket | None:
    socket = sockets_here().pop(sid, None)
    SOCKETS.set(len(sockets_here()))
    return socket
