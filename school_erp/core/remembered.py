"""Answers of the database that a process keeps until the database says that they changed.

Triggers announce a change as `kind:school:id` on one channel. While nobody listens, in a worker
or while the connection is down, nothing is kept and every question goes to the database. A line
that only seems to be up is trusted no longer than it has proved to be alive.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Lock
from typing import Any, TypeVar
from uuid import UUID

import psycopg
import structlog
from flask import Flask, current_app

from school_erp.core.metrics import REMEMBERED

log = structlog.get_logger(__name__)

T = TypeVar("T")
Key = tuple[str, UUID, UUID]
CHANNEL = "erp_changed"
LONGEST_SECONDS = 60
MOST = 50_000
PROVED_EVERY_SECONDS = 5.0
TRUSTED_SECONDS = 15.0
# give up on a network that swallows everything, so that a new line can be opened
_LIVELY: dict[str, Any] = {
    "application_name": "school_erp announcements",
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class Remembered:
    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        prove_every: float = PROVED_EVERY_SECONDS,
    ) -> None:
        self._clock = clock
        self._prove_every = prove_every
        self._kept: dict[Key, tuple[float, Any]] = {}
        self._changes = 0
        self._lock = Lock()
        self._enough = Event()
        self._trusted_until = float("-inf")

    @property
    def listening(self) -> bool:
        return self._clock() < self._trusted_until

    def recall(self, key: Key, look_up: Callable[[], T]) -> T:
        kept = self._kept.get(key) if self.listening else None
        if kept is not None and kept[0] > self._clock():
            REMEMBERED.labels(key[0], "kept").inc()
            value: T = kept[1]
            return value
        REMEMBERED.labels(key[0], "asked").inc()
        return self._ask(key, look_up)

    def _ask(self, key: Key, look_up: Callable[[], T]) -> T:
        """Keep the answer only if nothing was announced while it was on its way."""
        before = self._changes
        answer = look_up()
        with self._lock:
            if self.listening and before == self._changes and answer is not None:
                if len(self._kept) >= MOST:
                    self._kept.clear()
                self._kept[key] = (self._clock() + LONGEST_SECONDS, answer)
        return answer

    def forget(self, key: Key) -> None:
        with self._lock:
            self._changes += 1
            self._kept.pop(key, None)

    def forget_school(self, school_id: UUID) -> None:
        with self._lock:
            self._changes += 1
            for key in [key for key in self._kept if key[1] == school_id]:
                del self._kept[key]

    def listen(self, database_url: str) -> None:
        """Follow the announcements until `stop`, through any loss of the line."""
        pause = 0.2
        while not self._enough.is_set():
            try:
                with psycopg.connect(database_url, autocommit=True, **_LIVELY) as line:
                    pause = 0.2
                    self._follow(line)
            except (psycopg.Error, OSError) as fault:
                log.warning("announcements_lost", why=type(fault).__name__, again_in=pause)
            finally:
                self._go_deaf()
            self._enough.wait(pause)
            pause = min(pause * 2, 5.0)

    def stop(self) -> None:
        self._enough.set()

    def _follow(self, line: psycopg.Connection[Any]) -> None:
        line.execute(f"LISTEN {CHANNEL}")
        self._forget_everything()
        while not self._enough.is_set():
            self._prove(line)
            self._heed_all(line, self._prove_every)

    def _prove(self, line: psycopg.Connection[Any]) -> None:
        """An answer means that everything announced before the question has arrived."""
        asked_at = self._clock()
        line.execute("SELECT 1")
        self._heed_all(line, 0)
        self._trusted_until = asked_at + TRUSTED_SECONDS

    def _heed_all(self, line: psycopg.Connection[Any], seconds: float) -> None:
        for notice in line.notifies(timeout=seconds):
            self.heed(notice.payload)

    def heed(self, announcement: str) -> None:
        try:
            kind, school, thing = announcement.split(":")
            key = (kind, UUID(school), UUID(thing))
        except ValueError:
            log.warning("announcement_not_understood")
            self._forget_everything()
            return
        if kind == "school":
            self.forget_school(key[1])
        else:
            self.forget(key)

    def _go_deaf(self) -> None:
        self._trusted_until = float("-inf")
        self._forget_everything()

    def _forget_everything(self) -> None:
        with self._lock:
            self._changes += 1
            self._kept.clear()


def init_app(app: Flask) -> None:
    app.extensions["remembered"] = Remembered()


def remembered() -> Remembered:
    found: Remembered = current_app.extensions["remembered"]
    return found
