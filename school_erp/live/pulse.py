"""Who tells the watchers of a session next, in this process: one for each session at a time."""

from __future__ import annotations

import datetime as dt
import time
from functools import partial
from threading import Lock
from uuid import UUID

import structlog
from flask import Flask, current_app
from sqlalchemy import text

from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import after_commit, unit_of_work
from school_erp.extensions import db, socketio
from school_erp.live.actions.telling import CHECK_INS_APART, beat
from school_erp.live.arrivals import Session

# how often somebody looks whether another presses
GLANCE_SECONDS = 0.025

log = structlog.get_logger(__name__)

_due = text("""
    INSERT INTO live_pulse (school_id, live_id, stats_due) VALUES (:school, :live, true)
    ON CONFLICT (school_id, live_id) DO UPDATE SET stats_due = true""")


class Pulses:
    """Many happenings, few tellings: whoever comes while one tells has it told by the same."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = Lock()
        # what is being told, and whether something happened since it was last looked at
        self._again: dict[UUID, bool] = {}
        # where somebody was stored who could not be told of at once
        self._pressing: set[UUID] = set()

    def nudge(self, school_id: UUID, live_id: UUID, *, pressing: bool) -> None:
        with self._lock:
            running = live_id in self._again
            self._again[live_id] = True
            if pressing:
                self._pressing.add(live_id)
        if not running:
            socketio.start_background_task(self._tell, school_id, live_id)

    def _tell(self, school_id: UUID, live_id: UUID) -> None:
        while self._goes_on(live_id):
            try:
                wait = self._beat(school_id, live_id)
            except Exception:
                # the rows still say that they were not told, and upkeep comes by
                log.exception("watchers_not_told")
                wait = None
            self._rest(live_id, wait or CHECK_INS_APART)
            if wait is not None:
                self._again[live_id] = True

    def _rest(self, live_id: UUID, wait: dt.timedelta) -> None:
        """Whoever nudges meanwhile and does not press is told of by the one beat after it."""
        over_at = time.monotonic() + wait.total_seconds()
        while live_id not in self._pressing and (left := over_at - time.monotonic()) > 0:
            socketio.sleep(min(left, GLANCE_SECONDS))

    def _goes_on(self, live_id: UUID) -> bool:
        with self._lock:
            self._pressing.discard(live_id)
            if self._again[live_id]:
                self._again[live_id] = False
                return True
            del self._again[live_id]
            return False

    def _beat(self, school_id: UUID, live_id: UUID) -> dt.timedelta | None:
        with self._app.app_context(), acting_for(school_id), unit_of_work():
            return beat(live_id)


def pulses() -> Pulses:
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    found: Pulses = app.extensions.setdefault("pulses", Pulses(app))
    return found


def tell_soon(session: Session, *, pressing: bool = True) -> None:
    """As soon as it is stored, and no oftener than watchers can take it in."""
    after_commit(partial(pulses().nudge, session.school_id, session.code_id, pressing=pressing))


def tell_stats_soon(session: Session) -> None:
    asked = {"school": session.school_id, "live": session.code_id}
    db.session.execute(_due, asked)
    tell_soon(session)
