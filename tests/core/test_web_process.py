"""The real web process, on a port of its own, on eventlet and on threads."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import psycopg
import pytest
from argon2 import PasswordHasher

from config import Config
from tests.forking import fork_and_listen
from tests.serving import Web, environment_of, forked_web, free_port
from tests.world import PASSWORD, World

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module", params=["eventlet", "threading"])
def web(
    request: pytest.FixtureRequest, servers: Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Web]:
    log = tmp_path_factory.mktemp("web") / "log"
    with forked_web(
        servers,
        log,
        "tests/core/slow_web.py",
        ASYNC_MODE=request.param,
    ) as running:
        yield running


def read(web: Web, path: str) -> Any:
    with urlopen(f"{web.url}{path}", timeout=30) as answer:  # noqa: S310 - our own process
        return json.load(answer)


def get(web: Web, path: str) -> float:
    """How long the answer took."""
    began = time.monotonic()
    with urlopen(f"{web.url}{path}", timeout=30) as answer:  # noqa: S310 - our own process
        assert answer.status == 200
        answer.read()
    return time.monotonic() - began


def test_a_request_that_waits_for_the_database_delays_no_other(web: Web) -> None:
    get(web, "/health/ready")
    with ThreadPoolExecutor(1) as aside:
        slow = aside.submit(get, web, "/api/try/sleep/2.0")
        time.sleep(0.2)
        others = [get(web, "/health/ready") for _ in range(5)]
        assert not slow.done(), f"five questions to the database took {sum(others):.1f} s"
        assert slow.result() >= 2
    assert max(others) < 1


def test_requests_wait_for_the_database_together_and_not_in_turn(web: Web) -> None:
    began = time.monotonic()
    with ThreadPoolExecutor(5) as aside:
        list(aside.map(lambda _: get(web, "/api/try/sleep/1.0"), range(5)))
    assert time.monotonic() - began < 3


def test_a_statement_and_its_answer_may_be_far_larger_than_a_line_holds(web: Web) -> None:
    with ThreadPoolExecutor(3) as aside:
        said = aside.map(lambda _: read(web, "/api/try/echo/30000000"), range(3))
        assert list(said) == [{"same": True}] * 3


def test_a_password_being_checked_holds_nobody_up(web: Web, servers: Config, world: World) -> None:
    _make_passwords_slow_to_check(servers, world)
    with ThreadPoolExecutor(2) as aside:
        signing_in = [aside.submit(sign_in, web, world, who) for who in ("tom", "tara")]
        others = []
        while not all(each.done() for each in signing_in):
            others.append(get(web, "/health/live"))
        took = [each.result() for each in signing_in]
    assert len(others) >= 5
    assert max(others) < min(took) / 2


def sign_in(web: Web, world: World, who: str) -> float:
    body = json.dumps(world.login(who)).encode()
    asked = Request(  # noqa: S310 - our own process
        f"{web.url}/api/v1/auth/login", data=body, headers={"Content-Type": "application/json"}
    )
    began = time.monotonic()
    with urlopen(asked, timeout=60) as answer:  # noqa: S310
        assert answer.status == 200
    return time.monotonic() - began


def _make_passwords_slow_to_check(servers: Config, world: World) -> None:
    slow = PasswordHasher(time_cost=30, memory_cost=19_456, parallelism=1).hash(PASSWORD)
    with psycopg.connect(servers.owner_database_url) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, true)", [str(world.school_id)])
        owner.execute("UPDATE account SET password_hash = %s", [slow])


def refusal(config: Config, program: str = "wsgi.py", **extra: str) -> str:
    argv = [program, "--port", str(free_port())]
    ended = fork_and_listen(argv, environment_of(config, **extra))
    said = ended.communicate(timeout=60)[1].strip()
    assert ended.returncode != 0
    assert "Traceback" not in said, said
    assert len(said.splitlines()) == 1, said
    return said


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "without https": (
        {"ENVIRONMENT": "production", "PUBLIC_URL": "http://school.example"},
        "In production PUBLIC_URL must begin with https://",
    ),
    "without a secret": ({"SECRET_KEY": "short"}, "SECRET_KEY needs at least 32 characters."),
    "in a mode nobody knows": ({"ASYNC_MODE": "magic"}, "ASYNC_MODE is either eventlet or"),
    "with words for numbers": ({"DATABASE_POOL": "many"}, "DATABASE_POOL is “many”."),
    "without its database": (
        {"DATABASE_URL": "postgresql://app:hunter2@127.0.0.1:1/erp"},
        "The PostgreSQL that DATABASE_URL names (127.0.0.1:1/erp) does not let us in",
    ),
}


@pytest.mark.parametrize("how", REFUSED)
def test_it_does_not_start(servers: Config, how: str) -> None:
    extra, sentence = REFUSED[how]
    said = refusal(servers, **extra)
    assert sentence in said
    assert "hunter2" not in said


def test_it_does_not_start_as_the_owner_of_the_tables(servers: Config) -> None:
    said = refusal(servers, DATABASE_URL=servers.owner_database_url)
    assert "owns tables" in said
    assert "Give DATABASE_URL a plain role" in said


def test_it_does_not_start_servers_of_its_own_in_production(
    servers: Config, tmp_path: Path
) -> None:
    said = refusal(
        servers, ENVIRONMENT="production", DATABASE_URL="", VAR_DIR=str(tmp_path / "var")
    )
    assert said.startswith("In production set DATABASE_URL and REDIS_URL")
    assert not (tmp_path / "var").exists()
