from __future__ import annotations

from collections import deque
from enum import StrEnum
from threading import Lock


class Way(StrEnum):
    """How the next message is treated."""

    ACCEPT = "accept"
    # taken, and answered with nothing, or with a fault
    BREAK_AFTER = "break_after"
    ERROR_AFTER = "error_after"
    HANG_AFTER = "hang_after"
    # not taken
    BREAK_BEFORE = "break_before"
    ERROR_BEFORE = "error_before"
    TURN_AWAY = "turn_away"
    REFUSE_NUMBER = "refuse_number"
    REFUSE_TEXT = "refuse_text"
    # taken, but only after whoever asked has gone
    LATE = "late"
    # taken, and spoken of afterwards in an odd way
    SILENT = "silent"
    REPEAT = "repeat"
    UNDELIVERED = "undelivered"


class Behaviour:
    """Ways for the messages to come, in their order; then all are accepted."""

    def __init__(self, hang_seconds: float = 30, takes_seconds: float = 0) -> None:
        self.hang_seconds = hang_seconds
        self.takes_seconds = takes_seconds
        self._next: deque[Way] = deque()
        self._lock = Lock()

    def plan(self, *ways: Way | str) -> None:
        with self._lock:
            self._next.extend(Way(way) for way in ways)

    def next(self) -> Way:
        with self._lock:
            return self._next.popleft() if self._next else Way.ACCEPT
