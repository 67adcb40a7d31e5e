from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from config import Config
from school_erp.embedded import valkey
from school_erp.embedded.identity import identity_of, with_free_port
from school_erp.embedded.servers import answers
from school_erp.jobs.queues import QUEUES, queue_named
from tests.forking import Forked, fork_and_listen

Start = Callable[..., Forked]
# an address, a way to start what lives there, and a way to end it
OwnValkey = tuple[str, Callable[[], None], Callable[[], None]]


def environment_of(config: Config) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": config.database_url,
        "REDIS_URL": config.redis_url,
        "SECRET_KEY": config.secret_key,
    }


def wait_for(reached: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


@pytest.fixture
def start_worker(servers: Config) -> Iterator[Start]:
    started: list[Forked] = []

    def start(*arguments: str, redis_url: str = servers.redis_url) -> Forked:
        process = fork_and_listen(
            ["worker.py", *arguments], {**environment_of(servers), "REDIS_URL": redis_url}
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=60)


@pytest.fixture
def valkey_of_ones_own(tmp_path: Path) -> Iterator[OwnValkey]:
    identity = with_free_port(tmp_path, "valkey")
    running: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        program = valkey.program(tmp_path, identity_of(tmp_path))
        with (tmp_path / "valkey.log").open("ab") as log:
            running.append(program.spawn(log.fileno()))
        wait_for(lambda: answers(identity, "valkey"))

    def end() -> None:
        process = running.pop()
        process.send_signal(signal.SIGTERM)
        process.wait(10)

    yield identity.redis_url, start, end
    if running:
        end()


@pytest.fixture(autouse=True)
def empty_queues(redis: Redis) -> None:
    """Other tests leave jobs behind, for workers that do not run."""
    for queue in QUEUES:
        queue_named(queue, redis).empty()
