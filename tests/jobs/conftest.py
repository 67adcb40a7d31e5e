from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from config import ROOT, Config

Start = Callable[..., subprocess.Popen[str]]


def environment_of(config: Config) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": config.database_url,
        "REDIS_URL": config.redis_url,
        "SECRET_KEY": config.secret_key,
    }


def wait_for(reached: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


@pytest.fixture
def start_worker(servers: Config) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, redis_url: str = servers.redis_url) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "worker.py", *arguments],
            cwd=ROOT,
            env={**environment_of(servers), "REDIS_URL": redis_url},
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=10)
