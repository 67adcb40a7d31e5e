"""Bulk jobs through real workers that die, and through a Redis that goes away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from redis import Redis

import school_erp
from config import Config
from school_erp.core.ids import new_id
from school_erp.jobs.heartbeat import workers_key
from tests.conftest import close
from tests.jobs.conftest import (  # noqa: F401 - fixtures
    OwnValkey,
    Start,
    start_worker,
    valkey_of_ones_own,
    wait_for,
)
from tests.world import Caller, World

# a worker for upkeep goes from school to school, and here stand those of all tests before
pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("alone")]

URL = "/api/v1/school/attendance"
PUPILS = 1_000
Owner = psycopg.Connection[Any]


@pytest.fixture(autouse=True)
def schools_of_other_tests_rest(servers: Config, founded: World) -> Iterator[None]:
    """Workers would find what those left undone, by the hundred, and do it first."""
    with psycopg.connect(servers.owner_database_url, autocommit=True) as line:
        resting = line.execute(
            "UPDATE school SET active = false WHERE active AND id <> %s RETURNING id",
            [founded.school_id],
        ).fetchall()
        yield
        line.execute(
            "UPDATE school SET active = true WHERE id = ANY(%s)", [[row[0] for row in resting]]
        )


@pytest.fixture
def owner(servers: Config, founded: World) -> Iterator[Owner]:
    with psycopg.connect(servers.owner_database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT set_config('app.school_id', %s, false)", [str(founded.school_id)]
        )
        yield connection


@pytest.fixture
def crowd(owner: Owner, founded: World) -> list[UUID]:
    """A thousand more pupils in 7B."""
    ids = [new_id() for _ in range(PUPILS)]
    with owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO person (school_id, id, given_name, family_name, search_words)"
            " VALUES (%s, %s, 'Polly', 'Pupil', '')",
            [(founded.school_id, each) for each in ids],
        )
        cursor.executemany(
            "INSERT INTO enrolment (school_id, id, section_id, person_id, role, starts_on)"
            " VALUES (%s, %s, %s, %s, 'student', %s)",
            [
                (founded.school_id, new_id(), founded.homeroom_7b, each, founded.today)
                for each in ids
            ],
        )
    return ids


def marking(world: World, section: UUID, pupils: list[UUID]) -> dict[str, Any]:
    return {
        "date": world.today.isoformat(),
        "section_id": str(section),
        "records": [{"student_id": str(each), "status": "ABSENT"} for each in pupils],
    }


def state_of(owner: Owner, job_id: str) -> tuple[str, int, int]:
    row = owner.execute(
        "SELECT state, chunks_done, attempts + deaths FROM job WHERE id = %s", [job_id]
    ).fetchone()
    assert row is not None
    return tuple(row)


def test_a_job_whose_worker_is_killed_is_finished_once_by_another_within_a_minute(
    as_: Callable[..., Caller],
    founded: World,
    crowd: list[UUID],
    owner: Owner,
    servers: Config,
    redis: Redis,
    start_worker: Start,  # noqa: F811
) -> None:
    first = start_worker("bulk")
    answer = as_("tara").post(URL, json=marking(founded, founded.homeroom_7b, crowd))
    job_id = answer.get_json()["job_id"]
    wait_for(lambda: state_of(owner, job_id)[1] >= 2)
    with psycopg.connect(servers.owner_database_url) as in_the_way:
        in_the_way.execute(
            "SELECT set_config('app.school_id', %s, false)", [str(founded.school_id)]
        )
        in_the_way.execute("SELECT 1 FROM register FOR UPDATE")
        time.sleep(0.3)
        assert 2 <= state_of(owner, job_id)[1] < 10, "it is in the middle"
        first.kill()
        first.wait()
        redis.delete(workers_key("bulk"))
    killed = time.monotonic()
    start_worker("bulk")
    start_worker("upkeep")
    wait_for(lambda: state_of(owner, job_id)[0] == "done", 60)
    assert time.monotonic() - killed < 60
    assert state_of(owner, job_id) == ("done", 10, 2)
    marked, versions = owner.execute(
        "SELECT count(*), max(version) FROM student_attendance"
    ).fetchone() or (0, 0)
    audited, once = owner.execute(
        "SELECT count(*), count(DISTINCT student_id) FROM attendance_audit_log WHERE what = 'mark'"
    ).fetchone() or (0, 0)
    assert (marked, versions, audited, once) == (PUPILS, 1, PUPILS, PUPILS)


@pytest.fixture
def tom_without_redis(
    servers: Config,
    founded: World,
    valkey_of_ones_own: OwnValkey,  # noqa: F811
) -> Iterator[Caller]:
    """Tom, signed in at a web process whose Redis then went away."""
    url, start, end = valkey_of_ones_own
    start()
    app = school_erp.create_app(replace(servers, redis_url=url))
    tom = Caller(app, founded, "tom")
    end()
    yield tom
    close(app)


def test_a_job_accepted_while_redis_is_away_runs_when_it_is_back(
    tom_without_redis: Caller,
    founded: World,
    owner: Owner,
    valkey_of_ones_own: OwnValkey,  # noqa: F811
    start_worker: Start,  # noqa: F811
) -> None:
    url, start, _end = valkey_of_ones_own
    answer = tom_without_redis.post(
        URL, json=marking(founded, founded.homeroom_7a, [founded.pia, founded.paul])
    )
    assert answer.status_code == 202
    job_id = answer.get_json()["job_id"]
    start_worker("bulk", redis_url=url)
    start_worker("upkeep", redis_url=url)
    assert state_of(owner, job_id)[0] == "queued"
    start()
    wait_for(lambda: state_of(owner, job_id)[0] == "done", 60)
    assert owner.execute("SELECT count(*) FROM student_attendance").fetchone() == (2,)
    assert owner.execute("SELECT count(*) FROM attendance_audit_log").fetchone() == (2,)
    with Redis.from_url(url) as redis:
        assert redis.keys("erp:job:*") == []
