"""What marking costs beyond the bare rows.

`python -m bench.marking [ROUNDS]` writes the same rows and audit rows by hand in one statement and
one commit (the floor), and through the application: a job of 500 inside the worker, a class of 30
whose caller waits, 30 and 500 through RQ until a socket hears that the job has finished, what the
answer to a POST takes, 2,000 pupils of 50 classes in one request, and 20 classes at once. Rounds
of floor and application take turns; medians are printed.
"""

from __future__ import annotations

import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from json import dumps, loads
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import socketio
from sqlalchemy import event

from bench._database import own_database
from bench._school import Class, School, founded
from config import ROOT, Config
from school_erp.core.garbage import look_seldom
from school_erp.core.tenancy import acting_for
from school_erp.embedded.servers import complete
from school_erp.extensions import db
from school_erp.jobs.running import run_job
from tests.serving import Web, environment_of, web_process

URL = "/api/v1/school/attendance"
PROGRAM = "bench/_floor_web.py"
WORKERS = 2


class Client:
    """One connection of somebody signed in, kept open."""

    def __init__(self, url: str, token: str) -> None:
        self.line = HTTPConnection(urlsplit(url).netloc, timeout=60)
        self.said = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def post(self, path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
        return self.ask("POST", path, dumps(body), headers)

    def get(self, path: str) -> dict[str, Any]:
        return self.ask("GET", path, None, {})

    def ask(self, method: str, path: str, body: str | None, more: dict[str, str]) -> dict[str, Any]:
        self.line.request(method, path, body, self.said | more)
        answer = self.line.getresponse()
        text = answer.read()
        assert answer.status < 300, text
        read: dict[str, Any] = loads(text)
        return read


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    given = replace(complete(Config.from_environment()), log_level="WARNING")
    with own_database(given) as config, tempfile.TemporaryDirectory() as place:
        school = founded(config)
        hall = school.add_class("Hall", 500)
        inside_the_worker(school, hall, rounds)
        statements(school, hall)
        surroundings = {"LOG_LEVEL": "WARNING", "PYTHONPATH": str(ROOT)}
        with web_process(config, Path(place) / "web.log", PROGRAM, **surroundings) as web:
            a_class_that_waits(school, web, hall, rounds)
            with workers(config, Path(place)) as processes:
                through_rq(school, web, 30, rounds)
                through_rq(school, web, 500, rounds)
                a_whole_school(school, web)
                twenty_at_once(school, web, processes)
            # last, because nobody works on these jobs any more
            answers(school, web, hall, rounds)
        school.close()


def inside_the_worker(school: School, hall: Class, rounds: int) -> None:
    ada = school.caller()
    floors, ours = [], []
    # as a worker does
    look_seldom()
    for number in range(rounds):
        floors.append(seconds(lambda: school.floor(hall, 500)))
        job = ada.post(URL, json=school.marking(hall, number)).get_json()["job_id"]
        with school.app.app_context():
            ours.append(seconds(lambda job=job: run_job(school.world.school_id, job)))  # type: ignore[misc]
        finished = ada.get(f"{URL}/jobs/{job}").get_json()
        assert finished["counts"]["created"] == 500, finished
    compare("job of 500 inside the worker", floors, ours)


def statements(school: School, hall: Class) -> None:
    """A part of a job, whatever its size; the parts are ten of any job above 500."""
    ada, counts = school.caller(), []
    for pupils, day in ((30, 85), (50, 86)):
        job = ada.post(URL, json=school.marking(hall, day, pupils)).get_json()["job_id"]
        with school.app.app_context(), acting_for(school.world.school_id):
            counts.append(counted(lambda job=job: run_job(school.world.school_id, job)))  # type: ignore[misc]
    show("statements of a job of 30 and of 50, one part each", f"{counts[0]} and {counts[1]}")


def counted(act: Callable[[], object]) -> int:
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(db.engine, "before_cursor_execute", note)
    act()
    event.remove(db.engine, "before_cursor_execute", note)
    return count


def answers(school: School, web: Web, hall: Class, rounds: int) -> None:
    client = Client(web.url, token(school))
    many = school.add_class("Stadium", 5_000)
    nothing, posts, large = [], Posts(client, hall), Posts(client, many)
    for number in range(rounds):
        nothing.append(seconds(lambda: client.get("/api/bench/nothing")))
        posts.time(school, 20 + number)
        if number < 8:
            large.time(school, 20 + number)
    for name, took in (("500", posts), ("5,000", large)):
        compare(f"POST of {name} answered, against a route that does nothing", nothing, took.ours)
        compare(f"the same {name} stored as they are, against the same", nothing, took.stored)


class Posts:
    """Of a class: marked, and as they are stored by a route that judges nothing."""

    def __init__(self, client: Client, section: Class) -> None:
        self.client, self.section = client, section
        self.ours: list[float] = []
        self.stored: list[float] = []

    def time(self, school: School, days_ago: int) -> None:
        marking = school.marking(self.section, days_ago)
        self.ours.append(seconds(lambda: self.client.post(URL, marking)))
        self.stored.append(seconds(lambda: self.client.post("/api/bench/stored", marking)))


def a_class_that_waits(school: School, web: Web, hall: Class, rounds: int) -> None:
    client = Client(web.url, token(school))
    floors, ours = [], []
    for number in range(rounds):
        floors.append(seconds(lambda: school.floor(hall, 30)))
        marking = school.marking(hall, 40 + number, 30)
        ours.append(seconds(lambda marking=marking: client.post(URL, marking, Prefer="wait=10")))  # type: ignore[misc]
    compare("class of 30 whose caller waits", floors, ours)


def through_rq(school: School, web: Web, pupils: int, rounds: int) -> None:
    asked = token(school)
    hall = school.add_class(f"Hall of {pupils}", pupils)
    client = Client(web.url, asked)
    floors, ours = [], []
    with socketio.SimpleClient() as screen:
        screen.connect(web.url, auth={"token": asked}, transports=["websocket"])
        for number in range(rounds):
            floors.append(seconds(lambda: school.floor(hall, pupils)))
            marking = school.marking(hall, number)
            began = time.perf_counter()
            job = client.post(URL, marking)["job_id"]
            heard(screen, job)
            ours.append(time.perf_counter() - began)
    compare(f"job of {pupils} through RQ, POST to JOB_FINISHED", floors, ours)


def heard(screen: socketio.SimpleClient, job: str) -> int:
    """How many steps were told until it was finished."""
    steps = 0
    while True:
        name, body = screen.receive(timeout=60)
        if body["payload"].get("job_id") == job:
            steps += name == "JOB_PROGRESS"
            if name == "JOB_FINISHED":
                return steps


def a_whole_school(school: School, web: Web) -> None:
    classes = [school.add_class(f"Class {number}", 40) for number in range(50)]
    asked = token(school)
    client = Client(web.url, asked)
    with socketio.SimpleClient() as screen:
        screen.connect(web.url, auth={"token": asked}, transports=["websocket"])
        began = time.perf_counter()
        scope = {
            "date": school.world.today.isoformat(),
            "period": 1,
            "scope": {"sections": [str(each.id) for each in classes]},
            "default": {"status": "PRESENT"},
        }
        steps = heard(screen, client.post(f"{URL}/scopes", scope)["job_id"])
        took = time.perf_counter() - began
    show("2,000 pupils of 50 classes in one request", f"{took:.2f} s, {steps} steps")


def twenty_at_once(school: School, web: Web, processes: list[subprocess.Popen[bytes]]) -> None:
    classes = [school.add_class(f"Group {number}", 40) for number in range(20)]
    lines = [psycopg.connect(school.config.database_url, autocommit=True) for _ in range(WORKERS)]
    markers = [replace(school, line=line) for line in lines]
    with ThreadPoolExecutor(WORKERS) as pool:
        began = time.perf_counter()
        list(pool.map(mark_by_hand, markers, [classes[n::WORKERS] for n in range(WORKERS)]))
        floor = time.perf_counter() - began
    for line in lines:
        line.close()
    asked = token(school)
    client = Client(web.url, asked)
    with socketio.SimpleClient() as screen:
        screen.connect(web.url, auth={"token": asked}, transports=["websocket"])
        began = time.perf_counter()
        jobs = {client.post(URL, school.marking(each, 1))["job_id"] for each in classes}
        heard_all(screen, jobs)
        compare_rates("20 jobs of 40 at once, POSTs included", floor, began)
        with paused(processes):
            jobs = {client.post(URL, school.marking(each, 2))["job_id"] for each in classes}
        began = time.perf_counter()
        heard_all(screen, jobs)
        compare_rates("20 jobs of 40 that wait for two workers", floor, began)


def heard_all(screen: socketio.SimpleClient, jobs: set[str]) -> None:
    left = set(jobs)
    while left:
        name, body = screen.receive(timeout=60)
        if name == "JOB_FINISHED":
            left.discard(body["payload"]["job_id"])


def compare_rates(what: str, floor: float, began: float) -> None:
    took = time.perf_counter() - began
    show(what, f"{took * 1000:.0f} ms, floor {floor * 1000:.0f} ms: {floor / took:.0%} of it")


@contextmanager
def paused(processes: list[subprocess.Popen[bytes]]) -> Iterator[None]:
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    yield
    for process in processes:
        process.send_signal(signal.SIGCONT)


def mark_by_hand(school: School, classes: list[Class]) -> None:
    for each in classes:
        school.floor(each, 40)


@contextmanager
def workers(config: Config, place: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    environment = environment_of(config, LOG_LEVEL="WARNING", ASYNC_MODE="threading")
    with (place / "workers.log").open("wb") as log:
        started = [
            subprocess.Popen(
                [sys.executable, "worker.py", queue], cwd=ROOT, env=environment, stderr=log
            )
            for queue in ["bulk"] * WORKERS
        ]
        time.sleep(4)
        try:
            yield started
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(20)


def token(school: School) -> str:
    found: str = school.caller().tokens["access_token"]
    return found


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def compare(what: str, floors: list[float], ours: list[float]) -> None:
    floor, own = statistics.median(floors) * 1000, statistics.median(ours) * 1000
    show(
        what, f"{own:.1f} ms, floor {floor:.1f} ms: {own / floor:.2f} times, + {own - floor:.1f} ms"
    )


def show(what: str, figure: str) -> None:
    print(f"{what:58} {figure}", flush=True)


if __name__ == "__main__":
    main()
