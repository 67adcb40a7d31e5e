"""Tokens that should open nothing."""

from __future__ import annotations

import base64
import json
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.world import Caller, World

As = Callable[..., Caller]
ME, REFRESH, LOGOUT = "/api/v1/auth/me", "/api/v1/auth/refresh", "/api/v1/auth/logout"


def bearing(token: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {token}"}}


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class Forger:
    """Knows what a true token says, and even the secret where a test gives it away."""

    def __init__(self, app: Flask, token: str) -> None:
        self.secret = str(app.config["JWT_SECRET_KEY"])
        self.token = token
        self.claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})

    def signed(self, **changes: Any) -> str:
        return jwt.encode({**self.claims, **changes}, self.secret, "HS256")

    def without(self, *names: str) -> str:
        left = {name: value for name, value in self.claims.items() if name not in names}
        return jwt.encode(left, self.secret, "HS256")


@pytest.fixture
def forger(app: Flask, as_: As) -> Forger:
    return Forger(app, as_("tom").tokens["access_token"])


def test_the_forger_knows_how_to_make_a_true_one(client: FlaskClient, forger: Forger) -> None:
    assert client.get(ME, **bearing(forger.signed())).status_code == 200


def test_no_token_opens_nothing(client: FlaskClient) -> None:
    answer = client.get(ME)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic dG9tOnRvbQ==", "Token abc", ""])
def test_a_header_without_a_token_opens_nothing(client: FlaskClient, header: str) -> None:
    assert client.get(ME, headers={"Authorization": header}).status_code == 401


def test_unsigned_tokens_open_nothing(client: FlaskClient, forger: Forger) -> None:
    body = part(forger.claims)
    for algorithm in ("none", "None", "NONE", ""):
        for signature in ("", "AAAA", forger.token.rpartition(".")[2]):
            token = f"{part({'alg': algorithm, 'typ': 'JWT'})}.{body}.{signature}"
            assert client.get(ME, **bearing(token)).status_code == 401


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_the_right_secret_with_another_algorithm_opens_nothing(
    client: FlaskClient, forger: Forger, algorithm: str
) -> None:
    with warnings.catch_warnings():
        # a short secret is warned of, and the secret of a run has the length it has
        warnings.simplefilter("ignore")
        token = jwt.encode(forger.claims, forger.secret, algorithm)
    assert client.get(ME, **bearing(token)).status_code == 401


def test_a_key_pair_of_the_forger_s_own_opens_nothing(client: FlaskClient, forger: Forger) -> None:
    """Neither a token signed with a private key, nor a header that brings its own key along."""
    header = {"alg": "RS256", "typ": "JWT", "jwk": {"kty": "oct", "k": "AAAA"}, "kid": "../../x"}
    for algorithm in ("RS256", "ES256", "PS256", "EdDSA", "HS256"):
        token = f"{part({**header, 'alg': algorithm})}.{part(forger.claims)}.AAAA"
        assert client.get(ME, **bearing(token)).status_code == 401


@pytest.mark.parametrize("audience", [None, "another-product", "", ["a", "b"], 7])
def test_a_token_for_somebody_else_opens_nothing(
    client: FlaskClient, forger: Forger, audience: Any
) -> None:
    assert client.get(ME, **bearing(forger.signed(aud=audience))).status_code == 401


@pytest.mark.parametrize("name", ["aud", "sub", "school", "sign_in", "generation", "jti", "exp"])
def test_a_token_that_lacks_something(client: FlaskClient, forger: Forger, name: str) -> None:
    assert client.get(ME, **bearing(forger.without(name))).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "refresh"},
        {"type": "anything"},
        {"sub": "not an id"},
        {"sub": 7},
        {"school": None},
        {"school": ["x"]},
        {"sign_in": "\x00"},
        {"generation": "many"},
        {"generation": 2},
        {"generation": None},
        {"jti": {}},
    ],
)
def test_a_token_that_says_something_odd_opens_nothing(
    client: FlaskClient, forger: Forger, changes: dict[str, Any]
) -> None:
    assert client.get(ME, **bearing(forger.signed(**changes))).status_code == 401


