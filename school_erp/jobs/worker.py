"""An RQ worker of exactly one queue, because RQ loses jobs where one worker listens on two."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Timer
from types import FrameType
from typing import Any

import structlog
from flask import Flask
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue, SimpleWorker
from rq.exceptions import NoSuchJobError, StopRequested
from rq.job import Job, parse_job_id
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException

from school_erp.core.tenancy import acting_for
from school_erp.jobs.heartbeat import EVERY_SECONDS, Repeatedly, own_name, sign_in, sign_out
from school_erp.jobs.queues import queue_named
from school_erp.jobs.schedule import run_due

log = structlog.get_logger(__name__)

TICK_SECONDS = 1
FIRST_WAIT, LONGEST_WAIT = 1.0, 5.0
# a job still running then is cut off, and what it had not committed is undone
LAST_SECONDS = 4.0
# how long RQ waits for a job in one go; a connection that hangs is noticed ten seconds later
LISTEN_SECONDS = 45


class TakenJob(Job):
    """Whoever fetches it has it: all that Redis knows of it is here then, and no longer there."""

    taken_from: str

    @classmethod
    def fetch(cls, id: str, connection: Redis | None = None, serializer: Any = None) -> TakenJob:  # noqa: A002 - RQ's own names
        job = cls(parse_job_id(id), connection=connection, serializer=serializer)
        with job.connection.pipeline(transaction=False) as pipeline:
            pipeline.hgetall(job.key)
            pipeline.delete(job.key)
            pipeline.lrem(cls.taken_from, 1, job.id)
            found, *_ = pipeline.execute()
        if not found:
            raise NoSuchJobError(job.key)
        job.restore(found)
        return job


def _taken_from(queue: Queue) -> type[TakenJob]:
    return type("OwnJob", (TakenJob,), {"taken_from": queue.intermediate_queue_key})


class Worker(SimpleWorker):
    """Does not fork. Each job gets an application context, and no school but the one it names.

    What becomes of a job stands in PostgreSQL, and what nobody finished is found there. So RQ's own
    books of it, fifty commands in two dozen round trips, are not kept.
    """

    max_connection_wait_time = 5.0
    app: Flask
    performing = False
    _beat_at = float("-inf")

    def execute_job(self, job: Job, queue: Queue) -> None:  # noqa: ARG002 - RQ's own shape
        self.performing = True
        try:
            with (
                self.app.app_context(),
                acting_for(None),
                structlog.contextvars.bound_contextvars(job_id=job.id),
            ):
                self._perform(job)
        finally:
            self.performing = False

    def set_state(self, state: str, pipeline: Any = None) -> None:  # noqa: ARG002 - RQ's own shape
        self._state = state

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """That of the process is what counts (`heartbeat.py`); RQ's is kept from running out."""
        if time.monotonic() - self._beat_at > EVERY_SECONDS:
            self._beat_at = time.monotonic()
            super().heartbeat(timeout, pipeline)

    def _perform(self, job: Job) -> None:
        try:
            with self.death_penalty_class(job.timeout, JobTimeoutException, job_id=job.id):
                job.func(*job.args, **job.kwargs)
        except Exception:
            log.exception("queued_work_failed", function=job.func_name)

    def finish_after_this_job(self) -> None:
        self._stop_requested = True

    def _install_signal_handlers(self) -> None:
        """Shift has installed its own."""


class Shift:
    """One process's time at one queue: from its start to SIGTERM, whatever Redis does meanwhile."""

    def __init__(self, app: Flask, queue: str) -> None:
        self.app = app
        self.queue = queue
        self._redis = _connection(app.config["REDIS_URL"], LISTEN_SECONDS + 10)
        self._beside = _connection(app.config["REDIS_URL"], 2)
        self._worker: Worker | None = None
        self._ending = False

    def work(self) -> None:
        with self._signals_caught(), suppress(StopRequested), self._threads():
            self._listen()

    def _listen(self) -> None:
        """RQ gives up at its first trouble with Redis; the shift goes on."""
        wait = FIRST_WAIT
        while not self._ending:
            began = time.monotonic()
            try:
                self._listen_once()
            except RedisError as fault:
                log.error("redis_away", queue=self.queue, fault=type(fault).__name__, again_in=wait)  # noqa: TRY400
            if time.monotonic() - began > LONGEST_WAIT:
                wait = FIRST_WAIT
            if not self._ending:
                time.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    def _listen_once(self) -> None:
        self._redis.ping()
        queue = queue_named(self.queue, self._redis)
        self._worker = Worker(
            [queue],
            job_class=_taken_from(queue),
            connection=self._redis,
            serializer=JSONSerializer,
            worker_ttl=LISTEN_SECONDS + 15,
            log_job_description=False,
        )
        self._worker.app = self.app
        log.info("listening", queue=self.queue)
        self._worker.work(logging_level="WARNING")

    @contextmanager
    def _threads(self) -> Iterator[None]:
        name = own_name()
        threads = [
            Repeatedly("heartbeat", EVERY_SECONDS, partial(sign_in, self._beside, self.queue, name))
        ]
        if self.queue == "upkeep":
            tick = partial(run_due, self.app, self._beside)
            threads.append(Repeatedly("schedule", TICK_SECONDS, tick))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            for thread in threads:
                thread.stop()
            with suppress(RedisError):
                sign_out(self._beside, self.queue, name)

    @contextmanager
    def _signals_caught(self) -> Iterator[None]:
        numbers = (signal.SIGINT, signal.SIGTERM)
        earlier = [signal.signal(number, self._on_stop) for number in numbers]
        try:
            yield
        finally:
            for number, answer in zip(numbers, earlier, strict=True):
                signal.signal(number, answer)

    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        if self._ending:
            return
        self._ending = True
        if self._worker is None or not self._worker.performing:
            raise StopRequested
        self._worker.finish_after_this_job()
        cut_off = Timer(LAST_SECONDS, _cut_off)
        cut_off.daemon = True
        cut_off.start()


def _cut_off() -> None:
    log.warning("job_cut_off")
    os._exit(0)


def _connection(url: str, seconds: float) -> Redis:
    """Without the client's own patience: the shift has its own."""
    return Redis.from_url(
        url,
        socket_connect_timeout=2,
        socket_timeout=seconds,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 0),
    )
