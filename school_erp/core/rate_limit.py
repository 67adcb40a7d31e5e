"""Limits that hold across processes through Redis, and in each process while Redis is away."""

from __future__ import annotations

import time

import structlog
from flask import current_app
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from redis import RedisError

from school_erp.core.settings import redis_options

log = structlog.get_logger(__name__)


class Throttle:
    """Counts tries in moving windows: a limit delays, it never locks anybody out."""

    def __init__(self, storage: Storage) -> None:
        self._shared = MovingWindowRateLimiter(storage)
        self._own = MovingWindowRateLimiter(MemoryStorage())

    def attempt(self, limit: str, *who: str) -> int:
        """Count a try where there is room for one; else say how long until there is."""
        item = parse(limit)
        room_here = self._own.hit(item, *who)
        try:
            return 0 if self._shared.hit(item, *who) else self._wait(self._shared, item, who)
        except RedisError:
            log.warning("rate_limit_without_redis")
            return 0 if room_here else self._wait(self._own, item, who)

    def seconds_to_wait(self, limit: str, *who: str) -> int:
        """How long until the next try is allowed; 0 means now."""
        item = parse(limit)
        try:
            return self._wait(self._shared, item, who)
        except RedisError:
            return self._wait(self._own, item, who)

    def count(self, limit: str, *who: str) -> None:
        item = parse(limit)
        self._own.hit(item, *who)
        try:
            self._shared.hit(item, *who)
        except RedisError:
            log.warning("rate_limit_without_redis")

    def clear(self, limit: str, *who: str) -> None:
        item = parse(limit)
        self._own.clear(item, *who)
        try:
            self._shared.clear(item, *who)
        except RedisError:
            log.warning("rate_limit_without_redis")

    @staticmethod
    def _wait(limiter: MovingWindowRateLimiter, item: RateLimitItem, who: tuple[str, ...]) -> int:
        if limiter.test(item, *who):
            return 0
        reset, _remaining = limiter.get_window_stats(item, *who)
        return max(1, int(reset - time.time()) + 1)


def throttle() -> Throttle:
    found: Throttle = current_app.extensions["throttle"]
    return found


def throttle_on(redis_url: str) -> Throttle:
    storage = storage_from_string(redis_url, **redis_options())
    assert isinstance(storage, Storage)  # noqa: S101 - the asynchronous kind has another scheme
    return Throttle(storage)
