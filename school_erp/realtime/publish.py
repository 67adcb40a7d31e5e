"""The only place that emits: to one room, after the commit."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import structlog
from redis import RedisError

from school_erp.core.clock import now
from school_erp.core.unit_of_work import after_commit
from school_erp.extensions import socketio

log = structlog.get_logger(__name__)


def publish(school_id: UUID, room: str, event: str, payload: dict[str, Any]) -> None:
    """Tell a room, once the change is stored. Best effort: the rows are the truth."""
    body = {
        "room": room,
        "type": event,
        "school_id": str(school_id),
        "timestamp": now().isoformat(),
        "payload": payload,
    }
    after_commit(partial(_emit, event, body, room))


def _emit(event: str, body: dict[str, Any], room: str) -> None:
    try:
        socketio.emit(event, body, to=room)
    except RedisError:
        log.warning("event_not_published", event_type=event)
