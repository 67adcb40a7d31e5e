"""Who a socket belongs to, and the rooms it joins by itself."""

from __future__ import annotations

from typing import Any

from flask import current_app, request
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import join_room

from school_erp.core.access import Actor, policy
from school_erp.core.clock import now
from school_erp.core.error_pages import in_our_words
from school_erp.core.errors import Unauthenticated
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import socketio
from school_erp.realtime.answers import answered
from school_erp.realtime.rooms import own_rooms


@socketio.on("connect")
def connect(auth: Any = None) -> None:
    """No token, no connection."""
    try:
        with acting_for(None), unit_of_work():
            actor = _actor(auth)
    except Exception as error:
        raise Refused(in_our_words(error).body("")["error"]) from error
    for room in own_rooms(actor):
        join_room(str(room))


def _actor(auth: Any) -> Actor:
    """By the token handed over at connect, or by the page's cookie."""
    token = auth.get("token") if isinstance(auth, dict) else None
    token = token or request.cookies.get(current_app.config["JWT_ACCESS_COOKIE_NAME"])
    if not isinstance(token, str) or not token:
        raise Unauthenticated
    return policy().read_token(token)


@socketio.on("ping")
@answered
def ping(_: Any = None) -> dict[str, Any]:
    return {"timestamp": now().isoformat()}
