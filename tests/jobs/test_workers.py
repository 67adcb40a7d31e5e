from __future__ import annotations

import json
import time
import zlib

import psutil
import pytest
from flask import Flask
from redis import Redis
from rq.job import Job

from school_erp.core.unit_of_work import unit_of_work
from school_erp.jobs.heartbeat import workers_key
from school_erp.jobs.queues import enqueue, queue_named
from tests.forking import Forked
from tests.jobs.conftest import OwnValkey, Start, wait_for

pytestmark = pytest.mark.processes

NOTE = "tests.jobs.chores.note"


def at_work(redis: Redis, queue: str) -> list[bytes]:
    members: list[bytes] = redis.zrangebyscore(workers_key(queue), time.time() - 30, "+inf")
    return members


def put(app: Flask, queue: str, function: str, *ids: str) -> None:
    with app.app_context(), unit_of_work():
        enqueue(queue, function, *ids)


def said_by(process: Forked) -> str:
    _, said = process.communicate(timeout=60)
    return said


def test_a_worker_does_the_jobs_of_its_own_queue_and_of_no_other(
    app: Flask, redis: Redis, start_worker: Start
) -> None:
    put(app, "notify", NOTE, "noted", "for-somebody-else")
    put(app, "bulk", "tests.jobs.chores.fail")
    put(app, "bulk", NOTE, "noted", "chalk")
    worker = start_worker("bulk")
    wait_for(lambda: redis.llen("noted"))
    assert redis.lrange("noted", 0, -1) == [b"chalk None"]
    assert queue_named("notify", redis).count == 1
    assert [member.rpartition(b":")[2] for member in at_work(redis, "bulk")] == [
        str(worker.pid).encode()
    ]
    began = time.monotonic()
    worker.terminate()
    said = said_by(worker)
    assert worker.returncode == 0
    assert time.monotonic() - began < 15  # far less than it listens, or the job takes
    assert at_work(redis, "bulk") == []
    assert all(json.loads(line) for line in said.splitlines())
    assert "this job fails" in said
    queue_named("notify", redis).empty()


def test_a_job_travels_as_json(app: Flask, redis: Redis) -> None:
    put(app, "bulk", NOTE, "noted", "chalk")
    queue = queue_named("bulk", redis)
    stored = redis.hget(Job.key_for(queue.job_ids[0]), "data")
    assert json.loads(zlib.decompress(stored)) == [NOTE, None, ["noted", "chalk"], {}]
    queue.empty()


def test_a_job_of_a_change_that_was_not_stored_is_never_queued(app: Flask, redis: Redis) -> None:
    def change_and_fail() -> None:
        with app.app_context(), unit_of_work():
            enqueue("bulk", NOTE, "noted", "chalk")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert queue_named("bulk", redis).count == 0


def test_a_job_that_takes_too_long_to_end_is_cut_off(
    app: Flask, redis: Redis, start_worker: Start
) -> None:
    put(app, "bulk", "tests.jobs.chores.take_long", "long")
    worker = start_worker("bulk")
    wait_for(lambda: redis.llen("long"))
    began = time.monotonic()
    worker.terminate()
    assert "job_cut_off" in said_by(worker)
    assert time.monotonic() - began < 15  # far less than it listens, or the job takes
    assert redis.lrange("long", 0, -1) == [b"begun"]


def test_several_processes_work_at_one_queue_and_end_together(
    redis: Redis, start_worker: Start
) -> None:
    parent = start_worker("notify", "--processes", "2")
    wait_for(lambda: len(at_work(redis, "notify")) == 2)
    children = psutil.Process(parent.pid).children()
    parent.terminate()
    said_by(parent)
    assert parent.returncode == 0
    assert len(children) == 2
    assert not [child for child in children if child.is_running()]


def test_a_queue_nobody_knows_is_refused_in_one_sentence(start_worker: Start) -> None:
    worker = start_worker("lunch")
    assert said_by(worker) == "There is no queue “lunch”: choose bulk, notify, upkeep.\n"
    assert worker.returncode == 2


def test_a_worker_outlasts_a_redis_that_comes_late_and_goes_away_in_between(
    app: Flask,
    start_worker: Start,
    valkey_of_ones_own: OwnValkey,
) -> None:
    url, start, end = valkey_of_ones_own
    worker = start_worker("bulk", redis_url=url)
    assert worker.stderr is not None
    assert "redis_away" in worker.stderr.readline()
    start()
    with Redis.from_url(url) as redis:
        queue_named("bulk", redis).enqueue_call(NOTE, args=["noted", "late"])
        wait_for(lambda: redis.llen("noted") == 1)
        end()
        start()
        queue_named("bulk", redis).enqueue_call(NOTE, args=["noted", "again"])
        wait_for(lambda: redis.llen("noted") == 2)
    worker.terminate()
    said_by(worker)
    assert worker.returncode == 0
