"""A hall of students checks in at once: how fast, how exactly, and how soon the wall shows it.

`python -m bench.checkins` starts a PostgreSQL and a Valkey of its own and web processes as an
operator would. 600 students of 20 classes send their check-in twice each over 50, 100 and 600
lines while five watchers look on; turn by turn with it they ask the route that does nothing over
the same lines. Then with two web processes; then Valkey is killed in the middle of a storm, one
claim is redeemed a hundred times at once, and ten thousand forged codes are sent.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import secrets
import signal
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import requests

from bench._hall import API, Hall, Live, until
from bench._servers import OwnServers, own_servers
from bench._storm import Answers, Request, Watcher, asking, percentile, send
from config import ROOT
from school_erp.core.remembered import LONGEST_SECONDS
from school_erp.live.rules.codes import Step, token_of
from tests.serving import Web, web_process

PROGRAM, NOTHING = "bench/_floor_web.py", "/api/bench/nothing"
LINES, WATCHERS, FORGED = (50, 100, 600), 5, 10_000


@dataclass(frozen=True)
class Storm:
    answers: Answers
    # of the processor, by the web processes
    seconds: float
    present: int
    shown: int
    stored: int
    # since each student's check-in was sent, and since it was answered
    told: list[float]
    told_after: list[float]
    missed: int
    busiest: tuple[int, int]
    # lines of watchers, and why
    cut: list[str]


def main() -> None:
    asked = _arguments()
    with own_servers() as own, tempfile.TemporaryDirectory() as place, ExitStack() as running:
        said = {"LOG_LEVEL": "WARNING", "PYTHONPATH": str(ROOT)}
        webs = [
            running.enter_context(
                web_process(own.config, Path(place) / f"{n}.log", PROGRAM, **said)
            )
            for n in range(2)
        ]
        hall = Hall(own.config, webs[0].url)
        try:
            measure(hall, webs, own, asked)
        finally:
            hall.close()
        if asked.logs:
            print("\n".join((Path(place) / f"{n}.log").read_text()[-3000:] for n in range(2)))


def measure(hall: Hall, webs: Sequence[Web], own: OwnServers, asked: argparse.Namespace) -> None:
    urls = [web.url for web in webs]
    warm(hall, urls)
    if "storms" in asked.parts:
        measure_storms(hall, webs, asked)
        measure_stats(hall, urls[:1])
    if "strangers" in asked.parts:
        come_unseen(hall, webs[:1])
    if "harm" in asked.parts:
        lose_redis(hall, urls[:1], own)
        redeem(hall)
        forge(hall, urls[:1])
    print(f"load average {os.getloadavg()[0]:.1f}")


def measure_storms(hall: Hall, webs: Sequence[Web], asked: argparse.Namespace) -> None:
    print(f"{'':26}{'nothing':>10}{'p99':>7}{'check-ins':>11}{'share':>7}{'of cpu':>8}", end="")
    print(f"{'p50':>7}{'p99':>7}{'present':>9}{'wall p50':>10}{'p99':>7}{'late':>7}", end="")
    print(f"{'p99':>7}{'missed':>8}{'most/s':>9}")
    for lines in asked.lines:
        for _round in range(asked.rounds):
            show(f"one process, {lines} lines", *both(hall, webs[:1], lines))
    for _round in range(asked.rounds):
        show("two processes, 100 lines", *both(hall, webs, 100))


def come_unseen(hall: Hall, webs: Sequence[Web]) -> None:
    """As after a minute in which nobody asked for anything, when nobody is remembered."""
    time.sleep(LONGEST_SECONDS + 1)
    live = hall.start()
    began = processor_seconds(webs)
    answers = send([web.url for web in webs], check_ins(hall, live), 100)
    print(
        f"600 who are not remembered: {dict(answers.statuses)}, {answers.rate:,.0f}/s, "
        f"p99 {answers.milliseconds(0.99):.0f} ms, {processor_seconds(webs) - began:.2f} s of the "
        f"processor, counted {hall.stats(live)['students_present']}"
    )
    hall.end(live)


def measure_stats(hall: Hall, urls: Sequence[str]) -> None:
    """Of a group in which everybody has checked in, one question after the other."""
    live = hall.start()
    send(urls, check_ins(hall, live, twice=False), 50)
    asked = asking("GET", f"{API}/{live.id}/stats", "teacher", hall.teacher)
    idle = asking("GET", NOTHING, "teacher", hall.teacher)
    taken = [send(urls, [each] * 200, 1).milliseconds(0.5) for each in (idle, asked)]
    print(f"nothing p50 {taken[0]:.1f} ms, stats p50 {taken[1]:.1f} ms")
    hall.end(live)


def warm(hall: Hall, urls: Sequence[str]) -> None:
    """Every student has been seen by every process, as on any morning."""
    for url in urls:
        send([url], [_nothing(hall, number) for number in range(len(hall.students))], 20)
        live = hall.start()
        send([url], check_ins(hall, live, twice=False), 20)
        hall.end(live)


def both(hall: Hall, webs: Sequence[Web], lines: int) -> tuple[Answers, float, Storm]:
    asked = [_nothing(hall, n % len(hall.students)) for n in range(2 * len(hall.students))]
    began = processor_seconds(webs)
    idle = send([web.url for web in webs], asked, lines)
    return idle, processor_seconds(webs) - began, storm(hall, webs, lines)


def processor_seconds(webs: Sequence[Web]) -> float:
    """What another program does at the same time changes it less than the clock's."""
    ticks = 0
    for web in webs:
        said = Path(f"/proc/{web.process.pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(said[11]) + int(said[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def storm(hall: Hall, webs: Sequence[Web], lines: int) -> Storm:
    """Everybody twice."""
    urls = [web.url for web in webs]
    live = hall.start()
    watchers = [
        Watcher(urls[number % len(urls)], hall.teacher, live.room) for number in range(WATCHERS)
    ]
    asked, began = check_ins(hall, live), processor_seconds(webs)
    answers = send(urls, asked, lines)
    seconds = processor_seconds(webs) - began
    everybody = len(hall.students)
    until(lambda: all(each.present == everybody for each in watchers), 10)
    until(lambda: all(len(each.heard) == everybody for each in watchers), 10)
    heard = [each for watcher in watchers for each in watcher.heard.items()]
    told = [at - answers.sent_at[student] for student, at in heard]
    kinds = ("CHECK_IN", "STATS_UPDATE")
    busiest = [max(each.most_in_a_second(kind) for each in watchers) for kind in kinds]
    found = Storm(
        answers=answers,
        seconds=seconds,
        present=hall.stats(live)["students_present"],
        shown=min(each.present for each in watchers),
        stored=hall.rows("student_attendance"),
        told=told,
        told_after=[at - answers.answered_at[student] for student, at in heard],
        missed=WATCHERS * everybody - len(told),
        busiest=(busiest[0], busiest[1]),
        cut=[why for each in watchers for why in each.cut_because],
    )
    for each in watchers:
        each.close()
    hall.end(live)
    return found


def check_ins(hall: Hall, live: Live, *, twice: bool = True) -> list[Request]:
    code, path = hall.code(live), f"{API}/{live.id}/attendance"
    once = [
        asking("POST", path, str(each.id), each.token, {"token": code, "device": str(each.id)})
        for each in hall.students
    ]
    return once * 2 if twice else once


def show(what: str, idle: Answers, idle_seconds: float, found: Storm) -> None:
    answers = found.answers
    assert set(answers.statuses) == {200}, answers.statuses
    wall, late = (
        [percentile(told, share) * 1000 for share in (0.5, 0.99)]
        for told in (found.told, found.told_after)
    )
    counted = {found.present, found.shown, found.stored}
    said = found.present if len(counted) == 1 else f"{found.present}/{found.shown}/{found.stored}"
    print(
        f"{what:26}{idle.rate:>8,.0f}/s{idle.milliseconds(0.99):>7.0f}{answers.rate:>9,.0f}/s"
        f"{answers.rate / idle.rate:>7.0%}{idle_seconds / found.seconds:>8.0%}"
        f"{answers.milliseconds(0.5):>7.0f}{answers.milliseconds(0.99):>7.0f}"
        f"{said:>9}{wall[0]:>10.0f}{wall[1]:>7.0f}{late[0]:>7.0f}"
        f"{late[1]:>7.0f}{found.missed:>8}{found.busiest[0]:>5} + {found.busiest[1]}"
        f"{'' if not found.cut else f'  watchers cut: {found.cut}'}"
    )


def lose_redis(hall: Hall, urls: Sequence[str], own: OwnServers) -> None:
    """Killed as the storm begins, back three seconds later."""
    live = hall.start()
    asked = check_ins(hall, live)

    def lose() -> None:
        time.sleep(0.3)
        own.end("valkey", signal.SIGKILL)
        time.sleep(3)
        own.start("valkey")

    losing = threading.Thread(target=lose)
    losing.start()
    answers = send(urls, asked * 3, 50)
    losing.join()
    counted = [hall.stats(live)["students_present"] for _look in range(3)]
    print(
        f"Valkey killed in the storm: {dict(answers.statuses)} in {answers.took:.1f} s, "
        f"p99 {answers.milliseconds(0.99):.0f} ms, marks {hall.rows('student_attendance')}, "
        f"counted {counted}"
    )
    hall.end(live)


def redeem(hall: Hall) -> None:
    live, student = hall.start(single_use=True), hall.students[0]
    path, device = f"{API}/{live.id}", {"device": "one phone"}
    given = requests.post(
        f"{hall.url}{path}/claims",
        json={"token": hall.code(live), **device},
        headers={"Authorization": f"Bearer {student.token}"},
        timeout=10,
    ).json()["claim"]
    body = {"claim": given, **device}
    asked = asking("POST", f"{path}/attendance", str(student.id), student.token, body)
    answers = send([hall.url], [asked] * 100, 100)
    print(f"one claim redeemed 100 times at once: {dict(answers.statuses)}")
    hall.end(live)


def forge(hall: Hall, urls: Sequence[str]) -> None:
    """Codes of the right shape and step, signed with other keys, and with nothing."""
    live = hall.start()
    step = Step.at(_now(), 60)
    asked = []
    for number in range(FORGED):
        student = hall.students[number % len(hall.students)]
        token = (
            token_of(secrets.token_bytes(32), step)
            if number % 2
            else f"60.{step.number}.{secrets.token_urlsafe(12)}"
        )
        path = f"{API}/{live.id}/attendance"
        asked.append(asking("POST", path, str(student.id), student.token, {"token": token}))
    answers = send(urls, asked, 50)
    print(
        f"{FORGED:,} forged codes: {dict(answers.statuses)}, {answers.rate:,.0f}/s, "
        f"rows {hall.rows('check_in')}"
    )
    hall.end(live)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _nothing(hall: Hall, number: int) -> Request:
    student = hall.students[number]
    return asking("GET", NOTHING, str(student.id), student.token)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="*", default=LINES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--parts", nargs="*", default=("storms", "strangers", "harm"))
    parser.add_argument("--logs", action="store_true", help="what the web processes said last")
    return parser.parse_args()


if __name__ == "__main__":
    main()
