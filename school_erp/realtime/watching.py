"""Beside the serving: whose right to a socket or a room has ended, and who reads too slowly."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, g
from redis import RedisError

from school_erp.core.access import policy
from school_erp.core.errors import ApplicationError, Forbidden, NotFound, Unauthenticated
from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import socketio
from school_erp.realtime.crowding import renew
from school_erp.realtime.errors import TooSlow
from school_erp.realtime.metrics import ROOMS
from school_erp.realtime.publishing import event_queue
from school_erp.realtime.rooms import admit
from school_erp.realtime.sockets import Socket, sockets_here

log = structlog.get_logger(__name__)

EVERY_SECONDS = 5
# rounds between two looks at the rooms of somebody whose rights seem the same
ROOMS_EVERY = 60
COUNTED_EVERY = 4
MOST_WAITING = 300


def start(app: Flask) -> None:
    """Listen to the other processes, and watch over the sockets of this one."""
    server = socketio.server
    _let_nobody_wait_for_a_poll(server.eio)
    server.manager_initialized = True
    server.manager.initialize()
    socketio.start_background_task(_watch, app)


def _let_nobody_wait_for_a_poll(engine: Any) -> None:
    """Who ends a line would wait for its last packet to be fetched, by somebody who has gone."""

    class Packets(engine._async["queue"]):  # type: ignore[misc, name-defined]  # noqa: SLF001 - its parts
        def join(self) -> None:
            return

    engine._async = {**engine._async, "queue": Packets}  # noqa: SLF001


def _watch(app: Flask) -> None:
    number, nameless = 0, set[str]()
    while True:
        socketio.sleep(EVERY_SECONDS)
        number += 1
        try:
            with app.app_context():
                go_round(number)
                nameless = _show_out(nameless)
        except Exception:
            log.exception("watch_failed")


def _show_out(before: set[str]) -> set[str]:
    """Whoever has not said in two rounds who they are."""
    nameless = event_queue().lines_without_a_socket()
    for line in nameless & before:
        socketio.start_background_task(socketio.server.eio.disconnect, line)
    return nameless


def go_round(number: int) -> None:
    open_sockets = [socket for socket in list(sockets_here().values()) if not socket.closing]
    for socket in open_sockets:
        _look_at(socket, rooms_too=number % ROOMS_EVERY == 0)
        # a thousand looks take a second: what happens meanwhile is told in between
        socketio.sleep(0)
    ROOMS.set(event_queue().rooms_here)
    if number % COUNTED_EVERY == 0:
        _keep_count(open_sockets)


def _keep_count(open_sockets: list[Socket]) -> None:
    try:
        renew(open_sockets)
    except RedisError as fault:
        log.warning("sockets_not_counted", why=type(fault).__name__)


def _look_at(socket: Socket, *, rooms_too: bool) -> None:
    if event_queue().waiting_for(socket.sid) > MOST_WAITING:
        socket.close(TooSlow())
        return
    try:
        with acting_for(None), unit_of_work():
            g.actor = actor = policy().read_token(socket.token)
            changed = (actor.roles, actor.scopes) != (socket.actor.roles, socket.actor.scopes)
            socket.become(actor)
            if changed or rooms_too:
                _leave_what_is_closed(socket)
    except Unauthenticated as over:
        socket.close(over)
    except ApplicationError as fault:
        log.warning("socket_not_looked_at", code=fault.code)


def _leave_what_is_closed(socket: Socket) -> None:
    for name in sorted(socket.asked):
        try:
            admit(socket.actor, name)
        except (Forbidden, NotFound) as refusal:
            socket.leave(name)
            told = {"room": name, **refusal.body(new_id().hex)}
            socketio.emit("unsubscribed", told, to=socket.sid, ignore_queue=True)
