"""A socket opens and closes."""

from __future__ import annotations

from typing import Any

import structlog
from flask import current_app, request
from flask_socketio import ConnectionRefusedError as Refused

from school_erp.core.access import address_of_caller, policy
from school_erp.core.error_pages import in_our_words
from school_erp.core.errors import Unauthenticated
from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import socketio
from school_erp.realtime.crowding import find_room_for, let_go_of
from school_erp.realtime.metrics import REFUSALS
from school_erp.realtime.publishing import event_queue
from school_erp.realtime.sockets import Socket, part_with, welcome

log = structlog.get_logger(__name__)


@socketio.on("connect")
def connect(auth: Any = None) -> None:
    """No token, no connection."""
    try:
        socket = _socket_of(auth)
        find_room_for(socket)
    except Exception as error:
        raise _refusal(error) from error
    welcome(socket)
    if event_queue().is_cut_off:
        socketio.emit("cutOff", {}, to=socket.sid, ignore_queue=True)


@socketio.on("disconnect")
def disconnect(_reason: Any = None) -> None:
    socket = part_with(request.sid)  # type: ignore[attr-defined]
    if socket is not None:
        let_go_of(socket)
        for farewell in socket.farewells.values():
            farewell()


def _socket_of(auth: Any) -> Socket:
    """By the token handed over at connect, or by the page's cookie."""
    token = auth.get("token") if isinstance(auth, dict) else None
    token = token or request.cookies.get(current_app.config["JWT_ACCESS_COOKIE_NAME"])
    if not isinstance(token, str) or not token:
        raise Unauthenticated
    with acting_for(None), unit_of_work():
        actor = policy().read_token(token)
    return Socket(request.sid, token, actor, address_of_caller())  # type: ignore[attr-defined]


def _refusal(error: Exception) -> Refused:
    known, request_id = in_our_words(error), new_id().hex
    REFUSALS.labels(known.code).inc()
    if known.status >= 500:
        log.error("connection_failed", code=known.code, request_id=request_id, exc_info=error)
    return Refused(str(known.message), known.body(request_id))
