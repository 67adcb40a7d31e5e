from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from config import Config
from school_erp.extensions import db
from tests.core.conftest import Start
from tests.core.tryouts import WRONGS
from tests.world import Caller, World

Trying = Callable[[str], Caller]

wrongs = pytest.mark.parametrize(("what", "status"), [(it, WRONGS[it][0]) for it in WRONGS])


@wrongs
def test_the_api_says_what_went_wrong_in_one_shape(trying: Trying, what: str, status: int) -> None:
    answer = trying("tom").get(f"/api/try/wrong/{what}")
    assert answer.status_code == status
    error = answer.get_json()["error"]
    assert {"code", "message", "request_id"} <= set(error)
    assert error["request_id"] == answer.headers["X-Request-ID"]
    assert "Zelda" not in answer.text
    assert "Tanner" not in answer.text
    assert ("Retry-After" in answer.headers) == (status in {429, 503})
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


@wrongs
def test_a_page_says_what_went_wrong(trying: Trying, what: str, status: int) -> None:
    tom = trying("tom")
    tom.client.set_cookie("access", tom.tokens["access_token"])
    answer = tom.client.get(f"/try/wrong/{what}")
    if status == 401:
        assert answer.status_code == 302
        assert answer.location == f"/sign-in?next=/try/wrong/{what}"
        return
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert answer.headers["X-Request-ID"] in answer.text
    assert "Zelda" not in answer.text


def test_what_went_wrong_leaves_nothing_behind(trying: Trying) -> None:
    tom = trying("tom")
    before = tom.get("/api/try/people").get_json()
    assert tom.get("/api/try/wrong/twice").status_code == 409
    assert tom.get("/api/try/people").get_json() == before


BAD_BODIES = {
    "not JSON": (b"{", "application/json", 400),
    "broken UTF-8": (b'{"school": "\xff\xfe"}', "application/json", 400),
    "cut off in a letter": (b'{"school": "\xc3', "application/json", 400),
    "nothing": (b"", "application/json", 422),
    "a list": (b"[]", "application/json", 422),
    "a number": (b"7", "application/json", 422),
    "null": (b"null", "application/json", 422),
    "a form": (b"school=a&login=b", "application/x-www-form-urlencoded", 422),
    "no content type": (b"{}", "", 422),
    "XML": (b"<school/>", "application/xml", 422),
    "a thousand brackets": (b"[" * 100_000, "application/json", 400),
    "an endless number": (b'{"school": ' + b"9" * 10_000 + b"}", "application/json", 400),
    "not a number": (b'{"school": NaN}', "application/json", 422),
    "half a letter": (
        b'{"school": "\\ud800", "login": "a", "password": "b"}',
        "application/json",
        422,
    ),
    "a NUL": (b'{"school": "a\\u0000", "login": "a", "password": "b"}', "application/json", 422),
    "a NUL in a password": (
        b'{"school": "nowhere", "login": "a", "password": "\\u0000"}',
        "application/json",
        401,
    ),
    "half a letter in a password": (
        b'{"school": "nowhere", "login": "a", "password": "\\ud800"}',
        "application/json",
        422,
    ),
    "another alphabet's bytes": (
        '{"school": "é"}'.encode("utf-16"),
        "application/json; charset=utf-16",
        400,
    ),
}


@pytest.mark.parametrize("kind", BAD_BODIES)
def test_a_body_that_cannot_be_read_is_refused(client: FlaskClient, kind: str) -> None:
    body, content_type, status = BAD_BODIES[kind]
    answer = client.post("/api/v1/auth/login", data=body, content_type=content_type)
    assert answer.status_code == status, answer.text
    assert answer.get_json()["error"]["code"]


def test_a_body_beyond_the_limit_is_refused(servers: Config, start: Start) -> None:
    client = start(replace(servers, max_body_bytes=1_000)).test_client()
    assert client.post("/api/try/body", data=b"x" * 1_000).status_code == 200
    refused = client.post("/api/try/body", data=b"x" * 1_001)
    assert refused.status_code == 413
    assert refused.get_json()["error"]["code"] == "too_large"
    form = client.post("/preferences", data={"theme": "x" * 2_000})
    assert form.status_code == 413
    assert form.mimetype == "text/html"


@pytest.mark.parametrize(
    "path", ["/api/v1/nowhere", "/api/v1/%00", "/api/v1/%ff", "/api/v1/auth/me/../x"]
)
def test_an_address_that_does_not_exist_is_a_404(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    answer = client.delete("/api/v1/auth/me")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.get_json()["error"]["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a.b.c",
        "Bearer é",
        "Basic dG9tOnRvbQ==",
        "Bearer \0",
    ],
)
def test_a_token_that_is_none_is_a_401(client: FlaskClient, header: str) -> None:
    answer = client.get("/api/v1/auth/me", headers={"Authorization": header})
    assert answer.status_code == 401


NOWHERE = "postgresql://nobody@127.0.0.1:1/nowhere"


@pytest.mark.parametrize("path", ["/api/v1/auth/me", "/"])
def test_without_a_database_the_answer_is_come_back_soon(
    servers: Config, start: Start, as_: Callable[..., Caller], path: str
) -> None:
    token = as_("tom").tokens["access_token"]
    client = start(replace(servers, database_url=NOWHERE)).test_client()
    client.set_cookie("access", token)
    answer = client.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize("path", ["/api/try/people", "/try/wrong/none", "/"])
def test_a_database_that_goes_away_in_between_is_a_503_and_comes_back(
    servers: Config, start: Start, world: World, path: str
) -> None:
    """Who asks is still remembered, so it is the page itself that meets the closed door."""
    app = start(servers)
    app.extensions["remembered"]._trusted_until = float("inf")
    tom = Caller(app, world, "tom")
    tom.client.set_cookie("access", tom.tokens["access_token"])
    assert tom.get("/api/try/people").status_code == 200

    def closed(*_: object) -> None:
        raise psycopg.OperationalError("connection refused")

    with app.app_context():
        engine = db.engine
    event.listen(engine, "do_connect", closed)
    engine.dispose()
    answer = tom.client.get(path)
    assert answer.status_code == 503 or path == "/try/wrong/none"
    event.remove(engine, "do_connect", closed)
    assert tom.get("/api/try/people").status_code == 200


def test_a_connection_cut_by_the_database_is_a_503_and_then_well_again(
    servers: Config, start: Start, world: World
) -> None:
    app = start(servers)
    tom = Caller(app, world, "tom")
    assert tom.get("/api/try/people").status_code == 200
    with app.app_context(), db.engine.connect() as connection:
        backend = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
    with psycopg.connect(servers.database_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 2000)", [backend])
    assert tom.get("/api/try/people").status_code == 503
    assert tom.get("/api/try/people").status_code == 200
