"""Every message is acknowledged: what it asked for, or the one error shape."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import marshmallow as ma
import structlog
from flask import g

from school_erp.core.access import policy
from school_erp.core.error_pages import in_our_words
from school_erp.core.errors import Invalid, Malformed, Unauthenticated
from school_erp.core.ids import new_id
from school_erp.core.schemas import Schema
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.realtime.errors import TooManyMessages
from school_erp.realtime.metrics import REFUSALS
from school_erp.realtime.sockets import Socket, current_socket

log = structlog.get_logger(__name__)

Answer = dict[str, Any]
Body = dict[str, Any]


def answered(
    schema: type[Schema],
) -> Callable[[Callable[[Socket, Body], Answer]], Callable[..., Answer]]:
    """A unit of work around a message of this shape; its answer or refusal as acknowledgement."""

    def decorate(listener: Callable[[Socket, Body], Answer]) -> Callable[..., Answer]:
        @wraps(listener)
        def acknowledge(*message: Any) -> Answer:
            g.request_id = new_id().hex
            socket = current_socket()
            try:
                return {"ok": True, **_heed(listener, socket, schema, message)}
            except Exception as error:  # noqa: BLE001 - the edge: whatever it is, it is answered
                return {"ok": False, **_refusal(socket, error)}

        return acknowledge

    return decorate


def _heed(
    listener: Callable[[Socket, Body], Answer],
    socket: Socket | None,
    schema: type[Schema],
    message: tuple[Any, ...],
) -> Answer:
    if socket is None or socket.closing:
        raise Unauthenticated
    socket.spend()
    body = _read(schema, message)
    with acting_for(None), unit_of_work():
        g.actor = policy().read_token(socket.token)
        return listener(socket, body)


def _read(schema: type[Schema], message: tuple[Any, ...]) -> Body:
    if len(message) > 1:
        raise Malformed
    try:
        body: Body = schema().load(message[0] if message and message[0] is not None else {})
    except ma.ValidationError as error:
        raise Invalid(fields=_fields_of(error)) from error
    return body


def _fields_of(error: ma.ValidationError) -> dict[str, Any]:
    found = error.messages
    return {str(name): said for name, said in found.items()} if isinstance(found, dict) else {}


def _refusal(socket: Socket | None, error: Exception) -> Answer:
    known = in_our_words(error)
    REFUSALS.labels(known.code).inc()
    if known.status >= 500:
        log.error("message_failed", code=known.code, request_id=g.request_id, exc_info=error)
    if socket is not None and isinstance(known, (TooManyMessages, Unauthenticated)):
        socket.close(known)
    return known.body(g.request_id)
