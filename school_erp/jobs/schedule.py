"""What runs by the clock. Features register it; of several upkeep workers one does it each time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import structlog
from flask import Flask
from redis import Redis
from redis.exceptions import LockNotOwnedError
from redis.lock import Lock

from school_erp.core.unit_of_work import unit_of_work
from school_erp.jobs.heartbeat import Repeatedly

log = structlog.get_logger(__name__)

Task = TypeVar("Task", bound=Callable[[], object])
# whoever dies in the middle of a task keeps others from it for no longer than this
HELD_SECONDS = 15.0


@dataclass(frozen=True)
class Periodic:
    name: str
    seconds: float
    function: Callable[[], object]


SCHEDULE: list[Periodic] = []


def periodic(*, seconds: float) -> Callable[[Task], Task]:
    """`@periodic(seconds=60)` on a function of no arguments; it runs inside a unit of work."""

    def register(function: Task) -> Task:
        name = f"{function.__module__}.{function.__qualname__}"
        SCHEDULE.append(Periodic(name, seconds, function))
        return function

    return register


def run_due(app: Flask, redis: Redis, tasks: list[Periodic] | None = None) -> None:
    for task in SCHEDULE if tasks is None else tasks:
        if not redis.exists(_done_key(task)):
            _run_alone(app, redis, task)


def _run_alone(app: Flask, redis: Redis, task: Periodic) -> None:
    lock = redis.lock(f"erp:periodic:{task.name}:running", timeout=HELD_SECONDS, thread_local=False)
    if not lock.acquire(blocking=False):
        return
    try:
        if redis.set(_done_key(task), "1", nx=True, px=int(task.seconds * 1000)):
            with _held(lock):
                _run(app, task)
    finally:
        try:
            lock.release()
        except LockNotOwnedError:
            log.warning("periodic_lost_its_lock", task=task.name)


@contextmanager
def _held(lock: Lock) -> Iterator[None]:
    """However long it takes, as long as this process lives."""
    holding = Repeatedly("periodic_lock", HELD_SECONDS / 3, lock.reacquire)
    holding.start()
    try:
        yield
    finally:
        holding.stop()
        holding.join()


def _run(app: Flask, task: Periodic) -> None:
    """A task that fails is tried again when it is next due; the others go on."""
    began = time.monotonic()
    try:
        with app.app_context(), unit_of_work():
            task.function()
    except Exception:
        log.exception("periodic_failed", task=task.name)
    else:
        log.debug("periodic_ran", task=task.name, seconds=round(time.monotonic() - began, 3))


def _done_key(task: Periodic) -> str:
    return f"erp:periodic:{task.name}:done"
