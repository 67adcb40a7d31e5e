"""No faster than the provider takes them, however many workers send."""

from __future__ import annotations

import time

import structlog
from flask import current_app
from redis import Redis, RedisError

log = structlog.get_logger(__name__)

# The next free moment, in microseconds, and how long until then. A key that was lost begins anew.
_TAKE_TURN = """
    local clock = redis.call('TIME')
    local now = clock[1] * 1000000 + clock[2]
    local turn = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
    redis.call('SET', KEYS[1], string.format('%.0f', turn + tonumber(ARGV[1])), 'EX', 60)
    return turn - now"""


def wait_for_turn(provider: str) -> None:
    step = 1_000_000 // current_app.config["MESSAGES_PER_SECOND"]
    time.sleep(_microseconds_to_wait(provider, step) / 1_000_000)


def _microseconds_to_wait(provider: str, step: int) -> int:
    redis: Redis = current_app.extensions["redis"]
    try:
        return int(redis.eval(_TAKE_TURN, 1, f"erp:turns:{provider}", step))
    except RedisError as fault:
        log.warning("redis_away", during="pacing", fault=type(fault).__name__)
        return step
