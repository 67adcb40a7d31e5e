"""Answers of the database that a process keeps until the database says that they changed.

Triggers announce a change as `kind:school:id` on one channel. While nobody listens, in a worker
or while the connection is down, nothing is kept and every question goes to the database.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
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


class Remembered:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[Key, tuple[float, Any]] = {}
        self._changes = 0
        self._lock = Lock()
        self.listening = False

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

    def _start_afresh(self, *, listening: bool) -> None:
        with self._lock:
            self._changes += 1
            self._kept.clear()
            self.listening = listening

    def listen(self, database_url: str) -> None:
        """Follow the announcements for as long as the process lives."""
        pause = 0.2
        while True:
            try:
                with psycopg.connect(database_url, autocommit=True, connect_timeout=5) as line:
                    line.execute(f"LISTEN {CHANNEL}")
                    self._start_afresh(listening=True)
                    pause = 0.2
                    self._hear(line)
            except (psycopg.Error, ValueError) as fault:
                self._start_afresh(listening=False)
                log.warning("announcements_lost", why=type(fault).__name__, again_in=pause)
                time.sleep(pause)
                pause = min(pause * 2, 5.0)

    def _hear(self, line: psycopg.Connection[Any]) -> None:
        while True:
            for notice in line.notifies(timeout=30):
                self.heed(notice.payload)
            line.execute("SELECT 1")

    def heed(self, announcement: str) -> None:
        kind, school, thing = announcement.split(":")
        if kind == "school":
            self.forget_school(UUID(school))
        else:
            self.forget((kind, UUID(school), UUID(thing)))


def init_app(app: Flask) -> None:
    app.extensions["remembered"] = Remembered()


def remembered() -> Remembered:
    found: Remembered = current_app.extensions["remembered"]
    return found
