"""What a hall asks at once is answered past the framework, and exactly as by way of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, request, request_started
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError
from werkzeug.test import TestResponse

from school_erp.live.plain import plain_check_in
from school_erp.live.schemas import CheckInBody
from school_erp.live.tallies import tallies
from tests.live.checking_in import API, As, Count, error_of
from tests.live.conftest import Start
from tests.world import Visitor, World

# of each request alone
OWN = {"X-Request-ID", "Content-Length"}


@pytest.fixture
def usual(app: Flask) -> Iterator[list[str]]:
    """The paths of requests that took the usual way."""
    paths: list[str] = []

    def note(_app: Flask, **_extra: Any) -> None:
        paths.append(request.path)

    with request_started.connected_to(note, app):
        yield paths


def headers_of(answer: TestResponse) -> dict[str, str]:
    return {name: value for name, value in answer.headers if name not in OWN}


def test_whoever_is_plainly_right_is_answered_the_same_as_on_the_usual_way(
    start: Start, as_: As, usual: list[str]
) -> None:
    live, pia = start(), as_("pia")
    path = f"{API}/{live['id']}/attendance"
    token = live["qr"]["token"]
    del usual[:]
    first = pia.post(path, json={"token": token, "device": "a phone"})
    plain = pia.post(path, json={"token": token}, headers={"X-Request-ID": "pias-own-request-id"})
    assert usual == []
    assert (first.status_code, first.get_json()["outcome"]) == (200, "created")
    careful = pia.post(path, json={"token": f" {token} "})
    assert usual == [path]
    assert plain.get_json() == careful.get_json() == {**first.get_json(), "already": True}
    assert headers_of(plain) == headers_of(careful)
    assert plain.headers["X-Request-ID"] == "pias-own-request-id"
    assert len(first.headers["X-Request-ID"]) == 32


@pytest.mark.parametrize(
    ("who", "token", "status", "code"),
    [
        ("pia", "8.1.AAAAAAAAAAAAAAAA", 422, "code_wrong"),
        ("quinn", None, 403, "not_enrolled"),
        ("tom", None, 403, "forbidden"),
    ],
)
def test_a_refusal_reads_the_same_on_either_way(
    start: Start, as_: As, count: Count, who: str, token: str | None, status: int, code: str
) -> None:
    live = start()
    path = f"{API}/{live['id']}/attendance"
    token = token or live["qr"]["token"]
    plain = as_(who).post(path, json={"token": token})
    careful = as_(who).post(path, json={"token": f" {token}"})
    assert (plain.status_code, error_of(plain)) == (status, code)
    assert (careful.status_code, error_of(careful)) == (status, code)
    assert headers_of(plain) == headers_of(careful)
    assert plain.get_json()["error"]["message"] == careful.get_json()["error"]["message"]
    nobody = as_(who)
    nobody.headers = {"Authorization": "Bearer of.nothing.good"}
    assert nobody.post(path, json={"token": token}).status_code == 401
    elsewhere = path.replace(live["id"], "00000000-0000-7000-8000-000000000000")
    if who == "pia":
        assert as_(who).post(elsewhere, json={"token": token}).status_code == 404
    assert count("check_in") == 0


def test_a_page_of_ours_is_answered_as_quickly_and_no_other_site_is(
    start: Start, visiting: Callable[..., Visitor], usual: list[str], count: Count, founded: World
) -> None:
    live, pia = start(), visiting("pia", founded)
    path = f"{API}/{live['id']}/attendance"

    def send(**headers: str) -> TestResponse:
        del usual[:]
        told = {"Sec-Fetch-Site": "same-origin", "X-CSRF-TOKEN": pia.cookie("csrf"), **headers}
        named = {name.replace("_", "-"): value for name, value in told.items()}
        return pia.client.post(path, json={"token": live["qr"]["token"]}, headers=named)

    assert error_of(send(X_CSRF_TOKEN="guessed")) == "csrf"
    assert error_of(send(Sec_Fetch_Site="cross-site")) == "foreign_origin"
    assert (usual, count("check_in")) == ([path], 0)
    assert send(**{"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert (usual, count("check_in")) == ([], 1)


TEXTS = st.text(max_size=4) | st.from_regex(r"[ -~]{0,5}", fullmatch=True) | st.just("x" * 201)
VALUES = TEXTS | st.none() | st.integers() | st.lists(st.text(), max_size=1)
NAMES = st.sampled_from(["token", "device", "typed_code", "claim", "else"])


@given(st.dictionaries(NAMES, VALUES, max_size=3) | VALUES)
def test_what_is_read_without_the_schema_the_schema_reads_alike(said: Any) -> None:
    plain = plain_check_in(json.dumps(said).encode())
    try:
        loaded = CheckInBody().load(said)
    except ValidationError:
        loaded = None
    assert plain is None or plain == loaded


def test_what_is_no_small_document_is_left_to_the_schema() -> None:
    assert plain_check_in(b'{"token": "8.1.A", "device": "a phone"}') is not None
    for written in (b"", b"{", b"[" * 900, b'{"token": "A"}' + b" " * 1_000, b"\xff\xfe{"):
        assert plain_check_in(written) is None


def test_walls_that_ask_at_once_share_an_answer_which_no_check_in_makes_wrong(
    app: Flask, start: Start, as_: As, usual: list[str], founded: World
) -> None:
    live, office, pia = start("olive"), as_("olive"), as_("pia")
    path = f"{API}/{live['id']}/stats"
    board = (founded.school_id, UUID(live["id"]))
    with app.app_context():
        shared = tallies()
    first = office.get(path)
    before = shared.kept(*board)
    assert before is not None
    for _try in range(10):
        # it holds for a moment only, and this machine may be busy
        shared.keep(*board, before, first.text)
        del usual[:]
        again = office.get(path)
        if not usual:
            break
    assert (usual, again.text, headers_of(again)) == ([], first.text, headers_of(first))
    assert as_("tom").get(path).get_json() == first.get_json()
    assert error_of(pia.get(path)) == "forbidden"
    assert path in usual

    assert pia.post(path.replace("stats", "join"), json={}).status_code == 200
    # begun before she joined
    shared.keep(*board, before, first.text)
    assert office.get(path).get_json()["students_joined"] == 1
