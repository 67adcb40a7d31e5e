"""Which schools' marks are to be looked at before anything of them is about to leave.

What is lost with Redis is looked at all the same once it is about to leave.
"""

from __future__ import annotations

from functools import partial
from typing import cast
from uuid import UUID

import structlog
from flask import current_app
from redis import Redis, RedisError

from school_erp.core.clock import now
from school_erp.core.unit_of_work import after_commit

log = structlog.get_logger(__name__)

_KEY = "erp:messages:looks"
# a class that is just being marked is not cried out about
LOOK_AFTER_SECONDS = 20


def ask_for_look(school_id: UUID) -> None:
    after_commit(partial(_ask, str(school_id)))


def schools_to_look_at() -> list[UUID]:
    """Each once, until it asks again."""
    redis: Redis = current_app.extensions["redis"]
    try:
        found = cast(list[bytes], redis.zrangebyscore(_KEY, "-inf", now().timestamp()))
        if found:
            redis.zrem(_KEY, *found)
    except RedisError as fault:
        log.warning("redis_away", during="looks", fault=type(fault).__name__)
        return []
    return [UUID(each.decode()) for each in found]


def _ask(school_id: str) -> None:
    redis: Redis = current_app.extensions["redis"]
    try:
        redis.zadd(_KEY, {school_id: now().timestamp() + LOOK_AFTER_SECONDS}, nx=True)
    except RedisError as fault:
        log.warning("redis_away", during="looks", fault=type(fault).__name__)
