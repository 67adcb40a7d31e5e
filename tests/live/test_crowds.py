"""A whole class at once, and nobody counted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from tests.live.checking_in import API, As, Count
from tests.live.conftest import Start
from tests.serving import Web
from tests.world import World


def at_once(many: int, act: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(act, range(many)))


def test_of_a_hundred_redeems_of_one_claim_one_succeeds(
    start: Start, as_: As, count: Count
) -> None:
    live, pia = start(single_use=True), as_("pia")
    said = {"token": live["qr"]["token"], "device": "phone of pia"}
    claim = pia.post(f"{API}/{live['id']}/claims", json=said).get_json()["claim"]
    body = {"claim": claim, "device": "phone of pia"}

    def redeem(_number: int) -> int:
        path = f"{API}/{live['id']}/attendance"
        return (
            pia.client.application.test_client()
            .post(path, json=body, headers=pia.headers)
            .status_code
        )

    assert Counter(at_once(100, redeem)) == {200: 1, 409: 99}
    assert (count("check_in"), count("student_attendance")) == (1, 1)


def test_six_hundred_requests_with_one_token_are_one_check_in(
    start: Start, as_: As, count: Count, founded: World
) -> None:
    live, pia, tom = start(), as_("pia"), as_("tom")

    def send(_number: int) -> bool:
        path = f"{API}/{live['id']}/attendance"
        client = pia.client.application.test_client()
        answer = client.post(path, json={"token": live["qr"]["token"]}, headers=pia.headers)
        assert answer.status_code == 200, answer.text
        return bool(answer.get_json()["already"])

    assert Counter(at_once(600, send)) == {False: 1, True: 599}
    assert (count("check_in"), count("student_attendance")) == (1, 1)
    place = f"{founded.homeroom_7a}/{founded.today}/1"
    register = tom.get(f"/api/v1/school/attendance/registers/{place}").get_json()
    assert register["version"] == 1
    assert tom.get(f"{API}/{live['id']}/stats").get_json()["students_present"] == 1


def test_under_eventlet_too_what_comes_together_is_done_together(
    web: Web, start: Start, as_: As, count: Count
) -> None:
    live, callers = start(single_use=True), [as_("pia"), as_("paul")]
    path = f"{web.url}{API}/{live['id']}/attendance"
    body = {"token": live["qr"]["token"]}

    def send(number: int) -> tuple[str, int]:
        caller = callers[number % 2]
        answer = requests.post(path, json=body, headers=caller.headers, timeout=20)
        return caller.who, answer.status_code

    told = Counter(at_once(60, send))
    assert told == {("pia", 200): 1, ("pia", 409): 29, ("paul", 200): 1, ("paul", 409): 29}
    assert (count("check_in"), count("student_attendance")) == (2, 2)
