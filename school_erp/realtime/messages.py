"""What a socket may ask for; features add their own."""

from __future__ import annotations

from typing import Any

from school_erp.core.access import current_actor
from school_erp.core.clock import now
from school_erp.core.schemas import Schema
from school_erp.extensions import socketio
from school_erp.realtime.answers import Answer, Body, answered
from school_erp.realtime.errors import UnknownMessage
from school_erp.realtime.replay import heads, missed
from school_erp.realtime.rooms import admit
from school_erp.realtime.schemas import PingBody, RoomBody, SubscribeBody
from school_erp.realtime.sockets import Socket


@socketio.on("subscribe")
@answered(SubscribeBody)
def subscribe(socket: Socket, body: Body) -> Answer:
    return listen_to(socket, body["room"], body.get("after"))


def listen_to(socket: Socket, name: str, after: int | None) -> Answer:
    """First in the room: what happens meanwhile is heard twice, and not missed."""
    room = admit(current_actor(), name)
    socket.join(room)
    return missed(str(room), after)


@socketio.on("unsubscribe")
@answered(RoomBody)
def unsubscribe(socket: Socket, body: Body) -> Answer:
    socket.leave(body["room"])
    return {"room": body["room"]}


@socketio.on("ping")
@answered(PingBody)
def ping(socket: Socket, body: Body) -> Answer:
    """How far the rooms named have come, of those that this socket is in."""
    asked = socket.rooms.intersection(body.get("rooms", ()))
    pong = {"timestamp": now().isoformat(), "heads": heads(asked) if asked else {}}
    socketio.emit("pong", pong, to=socket.sid, ignore_queue=True)
    return pong


class _Anything(Schema):
    class Meta:
        unknown = "exclude"


@socketio.on("*")
def unknown(_name: str, *message: Any) -> Answer:
    return _refuse(*message[:0])


@answered(_Anything)
def _refuse(_socket: Socket, _body: Body) -> Answer:
    raise UnknownMessage
