from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.world import Caller, World

As = Callable[..., Caller]


def test_a_teacher_signs_in_and_is_known(as_: As, world: World) -> None:
    answer = as_("tom").get("/api/v1/auth/me")
    assert answer.status_code == 200
    me = answer.get_json()
    assert me["name"] == "Tom Tanner"
    assert me["roles"] == ["teacher"]
    assert me["school"]["slug"] == world.slug


@pytest.mark.parametrize(
    "wrong", [{"school": "nowhere"}, {"login": "nobody"}, {"password": "not the password"}]
)
def test_a_wrong_sign_in_is_refused_in_the_same_words(
    client: FlaskClient, world: World, wrong: dict[str, Any]
) -> None:
    answer = client.post("/api/v1/auth/login", json={**world.login("tom"), **wrong})
    assert answer.status_code == 401
    assert answer.get_json()["error"]["code"] == "wrong_credentials"


def test_a_refresh_token_used_twice_ends_the_sign_in(client: FlaskClient, as_: As) -> None:
    tom = as_("tom")
    old = {"refresh_token": tom.tokens["refresh_token"]}
    renewed = client.post("/api/v1/auth/refresh", json=old)
    assert renewed.status_code == 200
    assert client.post("/api/v1/auth/refresh", json=old).status_code == 401
    assert tom.get("/api/v1/auth/me").status_code == 401
    new = {"refresh_token": renewed.get_json()["refresh_token"]}
    assert client.post("/api/v1/auth/refresh", json=new).status_code == 401


def test_signing_out_ends_the_token_at_once(as_: As) -> None:
    tom = as_("tom")
    assert tom.post("/api/v1/auth/logout").status_code == 204
    assert tom.get("/api/v1/auth/me").status_code == 401


def test_a_refresh_token_is_no_access_token(as_: As) -> None:
    tom = as_("tom")
    tom.headers = {"Authorization": f"Bearer {tom.tokens['refresh_token']}"}
    assert tom.get("/api/v1/auth/me").status_code == 401


def test_an_unknown_field_is_refused(client: FlaskClient, world: World) -> None:
    answer = client.post("/api/v1/auth/login", json={**world.login("tom"), "role": "admin"})
    assert answer.status_code == 422
    assert "role" in answer.get_json()["error"]["fields"]
