from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask, current_app
from redis import Redis
from sqlalchemy import text

from school_erp.extensions import db
from school_erp.jobs import schedule
from school_erp.jobs.heartbeat import sign_in, workers_key
from school_erp.jobs.schedule import SCHEDULE, Periodic, periodic, run_due


@pytest.fixture
def ran() -> list[str]:
    return []


def task(ran: list[str], seconds: float = 60, lasts: float = 0.0) -> Periodic:
    def tidy() -> None:
        ran.append(current_app.name)
        time.sleep(lasts)

    return Periodic(f"tidy-{uuid4()}", seconds, tidy)


def test_of_several_workers_that_tick_at_once_one_does_the_task(
    app: Flask, redis: Redis, ran: list[str]
) -> None:
    due = [task(ran, lasts=0.2)]
    ticks = [threading.Thread(target=run_due, args=(app, redis, due)) for _ in range(8)]
    for tick in ticks:
        tick.start()
    for tick in ticks:
        tick.join()
    assert len(ran) == 1


def test_a_task_is_done_again_when_its_time_has_come_and_not_before(
    app: Flask, redis: Redis, ran: list[str]
) -> None:
    due = [task(ran, seconds=0.3)]
    run_due(app, redis, due)
    run_due(app, redis, due)
    assert len(ran) == 1
    time.sleep(0.4)
    run_due(app, redis, due)
    assert len(ran) == 2


def test_a_task_that_outlasts_its_interval_is_not_joined_by_a_second_run(
    app: Flask, redis: Redis, ran: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "HELD_SECONDS", 0.6)
    due = [task(ran, seconds=0.05, lasts=1.6)]
    first = threading.Thread(target=run_due, args=(app, redis, due))
    first.start()
    time.sleep(1.0)
    run_due(app, redis, due)
    assert len(ran) == 1
    first.join()


def test_a_worker_that_dies_in_a_task_keeps_others_from_it_for_seconds(
    app: Flask, redis: Redis
) -> None:
    left: list[int] = []
    name = f"look-{uuid4()}"
    key = f"erp:periodic:{name}:running"
    run_due(app, redis, [Periodic(name, 60, lambda: left.append(redis.pttl(key)))])  # type: ignore[arg-type]
    assert 0 < left[0] <= 15_000
    assert not redis.exists(key)


def test_a_task_that_fails_leaves_nothing_behind_and_does_not_keep_the_next_from_its_turn(
    app: Flask, redis: Redis, ran: list[str]
) -> None:
    table = f"half_done_{uuid4().hex}"

    def fail() -> None:
        db.session.execute(text(f"CREATE TEMP TABLE {table} (id int)"))
        raise ValueError

    run_due(app, redis, [Periodic(f"fail-{uuid4()}", 60, fail), task(ran)])
    assert len(ran) == 1
    with app.app_context():
        assert db.session.scalar(text("SELECT to_regclass(:name)"), {"name": table}) is None


@pytest.fixture
def registered() -> Iterator[list[Periodic]]:
    before = list(SCHEDULE)
    yield SCHEDULE
    SCHEDULE[:] = before


def test_a_feature_registers_its_task_with_a_decorator(registered: list[Periodic]) -> None:
    @periodic(seconds=5)
    def sweep() -> None: ...

    assert registered[-1].seconds == 5
    assert registered[-1].function is sweep
    assert registered[-1].name.startswith("tests.jobs.test_schedule.")


def test_a_worker_that_vanished_long_ago_is_forgotten(redis: Redis) -> None:
    key = workers_key("upkeep")
    redis.zadd(key, {"gone:1": time.time() - 4000, "quiet:2": time.time() - 40})
    sign_in(redis, "upkeep", "here:3")
    assert redis.zrange(key, 0, -1) == [b"quiet:2", b"here:3"]
    redis.delete(key)
