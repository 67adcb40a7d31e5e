from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import pytest

from config import Config
from school_erp.core.ids import new_id
from school_erp.core.rate_limit import Throttle, throttle_on
from tests.core.conftest import Start
from tests.world import World

LIMIT = "3/minute"
AWAY = "redis://127.0.0.1:1/0"


def tries(throttle: Throttle, who: str, times: int) -> list[int]:
    waits = []
    for _ in range(times):
        waits.append(throttle.seconds_to_wait(LIMIT, who))
        throttle.count(LIMIT, who)
    return waits


@pytest.mark.parametrize("away", [False, True])
def test_a_limit_holds_with_and_without_redis(servers: Config, away: bool) -> None:
    throttle = throttle_on(AWAY if away else servers.redis_url)
    who = new_id().hex
    waits = tries(throttle, who, 4)
    assert waits[:3] == [0, 0, 0]
    assert 55 <= waits[3] <= 62
    assert throttle.seconds_to_wait(LIMIT, new_id().hex) == 0


def test_processes_count_together(servers: Config) -> None:
    who = new_id().hex
    tries(throttle_on(servers.redis_url), who, 3)
    assert throttle_on(servers.redis_url).seconds_to_wait(LIMIT, who) > 0


def test_a_process_remembers_its_own_count_when_redis_goes_away(servers: Config) -> None:
    throttle, who = throttle_on(servers.redis_url), new_id().hex
    tries(throttle, who, 3)
    throttle._shared = throttle_on(AWAY)._shared
    assert throttle.seconds_to_wait(LIMIT, who) > 0


def test_people_sign_in_without_redis_and_guessers_are_slowed_down(
    servers: Config, start: Start, world: World
) -> None:
    client = start(replace(servers, redis_url=AWAY)).test_client()
    began = perf_counter()
    assert client.post("/api/v1/auth/login", json=world.login("tom")).status_code == 200
    assert perf_counter() - began < 2
    wrong = {**world.login("tara"), "password": "a guess too many"}
    answers = [client.post("/api/v1/auth/login", json=wrong) for _ in range(15)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 62
