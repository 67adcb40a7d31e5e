"""Guessing is slowed down; the person whose login it is still gets in."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import thread_time

import psycopg
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Config
from school_erp.accounts.errors import GuessedTooOften
from school_erp.accounts.guesses import Guess
from school_erp.accounts.passwords import hash_password_now
from school_erp.core.rate_limit import Throttle
from tests.conftest import other_apps
from tests.world import PASSWORD, Visitor, World

Try = Callable[..., TestResponse]
AnotherApp = Callable[..., Flask]
Visiting = Callable[..., Visitor]


def an_address() -> str:
    return ".".join(["10", *(str(random.randrange(1, 255)) for _ in range(3))])


@pytest.fixture(scope="module")
def without_redis(servers: Config) -> Iterator[Flask]:
    with other_apps(servers) as another_app:
        yield another_app(redis_url="redis://127.0.0.1:1/0")


@pytest.fixture(params=["redis", "without redis"])
def trying(request: pytest.FixtureRequest, app: Flask, without_redis: Flask) -> Try:
    """Sign in over the API from an address, with Redis there and with Redis away."""
    here = app if request.param == "redis" else without_redis

    def sign_in(world: World, address: str, **body: str) -> TestResponse:
        return here.test_client().post(
            "/api/v1/auth/login",
            json={**world.login("tom"), **body},
            environ_base={"REMOTE_ADDR": address},
        )

    sign_in.app = here  # type: ignore[attr-defined]
    return sign_in


def test_two_hundred_wrong_guesses_lock_out_the_guesser_alone(trying: Try, world: World) -> None:
    guesser, person = an_address(), an_address()
    answers = [trying(world, guesser, password=f"guess number {n}") for n in range(200)]
    statuses = [answer.status_code for answer in answers]
    assert statuses[:10] == [401] * 10
    assert statuses[10:] == [429] * 190
    assert trying(world, person).status_code == 200


def test_after_the_wait_it_was_told_the_person_gets_in(trying: Try, world: World) -> None:
    address = an_address()
    for _ in range(10):
        trying(world, address, password="wrong")
    refused = trying(world, address)
    assert refused.status_code == 429
    assert refused.get_json()["error"]["code"] == "guessed_too_often"
    wait = int(refused.headers["Retry-After"])
    assert 1 <= wait <= 61
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=wait)):
        assert trying(world, address).status_code == 200


def test_many_guesses_at_once_are_no_way_around(trying: Try, world: World) -> None:
    address = an_address()
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: trying(world, address, password="wrong"), range(36)))
    assert sum(answer.status_code == 401 for answer in answers) == 10


def test_guessers_everywhere_leave_the_person_some_tries(trying: Try, world: World) -> None:
    addresses = [an_address() for _ in range(40)]
    with trying.app.app_context():  # type: ignore[attr-defined]
        guesses = [Guess.of(world.slug, "tom", address) for address in addresses for _ in range(4)]
        tried = [is_let_try(guess) for guess in guesses]
        assert not is_let_try(guesses[-1])
    # thirty in all, then three from each new address
    assert 100 < sum(tried) <= 30 + 3 * 40
    assert trying(world, an_address()).status_code == 200


def is_let_try(guess: Guess) -> bool:
    try:
        guess.take()
    except GuessedTooOften:
        return False
    guess.was_wrong()
    return True


def test_a_right_password_wipes_the_slate(trying: Try, world: World) -> None:
    address = an_address()
    for _ in range(2):
        for _ in range(8):
            assert trying(world, address, password="wrong").status_code == 401
        assert trying(world, address).status_code == 200


def test_guessing_through_many_logins_is_slowed_by_the_address(trying: Try, world: World) -> None:
    address = an_address()
    with trying.app.app_context():  # type: ignore[attr-defined]
        guesses = [Guess.of(world.slug, f"nobody{number}", address) for number in range(125)]
        assert [is_let_try(guess) for guess in guesses] == [True] * 120 + [False] * 5
    assert trying(world, address).status_code == 429
    assert trying(world, an_address()).status_code == 200


def test_one_network_of_ipv6_counts_as_one(trying: Try, world: World) -> None:
    network = f"2001:db8:{random.randrange(65536):x}:{random.randrange(65536):x}"
    answers = [trying(world, f"{network}::{n:x}", password="wrong") for n in range(12)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2


def page_try(client: FlaskClient, world: World, address: str, **typed: str) -> TestResponse:
    return client.post(
        "/sign-in",
        data={**world.login("tom"), **typed},
        environ_base={"REMOTE_ADDR": address},
    )


def test_a_known_device_gets_in_behind_the_guesser_s_own_address(
    app: Flask, visiting: Visiting, world: World
) -> None:
    """Everybody in a school shares one address, and some of them guess."""
    address = an_address()
    tom = visiting("tom")
    tom.submit("/sign-out")
    stranger = app.test_client()
    statuses = [page_try(stranger, world, address, password="wrong").status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    assert page_try(stranger, world, address).status_code == 429
    assert page_try(tom.client, world, address).status_code == 302


def test_a_known_device_guesses_no_faster(app: Flask, visiting: Visiting, world: World) -> None:
    tom = visiting("tom")
    tom.submit("/sign-out")
    answers = [page_try(tom.client, world, an_address(), password="wrong") for _ in range(12)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Please try again in" in answers[-1].get_data(as_text=True)


def test_a_device_known_for_one_login_is_a_stranger_to_another(
    app: Flask, visiting: Visiting, world: World
) -> None:
    address = an_address()
    tara = visiting("tara")
    tara.submit("/sign-out")
    for _ in range(10):
        page_try(app.test_client(), world, address, password="wrong")
    assert page_try(tara.client, world, address).status_code == 429


@pytest.mark.parametrize("forge", ["nonsense", "", "WyJhIiwiYiJd.aaaa.bbbb"])
def test_a_forged_device_is_a_stranger(client: FlaskClient, world: World, forge: str) -> None:
    address = an_address()
    client.set_cookie("device", forge)
    for _ in range(10):
        page_try(client, world, address, password="wrong")
    assert page_try(client, world, address).status_code == 429


def test_a_device_cookie_names_nobody(visiting: Visiting, world: World) -> None:
    cookie = visiting("tom").cookie("device")
    assert "tom" not in cookie
    assert world.slug not in cookie


def test_when_redis_goes_away_midway_the_count_goes_on(
    another_app: AnotherApp, world: World
) -> None:
    """Each process keeps its own count beside the shared one."""
    address, here = an_address(), another_app()
    client = here.test_client()
    for _ in range(10):
        assert page_try(client, world, address, password="wrong").status_code == 401
    away = another_app(redis_url="redis://127.0.0.1:1/0")
    throttle: Throttle = here.extensions["throttle"]
    throttle._shared = away.extensions["throttle"]._shared
    assert page_try(client, world, address, password="wrong").status_code == 429


def test_known_and_unknown_logins_take_the_same_time(
    app: Flask, servers: Config, world: World
) -> None:
    client = app.test_client()
    with psycopg.connect(servers.owner_database_url) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, true)", [str(world.school_id)])
        dear = hash_password_now(PASSWORD)
        owner.execute(
            "UPDATE account SET password_hash = %s WHERE person_id = %s", [dear, world.tom]
        )

    def seconds(**body: str) -> float:
        """Of the processor: a busy machine must not decide."""
        began = thread_time()
        answer = client.post(
            "/api/v1/auth/login",
            json={**world.login("tom"), "password": "wrong", **body},
            environ_base={"REMOTE_ADDR": an_address()},
        )
        taken = thread_time() - began
        assert answer.status_code == 401
        return taken

    kinds: list[dict[str, str]] = [{}, {"login": "nobody"}, {"school": "nowhere"}]
    taken: list[list[float]] = [[], [], []]
    for _ in range(15):
        for kind, times in zip(kinds, taken, strict=True):
            times.append(seconds(**kind))
    known, *unknown = (min(times) for times in taken)
    assert known > 0.005
    assert all(abs(other - known) < 0.4 * known for other in unknown), (known, unknown)
