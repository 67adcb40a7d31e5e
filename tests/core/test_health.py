from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from config import ROOT, Config
from school_erp.core.health import QUEUES
from school_erp.revisions import newest_revisions
from tests.core.conftest import Start


@pytest.fixture
def workers(redis: Redis) -> Iterator[None]:
    """One worker of each queue has just given a sign of life."""
    for queue in QUEUES:
        redis.delete(f"erp:workers:{queue}")
        redis.zadd(f"erp:workers:{queue}", {"somebody": time.time()})
    yield
    for queue in QUEUES:
        redis.delete(f"erp:workers:{queue}")


def checks(answer: TestResponse) -> dict[str, bool]:
    body: dict[str, Any] = answer.get_json()
    return {name: check["ok"] for name, check in body["checks"].items()}


WELL = dict.fromkeys(("database", "events", "migrations", "providers", "redis", "workers"), True)


@pytest.mark.usefixtures("workers")
def test_with_everything_there_it_is_ready(client: FlaskClient) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "ready")
    assert checks(answer) == WELL


@pytest.mark.usefixtures("workers")
def test_a_queue_whose_worker_fell_silent_degrades_it(client: FlaskClient, redis: Redis) -> None:
    redis.zadd("erp:workers:notify", {"somebody": time.time() - 31})
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "degraded")
    assert checks(answer) == {**WELL, "workers": False}
    assert answer.get_json()["checks"]["workers"]["counts"]["notify"] == 0


def test_without_redis_it_is_degraded_but_serves(servers: Config, start: Start) -> None:
    client = start(replace(servers, redis_url="redis://127.0.0.1:1/0")).test_client()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "degraded")
    assert checks(answer) == {**WELL, "redis": False, "workers": False}


def test_without_a_database_it_gets_no_work_but_is_alive(servers: Config, start: Start) -> None:
    away = replace(servers, database_url="postgresql://nobody@127.0.0.1:1/nowhere")
    client = start(away).test_client()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["status"]) == (503, "unready")
    assert not checks(answer)["database"]
    assert "nobody" not in answer.text
    assert client.get("/health/live").status_code == 200


def test_before_its_migrations_it_gets_no_work(client: FlaskClient, servers: Config) -> None:
    with psycopg.connect(servers.owner_database_url, autocommit=True) as owner:
        row = owner.execute("SELECT version_num FROM alembic_version").fetchone()
        assert row is not None
        owner.execute("UPDATE alembic_version SET version_num = '0000'")
        try:
            answer = client.get("/health/ready")
        finally:
            owner.execute("UPDATE alembic_version SET version_num = %s", row)
    assert (answer.status_code, answer.get_json()["status"]) == (503, "unready")
    assert checks(answer)["migrations"] is False


def test_numbers_are_counted_by_route_and_not_by_person(app: Flask, client: FlaskClient) -> None:
    client.get("/api/v1/people/tom@example.org")
    client.get("/health/live")
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert 'route="/health/live"' in answer.text
    assert "tom@example.org" not in answer.text


def test_the_newest_revision_is_the_one_alembic_would_go_to() -> None:
    assert newest_revisions() == set(ScriptDirectory(str(ROOT / "migrations")).get_heads())
