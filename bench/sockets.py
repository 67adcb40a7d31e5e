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
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from typing import IO, Any

import websocket
from flask import Flask

import school_erp
from bench._database import own_database
from bench._servers import own_servers
from bench.marking import URL, Client
from config import ROOT, Config
from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.events import SETTINGS_CHANGED
from school_erp.attendance.vocabulary import Mode
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.embedded.servers import complete
from school_erp.extensions import db
from school_erp.realtime.announcing import announce
from school_erp.realtime.rooms import INSTITUTION
from tests.serving import environment_of, free_port, wait_for
from tests.world import Caller, World, found_world

MANY = {"SOCKETS_PER_PERSON": "100000", "SOCKETS_PER_ADDRESS": "100000", "LOG_LEVEL": "ERROR"}
ROUNDS = 60
OUTAGES = (3, 60)
LIKE_OURS = (
    '42["SETTINGS_CHANGED",{"id":"01a1fdcb-8e73-7067-abb8-0a1ced137139","room":"institution:'
    '01a1fdcb-8e73-7067-abb8-0a1ced137139","seq":%d,"type":"SETTINGS_CHANGED","channel":"school",'
    '"school_id":"01a1fdcb-8e73-7067-abb8-0a1ced137139","timestamp":"2026-11-21T11:50:35.084558'
    '+00:00","payload":{"changed":["bench"]}}]'
)


@dataclass(eq=False)
class Line:
    """A screen: subscribed to one room, and coming back with the last number it heard."""

    port: int
    token: str
    room: str
    seq: int = 0
    applied: list[int] = field(default_factory=list)
    ahead: dict[int, dict[str, Any]] = field(default_factory=dict)
    ws: websocket.WebSocket | None = None
    told_to_catch_up: bool = False
    waits: bool = False

    def open(self) -> None:
        address = f"ws://127.0.0.1:{self.port}/socket.io/?EIO=4&transport=websocket"
        self.ws = websocket.create_connection(address, timeout=20)
        self.ws.recv()
        self.ws.send("40" + json.dumps({"token": self.token}))
        while (said := self.ws.recv()) == "2":
            self.ws.send("3")
        assert said.startswith("40{"), said
        self.catch_up()

    def catch_up(self) -> None:
        self.ask()
        while self.waits:
            self.read()

    def ask(self) -> None:
        assert self.ws is not None
        self.waits = True
        self.ws.send('421["subscribe",' + json.dumps({"room": self.room, "after": self.seq}) + "]")

    def answered(self, answer: dict[str, Any]) -> None:
        self.waits = False
        if not answer["ok"]:
            # too many at once: it asks again, as a page does
            assert answer["error"]["code"] == "unavailable", answer
            self.told_to_catch_up = True
            return
        for event in answer["events"]:
            self.apply(event)
        if answer.get("more"):
            self.ask()

    def fileno(self) -> int:
        assert self.ws is not None
        return int(self.ws.sock.fileno())

    def read(self) -> dict[str, Any] | None:
        assert self.ws is not None
        said = self.ws.recv()
        assert said not in {"", "1"}, "the server has ended the line"
        return self.hear(said)

    def hear(self, said: str) -> dict[str, Any] | None:
        assert self.ws is not None
        if said == "2":
            self.ws.send("3")
        if said.startswith("431"):
            self.answered(json.loads(said[3:])[0])
        if not said.startswith("42"):
            return None
        self.told_to_catch_up |= said.startswith('42["catchUp"')
        event: dict[str, Any] = json.loads(said[2:])[1]
        if event.get("room") == self.room:
            self.apply(event)
        return event

    def apply(self, event: dict[str, Any]) -> None:
        """In order, and once."""
        if event["seq"] > self.seq:
            self.ahead[event["seq"]] = event
        while self.seq + 1 in self.ahead:
            self.seq += 1
            self.applied.append(self.ahead.pop(self.seq)["seq"])


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


