"""Redis and PostgreSQL that go away while people mark: is anything lost that was called stored?

`python -m bench.outages [REDIS POSTGRES]` (20 and 10 times) has servers, a web process and workers
of its own. Four clients mark all the time: a job, a class that waits for its results, one mark.
Redis is killed for 3 s, emptied (every third time), killed for 60 s or frozen for 10 s (each every
tenth), with jobs queued in it; PostgreSQL is restarted, by turns in order and as after a crash. In
the end each request that was answered with a success must have left its marks, once.
"""

from __future__ import annotations

import datetime as dt
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

import psycopg
from psycopg.rows import DictRow, dict_row
from redis import Redis

from bench._crew import Crew, crew
from bench._load import Load, going_on
from bench._school import School, founded
from bench._servers import OwnServers, own_servers
from tests.serving import web_process

BEFORE, QUEUEING, LONGEST = 3.0, 2.0, 180
NOTHING = {"marks": 0, "version": 1}

_UNFINISHED = "SELECT count(*) AS jobs FROM job WHERE finished_at IS NULL AND created_at <= %s"
_ENDS = "SELECT state, count(*) AS jobs FROM job GROUP BY state"
_MARKS = """
    SELECT section_id, date::text AS day, count(*) AS marks, max(version) AS version
    FROM student_attendance GROUP BY section_id, date"""
_NOTES = """
    SELECT count(*) - count(DISTINCT (student_id, date)) AS doubled
    FROM attendance_audit_log WHERE what = 'mark'"""

Rows = psycopg.Connection[DictRow]


@dataclass
class Outages:
    """How long it took, each time, until a request succeeded and until every job was done."""

    name: str
    succeeding: list[float] = field(default_factory=list)
    done: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        answered, worked = max(self.succeeding, default=0), max(self.done, default=0)
        return (
            f"{self.name:28} {len(self.done):3} times; after its end at most {answered:.1f} s to"
            f" the next success, {worked:.1f} s until the jobs of before were done"
        )


def main() -> None:
    redis, postgres = (int(each) for each in sys.argv[1:3]) if len(sys.argv) > 2 else (20, 10)
    with own_servers() as own:
        school = founded(own.config)
        with (
            web_process(own.config, own.place / "web.log", LOG_LEVEL="WARNING") as web,
            crew(own.config, own.place / "workers.log", "bulk", "bulk", "upkeep") as workers,
        ):
            load = Load(school, web.url)
            with going_on(load):
                seen = [each for each in redis_outages(own, load, workers, redis) if each.done]
            wrong = report(f"Redis away {redis} times", load, seen)
            with going_on(load):
                seen = [each for each in postgres_outages(own, load, postgres) if each.done]
            wrong += report(f"PostgreSQL restarted {postgres} times", load, seen)
        school.close()
    sys.exit(wrong > 0)


def redis_outages(own: OwnServers, load: Load, workers: Crew, times: int) -> list[Outages]:
    short, long = Outages("killed for 3 s"), Outages("killed for 60 s")
    emptied, frozen = Outages("emptied"), Outages("frozen for 10 s")
    kill = partial(own.end, "valkey", signal.SIGKILL)
    for number in range(times):
        if number % 10 == 9:
            once(load, long, partial(with_a_queue, workers, kill, partial(back, own, "valkey", 60)))
        elif number % 10 == 3:
            once(load, frozen, partial(own.freeze, "valkey", 10))
        elif number % 3 == 2:
            once(load, emptied, partial(with_a_queue, workers, partial(empty, own)))
        else:
            once(load, short, partial(with_a_queue, workers, kill, partial(back, own, "valkey", 3)))
    return [short, emptied, long, frozen]


def with_a_queue(
    workers: Crew, harm: Callable[[], None], mend: Callable[[], None] | None = None
) -> None:
    """It goes away while jobs wait in it."""
    with workers.standing_still():
        time.sleep(QUEUEING)
        harm()
    if mend:
        mend()


def postgres_outages(own: OwnServers, load: Load, times: int) -> list[Outages]:
    orderly, crashed = Outages("restarted"), Outages("crashed and started")
    for number in range(times):
        kind, how = [(orderly, signal.SIGINT), (crashed, signal.SIGQUIT)][number % 2]
        once(load, kind, partial(restart, own, how))
    return [orderly, crashed]


def restart(own: OwnServers, how: signal.Signals) -> None:
    own.end("postgres", how)
    back(own, "postgres", 2)


def back(own: OwnServers, name: str, after: float) -> None:
    time.sleep(after)
    own.start(name)


def empty(own: OwnServers) -> None:
    with Redis.from_url(own.config.redis_url) as redis:
        redis.flushall()


def once(load: Load, kind: Outages, outage: Callable[[], None]) -> None:
    time.sleep(BEFORE)
    outage()
    over, clock = time.monotonic(), dt.datetime.now(dt.UTC)
    with closing(looking(load.school)) as rows:
        until_jobs_are_done(rows, clock)
    kind.done.append(time.monotonic() - over)
    kind.succeeding.append(first_success(load, over) - over)


def first_success(load: Load, over: float) -> float:
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        found = next((each.at for each in load.told if each.stored and each.at > over), None)
        if found:
            return found
        time.sleep(0.1)
    raise TimeoutError("nothing succeeds any more")


def until_jobs_are_done(rows: Rows, asked_before: dt.datetime) -> int:
    """How many are not, after the longest that is waited."""
    until = time.monotonic() + LONGEST
    while True:
        left: int = (rows.execute(_UNFINISHED, [asked_before]).fetchone() or {})["jobs"]
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.1)


def report(what: str, load: Load, seen: list[Outages]) -> int:
    """How much is wrong: successes without their marks, marks or notes written twice."""
    with closing(looking(load.school)) as rows:
        unfinished = until_jobs_are_done(rows, dt.datetime.now(dt.UTC))
        ends = {each["state"]: each["jobs"] for each in rows.execute(_ENDS).fetchall()}
        found = {(each["section_id"], each["day"]): each for each in rows.execute(_MARKS)}
        doubled_notes: int = (rows.execute(_NOTES).fetchone() or {})["doubled"]
    places = [(each, found.get((each.section, each.day), NOTHING)) for each in load.told]
    lost = sum(each.marks - there["marks"] for each, there in places if each.stored)
    partial = sum(there["marks"] not in (0, each.marks) for each, there in places)
    doubled = sum(there["version"] > 1 for _, there in places)
    print(
        f"{what}: {len(load.told)} requests, answers {dict(Counter(it.status for it in load.told))}"
    )
    for each in seen:
        print(f"  {each}")
    print(f"  slowest answer {max(each.seconds for each in load.told):.1f} s; jobs {ends}")
    print(f"  marks lost {lost}, doubled {doubled}, in part {partial}")
    print(f"  audit rows doubled {doubled_notes}, jobs unfinished {unfinished}")
    return lost + doubled + partial + doubled_notes + unfinished


def looking(school: School) -> Rows:
    """As the database's owner, at this school."""
    rows = psycopg.connect(school.config.owner_database_url, autocommit=True, row_factory=dict_row)
    rows.execute("SELECT set_config('app.school_id', %s, false)", [str(school.world.school_id)])
    return rows


if __name__ == "__main__":
    main()
