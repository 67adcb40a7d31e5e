"""Workers that are killed while they mark: is anything lost or done twice, and when is all done?

`python -m bench.survival [JOBS KILLS]` (600 and 200) has servers of its own. Jobs are asked for in
step with the kills, so that there is work when a worker dies; each kill is a SIGKILL at a random
moment after jobs were asked for, if possible of a worker in the middle of one, and every tenth of
the worker that finds jobs nobody works on. Another takes the place of each that died.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count, islice
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row
from redis import Redis

from bench._crew import Crew, Worker, crew
from bench._school import School, founded
from bench._servers import own_servers

URL = "/api/v1/school/attendance"
PUPILS, DAYS, BULK_WORKERS = 120, 60, 3
# about as long as two workers take for the jobs asked for between two kills
LATEST_KILL = 0.3
LONGEST = 300

_FIGURES = """
    SELECT count(*) AS marks, count(*) FILTER (WHERE version > 1) AS doubled,
           (SELECT count(*) FROM attendance_audit_log WHERE what = 'mark') AS notes,
           (SELECT count(DISTINCT (student_id, date)) FROM attendance_audit_log
            WHERE what = 'mark') AS noted,
           (SELECT count(*) FROM job WHERE state = 'done') AS done,
           (SELECT max(deaths) FROM job) AS deaths
    FROM student_attendance"""
_UNFINISHED = "SELECT count(*) AS jobs FROM job WHERE state IN ('queued', 'running')"
_FAILED = "SELECT state, failure, attempts, deaths, done FROM job WHERE state <> 'done'"
_HOLDERS = "SELECT lease_owner FROM job WHERE state = 'running'"
_HELD = "SELECT count(*) AS jobs FROM job WHERE state = 'running' AND lease_owner = %s"

Rows = psycopg.Connection[DictRow]


def main() -> None:
    jobs, kills = (int(each) for each in sys.argv[1:3]) if len(sys.argv) > 2 else (600, 200)
    with own_servers() as own:
        school = founded(own.config)
        queues = ["bulk"] * BULK_WORKERS + ["upkeep"]
        with (
            crew(own.config, own.place / "workers.log", *queues) as workers,
            closing(looking(school)) as rows,
        ):
            began = time.monotonic()
            at_work = sum(
                replaced(workers, rows, each)
                for each in victims(school, workers, rows, jobs, kills)
            )
            killed = time.monotonic()
            unfinished = until_nothing_is_left(rows)
            ended = time.monotonic()
            figures = rows.execute(_FIGURES).fetchone() or {}
            failed = rows.execute(_FAILED).fetchall()
        school.close()
    asked = jobs * PUPILS
    print(f"{jobs} jobs of {PUPILS}; {kills} kills, {at_work} of them in the middle of a job")
    print(
        f"jobs done {figures['done']}, unfinished {unfinished}, deaths of one {figures['deaths']}"
    )
    print(f"marks lost {asked - figures['marks']} of {asked:,}, doubled {figures['doubled']}")
    print(f"audit rows lost {asked - figures['noted']}, doubled {figures['notes'] - asked}")
    print(
        f"all done {ended - killed:.1f} s after the last kill, which came at {killed - began:.0f} s"
    )
    for each in failed:
        print(f"not done: {each}")
    sys.exit(any((asked - figures["marks"], figures["doubled"], figures["notes"] - asked)))


def looking(school: School) -> Rows:
    """As the database's owner, at this school."""
    rows = psycopg.connect(school.config.owner_database_url, autocommit=True, row_factory=dict_row)
    rows.execute("SELECT set_config('app.school_id', %s, false)", [str(school.world.school_id)])
    return rows


def victims(school: School, workers: Crew, rows: Rows, jobs: int, kills: int) -> Iterator[Worker]:
    """Whom to kill, at the moment at which to do so: rather one who holds a job."""
    ada, asked = school.caller(), markings(school)
    with Redis.from_url(school.config.redis_url) as redis:
        for number in range(kills):
            queue = "upkeep" if number % 10 == 9 else "bulk"
            found = at_post(workers, redis, queue)
            fresh = jobs * (number + 1) // kills - jobs * number // kills
            for marking in islice(asked, fresh):
                answer = ada.post(URL, json=marking)
                assert answer.status_code == 202, answer.text
            time.sleep(random.uniform(0, LATEST_KILL))
            holders = {row["lease_owner"] for row in rows.execute(_HOLDERS)}
            yield random.choice([each for each in found if each.name in holders] or found)


def markings(school: School) -> Iterator[dict[str, Any]]:
    """One for each class and day."""
    for number in count():
        section = school.add_class(f"Class {number}", PUPILS)
        for days_ago in range(DAYS):
            yield school.marking(section, days_ago)


def at_post(workers: Crew, redis: Redis, queue: str) -> list[Worker]:
    """Once two work at marks, so that who dies leaves somebody to go on."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        marking, found = (workers.at_post(redis, each) for each in ("bulk", queue))
        if len(marking) > 1 and found:
            return found
        time.sleep(0.02)
    raise TimeoutError(f"no worker listens on {queue}")


def replaced(workers: Crew, rows: Rows, victim: Worker) -> bool:
    """Killed, with another in its place; whether it held a job."""
    workers.kill(victim)
    workers.add(victim.queue)
    return (rows.execute(_HELD, [victim.name]).fetchone() or {})["jobs"] > 0


def until_nothing_is_left(rows: Rows) -> int:
    """How many jobs are unfinished after the longest that is waited."""
    until = time.monotonic() + LONGEST
    while True:
        left: int = (rows.execute(_UNFINISHED).fetchone() or {})["jobs"]
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.1)


if __name__ == "__main__":
    main()
