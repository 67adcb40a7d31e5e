"""`dev.py run` from the first start to the last child's end. One long story, because it is slow."""

from __future__ import annotations

import http.client
import json
import signal
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from redis import Redis

from tests.devrun.conftest import Workbench

pytestmark = pytest.mark.processes


class Listener:
    """Keeps what a run says, so that it never waits for us to read."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def wait_for(self, part: str, seconds: float = 240) -> str:
        deadline = time.monotonic() + seconds
        while True:
            if found := [line for line in self.lines if part in line]:
                return found[-1]
            assert self.process.poll() is None, "\n".join(self.lines)
            assert time.monotonic() < deadline, "\n".join(self.lines)
            time.sleep(0.05)

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(90)
        self._thread.join()
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())


@pytest.fixture
def start(workbench: Workbench) -> Iterator[Callable[[], Listener]]:
    listeners: list[Listener] = []

    def begin() -> Listener:
        listeners.append(Listener(workbench("run")))
        return listeners[-1]

    yield begin
    for listener in listeners:
        if listener.process.poll() is None:
            listener.end()


def health(port: int) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/ready")
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        return answer
    finally:
        connection.close()


def child_running(run: subprocess.Popen[str], part: str) -> psutil.Process:
    children = psutil.Process(run.pid).children()
    (found,) = [child for child in children if part in " ".join(child.cmdline())]
    return found


def test_a_school_opens_survives_a_crash_closes_without_a_trace_and_opens_again(
    start: Callable[[], Listener], place: Path, free_port: int
) -> None:
    announcement = place / "var" / "run.json"
    first = start()
    first.wait_for("Up after")
    told = check_announcement(announcement, free_port)
    assert health(free_port)["status"] == "ready"
    check_that_nobody_who_serves_knows_the_owner(first.process, told["owner_database_url"])

    child_running(first.process, "wsgi.py").kill()
    first.wait_for("*** web")
    wait_until_ready(free_port)

    children = psutil.Process(first.process.pid).children(recursive=True)
    assert first.end() == 0
    assert not announcement.exists()
    assert not [child for child in children if child.is_running()]
    assert first.lines[-1] == "Stopped."

    second = start()
    second.wait_for("Up after")
    assert json.loads(announcement.read_text())["database_url"] == told["database_url"]
    assert not [line for line in second.lines if line.startswith("migrate")]
    assert second.end() == 0


def check_announcement(path: Path, port: int) -> dict[str, Any]:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told: dict[str, Any] = json.loads(path.read_text())
    assert told["url"] == f"http://127.0.0.1:{port}"
    assert [school["slug"] for school in told["schools"]] == ["riverside", "hillcrest"]
    for school in told["schools"]:
        roles = [person["role"] for person in school["people"]]
        assert set(roles) == {"admin", "officer", "teacher", "staff", "student", "guardian"}
        assert min(roles.count(role) for role in ("teacher", "student", "guardian")) >= 2
        assert all({"role", "name", "login", "password"} <= set(it) for it in school["people"])
    for url in ("database_url", "owner_database_url"):
        with psycopg.connect(told[url]) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    with Redis.from_url(told["redis_url"]) as redis:
        assert redis.ping()
    return told


def check_that_nobody_who_serves_knows_the_owner(run: subprocess.Popen[str], owner: str) -> None:
    for part in ("wsgi.py", "worker.py bulk", "worker.py notify", "worker.py upkeep"):
        assert owner not in child_running(run, part).environ().values()


def wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            if health(port)["status"] == "ready":
                return
        except OSError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.2)