def test_a_token_that_speaks_of_another_school_or_person_opens_nothing(
    client: FlaskClient, forger: Forger, world: World, elsewhere: World
) -> None:
    for changes in (
        {"school": str(elsewhere.school_id)},
        {"school": str(elsewhere.school_id), "sub": str(elsewhere.tom)},
        {"school": str(uuid4())},
        {"sub": str(world.ada)},
        {"sub": str(elsewhere.ada)},
        {"sub": str(uuid4())},
        {"sign_in": str(uuid4())},
    ):
        assert client.get(ME, **bearing(forger.signed(**changes))).status_code == 401, changes


def test_a_tampered_token_opens_nothing(client: FlaskClient, forger: Forger) -> None:
    header, body, signature = forger.token.split(".")
    raised = part({**forger.claims, "generation": 1, "roles": ["admin"]})
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    for token in (
        f"{header}.{raised}.{signature}",
        f"{header}.{body}.{flipped}",
        f"{header}.{body}.{signature[:-4]}",
        f"{header}.{body}.",
        f"{header}.{body}",
        f"{body}.{header}.{signature}",
        forger.token + ".x",
        "." * 2,
        "x" * 8_000,
        f"{part('[' * 900)}.{body}.{signature}",
        f"{base64.urlsafe_b64encode(b'[' * 5_000).decode()}.{body}.{signature}",
    ):
        assert client.get(ME, **bearing(token)).status_code == 401


def test_an_expired_token_opens_nothing(client: FlaskClient, as_: As) -> None:
    tom = as_("tom")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=14, seconds=50)):
        assert tom.get(ME).status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=15, seconds=10)):
        assert tom.get(ME).status_code == 401


def test_a_token_from_the_future_opens_nothing(client: FlaskClient, forger: Forger) -> None:
    soon = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
    assert client.get(ME, **bearing(forger.signed(iat=soon))).status_code == 401


def test_a_refresh_token_ends_with_its_sign_in(client: FlaskClient, as_: As) -> None:
    """However often it is renewed, a sign-in lasts two weeks."""
    tokens = as_("tom").tokens
    for days in (6, 12):
        with time_machine.travel(datetime.now(UTC) + timedelta(days=days)):
            body = {"refresh_token": tokens["refresh_token"]}
            tokens = client.post(REFRESH, json=body).get_json()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=14, minutes=1)):
        body = {"refresh_token": tokens["refresh_token"]}
        assert client.post(REFRESH, json=body).status_code == 401


def test_kinds_of_tokens_are_not_exchanged(client: FlaskClient, as_: As) -> None:
    tokens = as_("tom").tokens
    assert client.get(ME, **bearing(tokens["refresh_token"])).status_code == 401
    access = {"refresh_token": tokens["access_token"]}
    assert client.post(REFRESH, json=access).status_code == 401
    assert client.post(REFRESH, **bearing(tokens["access_token"])).status_code == 401
    assert client.post(REFRESH, **bearing(tokens["refresh_token"])).status_code == 200


@pytest.mark.parametrize(
    "body",
    [{}, {"refresh_token": ""}, {"refresh_token": None}, {"refresh_token": 7}, {"token": "x"}, []],
)
def test_nothing_to_renew_is_refused(client: FlaskClient, body: Any) -> None:
    assert client.post(REFRESH, json=body).status_code in {401, 422}


def test_the_refresh_token_alone_signs_out(client: FlaskClient, as_: As) -> None:
    for how in ("body", "bearer"):
        tom = as_("tom")
        refresh = tom.tokens["refresh_token"]
        sent = {"json": {"refresh_token": refresh}} if how == "body" else bearing(refresh)
        assert client.post(LOGOUT, **sent).status_code == 204
        assert tom.get(ME).status_code == 401
        assert client.post(REFRESH, json={"refresh_token": refresh}).status_code == 401


def test_signing_out_twice_is_no_error(client: FlaskClient, as_: As) -> None:
    refresh = {"refresh_token": as_("tom").tokens["refresh_token"]}
    assert [client.post(LOGOUT, json=refresh).status_code for _ in range(2)] == [204, 204]


def test_signing_out_as_nobody_is_refused(client: FlaskClient) -> None:
    assert client.post(LOGOUT).status_code == 401
    assert client.post(LOGOUT, json={"refresh_token": "nonsense"}).status_code == 401


def test_nobody_signs_somebody_else_out(client: FlaskClient, forger: Forger, world: World) -> None:
    """Even a token signed by us ends only the sign-in of the person it names."""
    other = forger.signed(sub=str(world.ada))
    client.post(LOGOUT, **bearing(other))
    assert client.get(ME, **bearing(forger.token)).status_code == 200
