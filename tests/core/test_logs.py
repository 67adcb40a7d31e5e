"""No log line names anybody, or holds what lets somebody in."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from school_erp.core.logs import configure
from school_erp.core.unit_of_work import after_commit, unit_of_work
from tests.core.tryouts import WRONGS
from tests.world import PASSWORD, PEOPLE, Caller, World

ABOUT_PEOPLE = {
    *(name for given, family, _ in PEOPLE.values() for name in (given, family)),
    *("example.org", "447700", "Zelda", "Zimmer", "Windmill"),
}


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the program really writes, as it writes it."""
    written = StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure("DEBUG")
    [handler] = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
    yield written
    root.handlers, root.level = before, level


def assert_names_nobody(written: str, *secrets: str) -> None:
    for secret in (*ABOUT_PEOPLE, PASSWORD, *secrets):
        assert secret not in written, f"a log line holds {secret!r}"


def test_a_day_of_requests_leaves_no_name_in_the_log(
    client: FlaskClient, as_: Callable[..., Caller], world: World, lines: StringIO
) -> None:
    ada = as_("ada")
    token, refresh = ada.tokens["access_token"], ada.tokens["refresh_token"]
    wrong = {**world.login("tom"), "password": "Tanner's guess"}
    client.post("/api/v1/auth/login", json=wrong)
    client.post("/api/v1/auth/login", json={"login": "tom@example.org"})
    client.post("/api/v1/auth/refresh", json={"refresh_token": refresh})
    client.get(f"/api/v1/people?q=Zelda&token={token}", headers=ada.headers)
    client.get("/api/v1/people/Zelda.Zimmer@example.org", headers=ada.headers)
    zelda = {
        "given_name": "Zelda",
        "family_name": "Zimmer",
        "email": "zelda@example.org",
        "phone": "+447700900999",
        "external_id": "X-tom",
    }
    taken = ada.post("/api/v1/people", json=zelda)
    assert taken.status_code in {409, 422}
    added = ada.post("/api/v1/people", json={**zelda, "external_id": "X-zelda"})
    assert added.status_code in {201, 422}
    client.set_cookie("access", token)
    client.get("/nowhere/Zelda")
    assert lines.getvalue().count('"event": "request"') >= 8
    assert_names_nobody(lines.getvalue(), token, refresh, "Tanner's guess", "tom@example.org")
    for line in lines.getvalue().splitlines():
        assert "timestamp" in json.loads(line)


@pytest.mark.parametrize("what", WRONGS)
def test_nothing_that_goes_wrong_names_anybody(
    trying: Callable[[str], Caller], lines: StringIO, what: str
) -> None:
    tom = trying("tom")
    answer = tom.get(f"/api/try/wrong/{what}")
    assert answer.status_code == WRONGS[what][0]
    assert_names_nobody(lines.getvalue(), tom.tokens["access_token"])
    if answer.status_code >= 500:
        assert "request_failed" in lines.getvalue()
        assert "tryouts.py" in lines.getvalue(), "the log says where it came from"


def test_what_fails_after_the_commit_names_nobody(
    app: Flask, world: World, lines: StringIO
) -> None:
    def tell() -> None:
        raise ValueError(f"{world.login('tom')} of {PEOPLE}")

    with app.app_context(), unit_of_work():
        after_commit(tell)
    assert "after_commit_failed" in lines.getvalue()
    assert_names_nobody(lines.getvalue())


def test_fields_that_hold_people_are_left_out_however_deep(lines: StringIO) -> None:
    structlog.get_logger("ours").warning(
        "seen", email="zelda@example.org", rows=[{"given_name": "Zelda", "kept": 1}]
    )
    assert_names_nobody(lines.getvalue())
    assert '"kept": 1' in lines.getvalue()
