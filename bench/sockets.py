"""What live screens cost, and whether they miss anything.

`python -m bench.sockets [SOCKETS] [KILLS]` opens 1,000 sockets on one web process, from another
process that does little else: the memory each takes while idle, and how long one event takes until
the last of them has it, beside a bare eventlet server that sends the same bytes. Then how long a
mark takes to another screen with 500 sockets of ten schools. At last, if kills are asked for, it
kills the web process so many times under 200 sockets while events go on, and Redis for 3 s and for
60 s, and counts what was missed or applied twice.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import IO

from flask import Flask

import school_erp
from bench._database import own_database
from bench._living_school import happen, school_of, serving, token
from bench._losses import killed_again_and_again, without_redis
from bench._screens import Line, close, open_all, until_all_heard
from bench.marking import URL, Client
from config import ROOT, Config
from school_erp.embedded.servers import complete
from school_erp.extensions import db
from tests.serving import free_port, wait_for

ROUNDS = 60
OUTAGES = (3, 60)
LIKE_OURS = (
    '42["SETTINGS_CHANGED",{"id":"01a1fdcb-8e73-7067-abb8-0a1ced137139","room":"institution:'
    '01a1fdcb-8e73-7067-abb8-0a1ced137139","seq":%d,"type":"SETTINGS_CHANGED","channel":"school",'
    '"school_id":"01a1fdcb-8e73-7067-abb8-0a1ced137139","timestamp":"2026-11-21T11:50:35.084558'
    '+00:00","payload":{"changed":["bench"]}}]'
)


def main() -> None:
    sockets = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    given = replace(complete(Config.from_environment()), log_level="ERROR")
    with own_database(given) as config, tempfile.TemporaryDirectory() as place:
        app = school_erp.create_app(replace(config, async_mode="threading", testing=True))
        log = Path(place, "web.log")
        if sockets:
            with serving(config, free_port(), log) as (port, process):
                idle_and_fan_out(app, config, port, process, sockets)
            floor(sockets)
            with serving(config, free_port(), log) as (port, _):
                mark_to_screen(app, config, port)
        killed_again_and_again(app, config, log, kills)
        with app.app_context():
            db.engine.dispose()
    for seconds in OUTAGES if kills else ():
        without_redis(seconds)


def idle_and_fan_out(
    app: Flask, config: Config, port: int, process: subprocess.Popen[bytes], count: int
) -> None:
    world = school_of(app, config)
    hello = "40" + json.dumps({"token": token(app, world)})
    with listeners(port, count, hello, process) as told:
        began = [fan_out(partial(happen, app, world), told) for _ in range(ROUNDS + 1)][1:]
    show(f"one event to the last of {count} sockets, transaction included", began)
    show_processor_time(process, ROUNDS)


def floor(count: int) -> None:
    """The same bytes, the same listeners, and a server that does nothing else."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench._floor_sockets", str(port)], cwd=ROOT)
    number = 0

    def post() -> None:
        nonlocal number
        number += 1
        line = HTTPConnection("127.0.0.1", port, timeout=30)
        line.request("POST", "/", LIKE_OURS % number)
        line.getresponse().read()
        line.close()

    try:
        wait_for(f"http://127.0.0.1:{port}/", process, ROOT / "README.md", 30)
        with listeners(port, count, "", process) as told:
            began = [fan_out(post, told) for _ in range(ROUNDS + 1)][1:]
        show(f"floor: the same bytes from a bare eventlet server to {count} sockets", began)
        show_processor_time(process, ROUNDS)
    finally:
        process.kill()
        process.wait()


@contextmanager
def listeners(
    port: int, count: int, hello: str, server: subprocess.Popen[bytes]
) -> Iterator[IO[str]]:
    argv = [sys.executable, "-m", "bench._listeners", str(port), str(count)]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as listening:
        assert listening.stdin
        assert listening.stdout
        listening.stdin.write(f"{hello}\n")
        listening.stdin.flush()
        listening.stdout.readline()
        before = resident(server)
        listening.stdin.write("\n")
        listening.stdin.flush()
        assert listening.stdout.readline().startswith(f"{count} ")
        time.sleep(1)
        each = (resident(server) - before) / (count - 1)
        print(f"idle socket, {count} open: {each:.1f} KiB each", flush=True)
        spent[server.pid] = processor_seconds(server.pid)
        own = processor_seconds(listening.pid)
        yield listening.stdout
        own = (processor_seconds(listening.pid) - own) / (ROUNDS + 1) * 1000
        print(f"the listeners' own processor time: {own:.0f} ms for each event", flush=True)
        listening.stdin.close()


def fan_out(act: Callable[[], None], told: IO[str]) -> float:
    """From the beginning of what happens until the last one has it."""
    time.sleep(0.05)
    began = time.monotonic()
    act()
    return (float(told.readline().split()[1]) - began) * 1000


spent: dict[int, float] = {}


def show_processor_time(server: subprocess.Popen[bytes], rounds: int) -> None:
    took = (processor_seconds(server.pid) - spent[server.pid]) / (rounds + 1) * 1000
    print(f"the server's processor time: {took:.0f} ms for each event", flush=True)


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def mark_to_screen(app: Flask, config: Config, port: int) -> None:
    worlds = [school_of(app, config) for _ in range(10)]
    tokens = [token(app, world) for world in worlds]
    lines = [
        Line(port, tokens[number % 10], f"class_{worlds[number % 10].homeroom_7a}")
        for number in range(500)
    ]
    open_all(lines)
    clients = [Client(f"http://127.0.0.1:{port}", asked) for asked in tokens]
    took = []
    for number in range(ROUNDS):
        world, watching = worlds[number % 10], lines[number % 10 :: 10]
        pupils = (world.pia, world.paul)
        status = ("ABSENT", "PRESENT", "LATE")[number // 10 % 3]
        marking = {
            "date": world.today.isoformat(),
            "section_id": str(world.homeroom_7a),
            "period": 1,
            "records": [{"student_id": str(each), "status": status} for each in pupils],
        }
        poster = Thread(
            target=lambda client=clients[number % 10], body=marking: client.post(
                URL, body, Prefer="wait=9"
            )
        )
        began = time.perf_counter()
        poster.start()
        until_all_heard(watching, watching[0].seq + 1)
        took.append((time.perf_counter() - began) * 1000)
        poster.join()
    show("POST of a mark to the last of 50 other screens, 500 sockets of 10 schools", took)
    for line in lines:
        close(line)


def resident(process: subprocess.Popen[bytes]) -> float:
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024


def show(what: str, took: list[float]) -> None:
    ordered = sorted(took)
    p = statistics.quantiles(ordered, n=100)
    print(f"{what}: p50 {p[49]:.0f} ms, p95 {p[94]:.0f} ms, p99 {p[98]:.0f} ms", flush=True)


if __name__ == "__main__":
    main()
