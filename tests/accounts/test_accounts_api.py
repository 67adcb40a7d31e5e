"""Administrators keep accounts over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tests.world import Caller, World

As = Callable[..., Caller]
ACCOUNTS = "/api/v1/accounts"


def add_person(ada: Caller, given: str = "Nia", family: str = "Park") -> str:
    answer = ada.post("/api/v1/people", json={"given_name": given, "family_name": family})
    assert answer.status_code == 201, answer.get_json()
    found: str = answer.get_json()["id"]
    return found


def logins(ada: Caller, **query: str) -> list[str | None]:
    answer = ada.get(ACCOUNTS, query_string={"limit": 200, **query})
    return [item["login"] for item in answer.get_json()["items"]]


def test_an_account_is_opened_with_a_proposed_login_and_a_link(
    as_: As, client: FlaskClient
) -> None:
    ada = as_("ada")
    answer = ada.post(ACCOUNTS, json={"person_id": add_person(ada)})
    assert answer.status_code == 201
    opened = answer.get_json()
    assert (opened["login"], opened["state"]) == ("nia.park", "invited")
    assert ada.get(answer.headers["Location"]).get_json()["login"] == "nia.park"
    path = opened["link"]["url"].removeprefix("http://localhost")
    assert client.get(path).status_code == 200


def test_namesakes_get_numbers(as_: As) -> None:
    ada = as_("ada")
    for expected in ("nia.park", "nia.park2", "nia.park3"):
        answer = ada.post(ACCOUNTS, json={"person_id": add_person(ada)})
        assert answer.get_json()["login"] == expected


def test_a_name_without_latin_letters_still_gets_a_login(as_: As) -> None:
    ada = as_("ada")
    answer = ada.post(ACCOUNTS, json={"person_id": add_person(ada, "小明", "李")})
    assert answer.get_json()["login"] == "person"


def test_the_link_leads_to_the_public_address(
    another_app: Callable[..., Any], world: World
) -> None:
    app = another_app(public_url="https://school.example/")
    answer = Caller(app, world, "ada").post(f"{ACCOUNTS}/{world.tom}/links")
    assert answer.get_json()["url"].startswith("https://school.example/welcome/")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"person_id": "x"}, 422),
        ({"person_id": None}, 422),
        ({"person_id": "nia", "password": "chosen by the admin"}, 422),
        ({"person_id": "nia", "login": "ada"}, 422),
        ({"person_id": "nia", "login": "ADA"}, 422),
        ({"person_id": "nia", "login": "with space"}, 422),
        ({"person_id": "nia", "login": "x"}, 422),
        ({"person_id": "nia", "login": "x" * 101}, 422),
        ({"person_id": "nia", "login": "a\x00b"}, 422),
        ({"person_id": "nia", "login": "\u0430dmin"}, 422),
        ({"person_id": "tom"}, 409),
        ({"person_id": "nobody"}, 404),
        ({"person_id": "section"}, 404),
        ({"person_id": "elsewhere"}, 404),
    ],
)
def test_what_is_no_account_is_refused_and_nothing_changes(
    as_: As, world: World, elsewhere: World, body: dict[str, Any], status: int
) -> None:
    ada = as_("ada")
    ids = {
        "nia": add_person(ada),
        "tom": str(world.tom),
        "nobody": str(uuid4()),
        "section": str(world.homeroom_7a),
        "elsewhere": str(elsewhere.tom),
    }
    before = logins(ada)
    if body.get("person_id") in ids:
        body = {**body, "person_id": ids[body["person_id"]]}
    assert ada.post(ACCOUNTS, json=body).status_code == status
    assert logins(ada) == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("PATCH", ""),
        ("POST", "/links"),
        ("PUT", "/disablement"),
        ("DELETE", "/disablement"),
    ],
)
def test_another_school_s_account_does_not_exist(
    as_: As, elsewhere: World, method: str, path: str
) -> None:
    body = {"json": {"login": "taken.over"}} if method == "PATCH" else {}
    ada = as_("ada")
    answer = ada._send(method, f"{ACCOUNTS}/{elsewhere.tom}{path}", **body)
    assert answer.status_code == 404
    assert as_("tom", elsewhere).get("/api/v1/auth/me").status_code == 200


@pytest.mark.parametrize("who", ["olive", "tom", "sam", "pia", "gwen"])
def test_nobody_but_an_administrator_keeps_accounts(as_: As, world: World, who: str) -> None:
    caller = as_(who)
    assert caller.get(ACCOUNTS).status_code == 403
    assert caller.post(ACCOUNTS, json={"person_id": str(world.tom)}).status_code == 403
    assert caller.post(f"{ACCOUNTS}/{world.ada}/links").status_code == 403
    assert caller.put(f"{ACCOUNTS}/{world.ada}/disablement").status_code == 403


def test_disabling_ends_tokens_at_once_and_enabling_brings_none_back(
    as_: As, client: FlaskClient, world: World
) -> None:
    ada, tom = as_("ada"), as_("tom")
    answer = ada.put(f"{ACCOUNTS}/{world.tom}/disablement")
    assert answer.get_json()["state"] == "disabled"
    assert tom.get("/api/v1/auth/me").status_code == 401
    refresh = {"refresh_token": tom.tokens["refresh_token"]}
    assert client.post("/api/v1/auth/refresh", json=refresh).status_code == 401
    assert client.post("/api/v1/auth/login", json=world.login("tom")).status_code == 401
    assert ada.delete(f"{ACCOUNTS}/{world.tom}/disablement").get_json()["state"] == "active"
    assert tom.get("/api/v1/auth/me").status_code == 401
    assert as_("tom").get("/api/v1/auth/me").status_code == 200


def test_an_administrator_cannot_lock_herself_out(as_: As, world: World) -> None:
    ada = as_("ada")
    answer = ada.put(f"{ACCOUNTS}/{world.ada}/disablement")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "own_account")
    assert ada.get("/api/v1/auth/me").status_code == 200


def test_a_person_who_left_cannot_sign_in(as_: As, client: FlaskClient, world: World) -> None:
    ada, tom = as_("ada"), as_("tom")
    left = ada.patch(f"/api/v1/people/{world.tom}", json={"active": False})
    assert left.status_code == 200
    assert tom.get("/api/v1/auth/me").status_code == 401
    answer = client.post("/api/v1/auth/login", json=world.login("tom"))
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "wrong_credentials")


def test_a_changed_login_is_the_one_that_works(as_: As, client: FlaskClient, world: World) -> None:
    ada, tom = as_("ada"), as_("tom")
    changed = ada.patch(f"{ACCOUNTS}/{world.tom}", json={"login": "Thomas.T"})
    assert changed.get_json()["login"] == "thomas.t"
    new = {**world.login("tom"), "login": "THOMAS.T"}
    assert client.post("/api/v1/auth/login", json=new).status_code == 200
    assert client.post("/api/v1/auth/login", json=world.login("tom")).status_code == 401
    assert tom.get("/api/v1/auth/me").status_code == 200


def test_one_login_may_be_used_in_two_schools(as_: As, world: World, elsewhere: World) -> None:
    for school in (world, elsewhere):
        me = as_("tom", school).get("/api/v1/auth/me").get_json()
        assert me["school"]["slug"] == school.slug


def test_accounts_are_found_by_name_login_and_state(as_: As, world: World) -> None:
    ada = as_("ada")
    add_person(ada, "Zoé", "Müller")
    ada.put(f"{ACCOUNTS}/{world.tom}/disablement")
    assert logins(ada, q="tara") == ["tara"]
    assert logins(ada, state="disabled") == ["tom"]
    assert "tom" not in logins(ada, state="active")
    assert logins(ada, state="none", q="zoe muller") == [None]
    assert logins(ada, q="nobody called this") == []
    assert sorted(filter(None, logins(ada))) == sorted(
        ["ada", "olive", "tom", "tara", "cora", "sam", "pia", "paul", "quinn", "gwen", "gil"]
    )


def test_the_list_asks_no_more_of_the_database_when_it_is_longer(
    as_: As, statements: list[str]
) -> None:
    ada = as_("ada")
    counts = []
    for limit in (1, 10):
        del statements[:]
        assert ada.get(ACCOUNTS, query_string={"limit": limit}).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]
