from __future__ import annotations

from collections.abc import Sequence

from flask import current_app

from school_erp.realtime.metrics import EVENTS
from school_erp.realtime.queue import EventQueue
from school_erp.realtime.recording import Recorded


def event_queue() -> EventQueue:
    found: EventQueue = current_app.extensions["event_queue"]
    return found


def publish(bodies: Sequence[Recorded]) -> None:
    """Best effort: the rows are the truth, and whoever misses one fetches it."""
    sent = "yes" if event_queue().send_all(bodies) else "no"
    for body in bodies:
        EVENTS.labels(body["type"], sent).inc()
