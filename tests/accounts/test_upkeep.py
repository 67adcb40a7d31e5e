"""What is over is let go of, in every school, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from flask import Flask

from config import Config
from school_erp.accounts import jobs
from school_erp.accounts.actions.upkeep import let_go_of_what_is_over
from school_erp.jobs.schedule import SCHEDULE, run_due
from tests.conftest import database_of_ones_own, other_apps
from tests.world import Caller, World, found_world

TABLES = ("sign_in", "one_time_link", "idempotency_key")


def rows(servers: Config, world: World) -> dict[str, int]:
    with psycopg.connect(servers.owner_database_url) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, true)", [str(world.school_id)])
        return {
            table: _one(owner.execute(f"SELECT count(*) FROM {table}").fetchone())  # noqa: S608
            for table in TABLES
        }


def _one(row: tuple[Any, ...] | None) -> int:
    assert row
    return int(row[0])


@pytest.fixture(scope="module")
def servers(servers: Config) -> Iterator[Config]:
    with database_of_ones_own(servers) as own:
        yield own


@pytest.fixture(scope="module")
def app(servers: Config) -> Iterator[Flask]:
    with other_apps(servers) as another_app:
        yield another_app()


@pytest.fixture
def used(app: Flask, servers: Config) -> tuple[World, World]:
    """Two schools, each with a sign-in, a link and an idempotency key."""
    schools = found_world(servers), found_world(servers)
    for school in schools:
        ada = Caller(app, school, "ada")
        ada.post(f"/api/v1/accounts/{school.tom}/links")
        headers = {"Idempotency-Key": "once"}
        body = {"given_name": "Nia", "family_name": "Park"}
        assert ada.post("/api/v1/people", json=body, headers=headers).status_code == 201
    return schools


ALL = dict.fromkeys(TABLES, 1)


@pytest.mark.parametrize(
    ("days", "left"),
    [
        (6, ALL),
        (8, {"sign_in": 1, "one_time_link": 1, "idempotency_key": 0}),
        (10, {"sign_in": 1, "one_time_link": 0, "idempotency_key": 0}),
        (43, {"sign_in": 1, "one_time_link": 0, "idempotency_key": 0}),
        (45, {"sign_in": 0, "one_time_link": 0, "idempotency_key": 0}),
    ],
)
def test_each_thing_is_kept_for_its_time(
    app: Flask, servers: Config, used: tuple[World, World], days: int, left: dict[str, int]
) -> None:
    assert [rows(servers, school) for school in used] == [ALL, ALL]
    with app.app_context(), time_machine.travel(datetime.now(UTC) + timedelta(days=days)):
        let_go_of_what_is_over()
    assert [rows(servers, school) for school in used] == [left, left]


def test_a_worker_does_it_by_the_clock(
    app: Flask, servers: Config, redis: Any, used: tuple[World, World]
) -> None:
    [task] = [each for each in SCHEDULE if each.function is jobs.tidy_up]
    redis.delete(f"erp:periodic:{task.name}:done")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=45)):
        run_due(app, redis, [task])
    assert [rows(servers, school) for school in used] == [dict.fromkeys(TABLES, 0)] * 2
