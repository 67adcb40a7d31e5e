from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from tests.world import Caller, World

Trying = Callable[[str], Caller]
ONCE = "/api/try/once"


def people(caller: Caller) -> int:
    counts: dict[str, int] = caller.get("/api/try/people").get_json()
    return counts[str(caller.world.school_id)]


def add(caller: Caller, key: str, name: str = "Zoe") -> Any:
    return caller.post(ONCE, json={"given_name": name}, headers={"Idempotency-Key": key})


def test_a_write_sent_twice_happens_once_and_is_answered_alike(trying: Trying) -> None:
    tom = trying("tom")
    before = people(tom)
    first, second = add(tom, "a-key"), add(tom, "a-key")
    assert people(tom) == before + 1
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert first.headers["Location"] == second.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"


def test_a_form_sent_twice_happens_once(trying: Trying) -> None:
    tom = trying("tom")
    before = people(tom)
    for _ in range(2):
        sent = tom.post(ONCE, data={"given_name": "Zoe"}, headers={"Idempotency-Key": "a-form"})
        assert sent.status_code == 201
    assert people(tom) == before + 1


def test_fifty_at_once_have_one_effect(tryouts: Flask, trying: Trying) -> None:
    tom = trying("tom")
    before = people(tom)

    def send(_: int) -> tuple[int, bytes]:
        answer = tryouts.test_client().post(
            ONCE,
            json={"given_name": "Slow"},
            headers={**tom.headers, "Idempotency-Key": "fifty"},
        )
        return answer.status_code, answer.data if answer.status_code == 201 else b""

    with ThreadPoolExecutor(10) as threads:
        answers = Counter(threads.map(send, range(50)))
    assert people(tom) == before + 1
    assert {status for status, _ in answers} <= {201, 409}
    assert len([body for status, body in answers if status == 201]) == 1


def test_one_of_two_at_once_is_told_when_to_come_back(tryouts: Flask, trying: Trying) -> None:
    tom = trying("tom")
    with ThreadPoolExecutor(2) as threads:
        tries = [threads.submit(add, tom, "two", "Slow") for _ in range(2)]
        answers = sorted((each.result() for each in tries), key=lambda each: each.status_code)
    assert [answer.status_code for answer in answers] == [201, 409]
    assert answers[1].get_json()["error"]["code"] == "in_flight"
    assert answers[1].headers["Retry-After"] == "1"


def test_a_key_used_for_something_else_is_refused(trying: Trying) -> None:
    tom = trying("tom")
    assert add(tom, "a-key").status_code == 201
    before = people(tom)
    refused = add(tom, "a-key", "Zack")
    assert refused.status_code == 422
    assert refused.get_json()["error"]["code"] == "key_reused"
    assert people(tom) == before


def test_the_same_key_of_somebody_else_is_another_key(
    tryouts: Flask, trying: Trying, elsewhere: World
) -> None:
    tom, tara, other_tom = trying("tom"), trying("tara"), Caller(tryouts, elsewhere, "tom")
    ids = {add(caller, "a-key").get_json()["id"] for caller in (tom, tara, other_tom)}
    assert len(ids) == 3


def test_a_refused_write_may_be_tried_again_under_its_key(trying: Trying) -> None:
    tom = trying("tom")
    assert tom.post(ONCE, json={}, headers={"Idempotency-Key": "a-key"}).status_code >= 400
    assert add(tom, "a-key").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "tab\there", "é", "x" * 100_000])
def test_a_key_that_is_none_is_refused(trying: Trying, key: str) -> None:
    tom = trying("tom")
    before = people(tom)
    assert add(tom, key).status_code == 422
    assert people(tom) == before
