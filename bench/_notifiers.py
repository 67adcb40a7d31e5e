"""Processes of `worker.py notify`, which may be killed while others like them are starting."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from flask import Flask
from redis import Redis

from config import ROOT, Config
from school_erp.core.unit_of_work import unit_of_work
from school_erp.jobs.heartbeat import workers_key
from school_erp.jobs.queues import enqueue
from school_erp.messages.jobs import DELIVER
from tests.serving import environment_of

QUEUE = "notify"
START_SECONDS = 120


class Notifiers:
    def __init__(self, config: Config, log: Path, count: int) -> None:
        self._environment = environment_of(config, LOG_LEVEL="WARNING")
        self._redis = Redis.from_url(config.redis_url)
        self._log = log.open("ab")
        self._processes = {each.pid: each for each in (self._start() for _ in range(count))}

    def wait_for_one(self) -> None:
        """Until one of those that live has signed in."""
        until = time.monotonic() + START_SECONDS
        while not self._at_post():
            if time.monotonic() > until:
                raise RuntimeError(f"no worker started; see {self._log.name}")
            time.sleep(0.02)

    def kill(self, pid: int) -> None:
        process = self._processes.pop(pid)
        process.kill()
        process.wait()
        successor = self._start()
        self._processes[successor.pid] = successor

    def end(self) -> None:
        for process in self._processes.values():
            process.kill()
            process.wait()
        self._redis.close()
        self._log.close()

    def _at_post(self) -> bool:
        names = {f"{socket.gethostname()}:{pid}".encode() for pid in self._processes}
        return not names.isdisjoint(self._redis.zrange(workers_key(QUEUE), 0, -1))

    def _start(self) -> subprocess.Popen[bytes]:
        program = [sys.executable, str(ROOT / "worker.py"), QUEUE]
        return subprocess.Popen(program, cwd=ROOT, env=self._environment, stderr=self._log)


@contextmanager
def notifiers(config: Config, log: Path, count: int) -> Iterator[Notifiers]:
    workers = Notifiers(config, log, count)
    try:
        yield workers
    finally:
        workers.end()


def ask_to_deliver(app: Flask, school_id: UUID) -> None:
    """As upkeep does, which looks every two seconds."""
    with app.app_context(), unit_of_work():
        enqueue(QUEUE, DELIVER, school_id)
