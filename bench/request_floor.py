"""What a request costs beyond the server itself, on one web process.

`python -m bench.request_floor` asks an authenticated route that does nothing, and a bare WSGI
callable on the same server, over connections that are kept, turn by turn in rounds. It prints the
requests a second of each, and how much of the bare callable's the application keeps.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import school_erp
from bench._database import own_database
from config import ROOT, Config
from school_erp.embedded.servers import complete
from school_erp.extensions import db
from tests.serving import environment_of, free_port, wait_for, web_process
from tests.world import Caller, found_world

ROUNDS, SECONDS, CONNECTIONS = 5, 3.0, 8
PROGRAM = "bench/_floor_web.py"
PATH = "/api/bench/nothing"


def main() -> None:
    given = replace(complete(Config.from_environment()), log_level="WARNING")
    with own_database(given) as config, tempfile.TemporaryDirectory() as place:
        token = token_of_somebody(config)
        log = Path(place) / "web.log"
        surroundings = {"LOG_LEVEL": "WARNING", "PYTHONPATH": str(ROOT)}
        with (
            web_process(config, log, PROGRAM, **surroundings) as ours,
            bare_process(config, Path(place) / "bare.log") as bare,
        ):
            asked = f"GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
            figures = [(rate(bare, asked), rate(ours.url, asked)) for _ in range(ROUNDS)]
    show(figures)


def show(figures: list[tuple[float, float]]) -> None:
    print(f"{'':10}{'bare WSGI':>14}{'our route':>14}{'kept':>10}")
    for number, (bare, ours) in enumerate(figures, start=1):
        print(f"round {number:<4}{bare:>12,.0f}/s{ours:>12,.0f}/s{ours / bare:>10.0%}")
    kept = statistics.median(ours / bare for bare, ours in figures)
    print(f"\nmedian: our route keeps {kept:.0%}; load average {os.getloadavg()[0]:.1f}")


def token_of_somebody(config: Config) -> str:
    app = school_erp.create_app(replace(config, async_mode="threading", testing=True))
    token: str = Caller(app, found_world(config), "tom").tokens["access_token"]
    with app.app_context():
        db.engine.dispose()
    return token


@contextmanager
def bare_process(config: Config, log: Path) -> Iterator[str]:
    port = free_port()
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / PROGRAM), "--bare", "--port", str(port)],
            cwd=ROOT,
            env=environment_of(config, PYTHONPATH=str(ROOT)),
            stdout=lines,
            stderr=lines,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, process, log)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def rate(url: str, asked: str) -> float:
    """Requests a second over some connections, each sending as soon as it was answered."""
    until = time.monotonic() + SECONDS
    with ThreadPoolExecutor(CONNECTIONS) as clients:
        tasks = [clients.submit(ask_until, until, url, asked.encode()) for _ in range(CONNECTIONS)]
        return sum(task.result() for task in tasks) / SECONDS


def ask_until(until: float, url: str, asked: bytes) -> int:
    host, port = urlsplit(url).hostname, urlsplit(url).port
    count = 0
    with socket.create_connection((host, port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.monotonic() < until:
            line.sendall(asked)
            answer = line.recv(65_536)
            while not answer.endswith(b'{"nothing": true}'):
                more = line.recv(65_536)
                assert more, answer
                answer += more
            assert answer.startswith(b"HTTP/1.1 200"), answer
            count += 1
    return count


if __name__ == "__main__":
    main()
