from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import ROOT
from tests.embedded.places import place_for_servers

LAUNCH = ROOT / "school_erp" / "workbench" / "launch.py"
ADDRESSES = ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "SECRET_KEY")

Workbench = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def place() -> Iterator[Path]:
    with place_for_servers() as place:
        yield place


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture
def workbench(place: Path, free_port: int) -> Iterator[Workbench]:
    """What dev.py hands over to, in a place of its own and with no servers given."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        surroundings = {key: value for key, value in os.environ.items() if key not in ADDRESSES}
        surroundings |= {"VAR_DIR": str(place / "var"), "PORT": str(free_port), **environment}
        process = subprocess.Popen(
            [sys.executable, str(LAUNCH), *arguments],
            cwd=ROOT,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)
