"""Workers sign in every few seconds, so that health checks see who is at work."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from threading import Event, Thread

import structlog
from redis import Redis, RedisError

log = structlog.get_logger(__name__)

EVERY_SECONDS = 10
FORGOTTEN_AFTER = 3600


def workers_key(queue: str) -> str:
    return f"erp:workers:{queue}"


def sign_in(redis: Redis, queue: str, member: str) -> None:
    now = time.time()
    with redis.pipeline(transaction=False) as pipeline:
        pipeline.zadd(workers_key(queue), {member: now})
        pipeline.zremrangebyscore(workers_key(queue), "-inf", now - FORGOTTEN_AFTER)
        pipeline.execute()


def sign_out(redis: Redis, queue: str, member: str) -> None:
    redis.zrem(workers_key(queue), member)


def own_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


class Repeatedly(Thread):
    """Acts at intervals beside the work; that Redis is away is said once, not each time."""

    def __init__(self, name: str, seconds: float, act: Callable[[], object]) -> None:
        super().__init__(name=name, daemon=True)
        self._seconds = seconds
        self._act = act
        self._enough = Event()
        self._away = False

    def run(self) -> None:
        while not self._enough.is_set():
            self._try()
            self._enough.wait(self._seconds)

    def stop(self) -> None:
        self._enough.set()

    def _try(self) -> None:
        try:
            self._act()
        except RedisError as fault:
            if not self._away:
                log.warning("redis_away", during=self.name, fault=type(fault).__name__)
            self._away = True
        except Exception:
            log.exception("failed_beside_the_work", during=self.name)
        else:
            if self._away:
                log.info("redis_back", during=self.name)
            self._away = False