@contextmanager
def serving(config: Config, port: int, log: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    process = start(config, port, log)
    try:
        yield port, process
    finally:
        process.kill()
        process.wait()


def start(config: Config, port: int, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as lines:
        process = subprocess.Popen(
            [sys.executable, "wsgi.py", "--port", str(port)],
            cwd=ROOT,
            env=environment_of(config, **MANY),
            stdout=lines,
            stderr=lines,
        )
    wait_for(f"http://127.0.0.1:{port}/health/live", process, log, 60)
    return process


def school_of(app: Flask, config: Config) -> World:
    world = found_world(config)
    with app.app_context(), acting_for(world.school_id), unit_of_work():
        found_attendance(world.school_id, Mode.DAILY, "simple", world.today)
    return world


def token(app: Flask, world: World, who: str = "ada") -> str:
    return str(Caller(app, world, who).tokens["access_token"])


def happen(app: Flask, world: World) -> None:
    with app.app_context(), acting_for(world.school_id):
        with unit_of_work():
            announce(SETTINGS_CHANGED, [INSTITUTION.of(world.school_id)], {"changed": ["bench"]})
        db.session.remove()


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


def killed_again_and_again(app: Flask, config: Config, log: Path, kills: int) -> None:
    world, port, enough = school_of(app, config), free_port(), Event()
    asked = token(app, world)
    happened: list[float] = []
    lines = [Line(port, asked, f"institution:{world.school_id}") for _ in range(200)]
    events = Thread(target=happen_often, args=(app, world, enough, happened))
    events.start()
    try:
        for number in range(kills + 1):
            with serving(config, port, log):
                for line in lines:
                    close(line)
                    line.open()
                pump(lines, 0.5)
                if number == kills:
                    enough.set()
                    events.join()
                    for line in lines:
                        line.catch_up()
    finally:
        enough.set()
    missed, twice = lost_and_doubled(lines, len(happened))
    print(
        f"{kills} kills, 200 sockets, {len(happened)} events each: {missed} missed, {twice} twice",
        flush=True,
    )


def without_redis(seconds: float) -> None:
    """Screens through an outage, asking now and then while they are cut off, as a page does."""
    with own_servers() as own:
        app = school_erp.create_app(replace(own.config, async_mode="threading", testing=True))
        world, enough = school_of(app, own.config), Event()
        with serving(own.config, free_port(), own.place / "web.log") as (port, _):
            asked = token(app, world)
            lines = [Line(port, asked, f"institution:{world.school_id}") for _ in range(200)]
            open_all(lines)
            happened: list[float] = []
            events = Thread(target=happen_often, args=(app, world, enough, happened))
            events.start()
            pump(lines, 2)
            own.end("valkey", signal.SIGKILL)
            ask_meanwhile(lines, seconds)
            own.start("valkey")
            back, due = time.monotonic(), len(happened)
            right = until_right(lines, due) - back
            pump(lines, 3)
            enough.set()
            events.join()
            until_right(lines, len(happened))
        with app.app_context():
            db.engine.dispose()
    missed, twice = lost_and_doubled(lines, len(happened))
    print(
        f"Redis killed for {seconds:.0f} s, 200 sockets, {len(happened)} events each: "
        f"{missed} missed, {twice} twice; all right {right:.1f} s after it was back",
        flush=True,
    )


def ask_meanwhile(lines: list[Line], seconds: float) -> None:
    """Each by itself, every eight seconds."""
    until = time.monotonic() + seconds
    turn = 0
    while time.monotonic() < until:
        for line in lines[turn::80]:
            line.ask()
        turn = (turn + 1) % 80
        pump(lines, 0.1)


def until_right(lines: list[Line], due: int) -> float:
    """As pages do, each by itself: told that something was missed, it asks."""
    while any(line.seq < due for line in lines):
        for line in lines:
            if line.told_to_catch_up:
                line.told_to_catch_up = False
                line.ask()
        pump(lines, 0.1)
    return time.monotonic()


def happen_often(app: Flask, world: World, enough: Event, happened: list[float]) -> None:
    while not enough.wait(0.25):
        happen(app, world)
        happened.append(time.monotonic())


def lost_and_doubled(lines: list[Line], happened: int) -> tuple[int, int]:
    missed = sum(happened - len(set(line.applied)) for line in lines)
    return missed, sum(len(line.applied) - len(set(line.applied)) for line in lines)


def until_all_heard(lines: list[Line], number: int, seconds: float = 20) -> None:
    wanting = {line.fileno(): line for line in lines if line.seq < number}
    poll = select.epoll()
    for descriptor in wanting:
        poll.register(descriptor, select.EPOLLIN)
    until = time.monotonic() + seconds
    while wanting and time.monotonic() < until:
        for descriptor, _ in poll.poll(1):
            wanting[descriptor].read()
            if wanting[descriptor].seq >= number:
                poll.unregister(descriptor)
                del wanting[descriptor]
    poll.close()
    assert not wanting, f"{len(wanting)} of {len(lines)} heard nothing"


def open_all(lines: list[Line]) -> None:
    """Those that are open already answer the server's clock meanwhile."""
    for number, line in enumerate(lines):
        line.open()
        if number % 50 == 49:
            pump(lines[:number], 0.01)


def pump(lines: list[Line], seconds: float) -> None:
    by_descriptor = {line.fileno(): line for line in lines}
    poll = select.epoll()
    for descriptor in by_descriptor:
        poll.register(descriptor, select.EPOLLIN)
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(left):
            by_descriptor[descriptor].read()
    poll.close()


def close(line: Line) -> None:
    if line.ws is not None:
        line.ws.shutdown()


def resident(process: subprocess.Popen[bytes]) -> float:
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024


def show(what: str, took: list[float]) -> None:
    ordered = sorted(took)
    p = statistics.quantiles(ordered, n=100)
    print(f"{what}: p50 {p[49]:.0f} ms, p95 {p[94]:.0f} ms, p99 {p[98]:.0f} ms", flush=True)


if __name__ == "__main__":
    main()
