"""What runs by the clock. Features register it; of several upkeep workers one does it each time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog
from flask import Flask
from redis import Redis
from redis.exceptions import LockNotOwnedError

from school_erp.core.unit_of_work import unit_of_work

log = structlog.get_logger(__name__)

Task = TypeVar("Task", bound=Callable[[], object])
# a run that takes longer than this may be joined by a second one
LONGEST_RUN = 900


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
    lock = redis.lock(f"erp:periodic:{task.name}:running", timeout=LONGEST_RUN, thread_local=False)
    if not lock.acquire(blocking=False):
        return
    try:
        if redis.set(_done_key(task), "1", nx=True, px=int(task.seconds * 1000)):
            _run(app, task)
    finally:
        try:
            lock.release()
        except LockNotOwnedError:
            log.warning("periodic_took_too_long", task=task.name)


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
