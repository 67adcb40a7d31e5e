"""Worker processes that may be killed, and whose like is soon there again.

They are forked from a process that has imported what `worker.py` imports, which is most of what a
start takes.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Thread

from redis import Redis

import worker
from config import Config
from school_erp.jobs.heartbeat import workers_key
from tests.serving import environment_of

_forking = get_context("forkserver")


@dataclass(frozen=True, eq=False)
class Worker:
    queue: str
    process: ForkServerProcess

    @property
    def name(self) -> str:
        """What it signs in and holds leases by."""
        return f"{socket.gethostname()}:{self.process.pid}"


class Crew:
    def __init__(self, config: Config, log: Path) -> None:
        _forking.set_forkserver_preload(["worker"])
        self._environment = environment_of(config, LOG_LEVEL="WARNING")
        self._log = log
        self.workers: list[Worker] = []

    def add(self, queue: str) -> None:
        process = _forking.Process(target=_work, args=(queue, self._environment, self._log))
        process.start()
        self.workers.append(Worker(queue, process))

    def kill(self, victim: Worker) -> None:
        victim.process.kill()
        victim.process.join(20)
        self.workers.remove(victim)

    def at_post(self, redis: Redis, queue: str) -> list[Worker]:
        """Those that have started and listen."""
        signed_in = set(redis.zrange(workers_key(queue), 0, -1))
        return [each for each in self.workers if each.name.encode() in signed_in]

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """So that a queue builds up."""
        for each in self.workers:
            os.kill(each.process.pid or 0, signal.SIGSTOP)
        try:
            yield
        finally:
            for each in self.workers:
                os.kill(each.process.pid or 0, signal.SIGCONT)

    def end(self) -> None:
        for each in self.workers:
            each.process.terminate()
        for each in self.workers:
            each.process.join(30)


def _work(queue: str, environment: dict[str, str], log: Path) -> None:
    os.environ.update(environment)
    with log.open("ab") as lines:
        os.dup2(lines.fileno(), 2)
    Thread(target=_end_with_the_measurement, daemon=True).start()
    worker.work(queue)


def _end_with_the_measurement() -> None:
    measurement = parent_process()
    if measurement is not None:
        measurement.join()
        os._exit(1)


@contextmanager
def crew(config: Config, log: Path, *queues: str) -> Iterator[Crew]:
    workers = Crew(config, log)
    try:
        for queue in queues:
            workers.add(queue)
        yield workers
    finally:
        workers.end()
