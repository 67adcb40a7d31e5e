"""Real web processes for tests that need a port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

from flask import Flask

from config import ROOT, Config
from tests.forking import Forked, fork_program

Process = subprocess.Popen[bytes] | Forked
# a program and its arguments, its environment, and where it writes
Spawn = Callable[[list[str], dict[str, str], IO[bytes]], Process]


@dataclass(frozen=True)
class Web:
    url: str
    process: Process
    log: Path


def environment_of(config: Config, **extra: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": config.database_url,
        "OWNER_DATABASE_URL": config.owner_database_url,
        "REDIS_URL": config.redis_url,
        "SECRET_KEY": config.secret_key,
        # with ASYNC_MODE=threading, on threads, but for tests that say which of the two they mean
        "ASYNC_MODE": os.environ.get("ASYNC_MODE", "eventlet"),
        **extra,
    }


def start_program(argv: list[str], environment: dict[str, str], lines: IO[bytes]) -> Process:
    return subprocess.Popen(
        [sys.executable, *argv], cwd=ROOT, env=environment, stdout=lines, stderr=lines
    )


@contextmanager
def web_process(
    config: Config,
    log: Path,
    program: str = "wsgi.py",
    spawn: Spawn = start_program,
    **extra: str,
) -> Iterator[Web]:
    """A web process on a port of its own, until the block ends."""
    with web_starting(config, log, program, spawn, **extra) as web:
        wait_for(f"{web.url}/health/live", web.process, log)
        yield web


@contextmanager
def web_starting(
    config: Config,
    log: Path,
    program: str = "wsgi.py",
    spawn: Spawn = start_program,
    **extra: str,
) -> Iterator[Web]:
    """The same, not waited for: several start in the time of one."""
    port = free_port()
    with log.open("wb") as lines:
        process = spawn([program, "--port", str(port)], environment_of(config, **extra), lines)
    try:
        yield Web(f"http://127.0.0.1:{port}", process, log)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


# there at once, for tests; what is measured starts as an operator starts it
forked_web = partial(web_process, spawn=fork_program)
forked_web_starting = partial(web_starting, spawn=fork_program)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str, process: Process, log: Path, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urlopen(url, timeout=1):  # noqa: S310 - our own loopback address
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"{url} did not answer:\n{log.read_text()[-4000:]}")


@contextmanager
def listening(app: Flask, config: Config, prove_every: float) -> Iterator[None]:
    """The application hears of changes, and so keeps what it looked up, until the block ends."""
    memory = app.extensions["remembered"]
    memory._prove_every = prove_every
    listener = Thread(target=memory.listen, args=[config.database_url], daemon=True)
    listener.start()
    until = time.monotonic() + 5
    while not memory.listening:
        assert time.monotonic() < until
        time.sleep(0.01)
    yield
    memory.stop()
    listener.join(10)
