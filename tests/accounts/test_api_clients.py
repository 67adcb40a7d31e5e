"""Keys for a school's other systems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import time_machine
from flask.testing import FlaskClient

from school_erp.accounts.keys import Key, new_key
from tests.world import Caller, World

As = Callable[..., Caller]
CLIENTS, ME, PEOPLE = "/api/v1/api-clients", "/api/v1/auth/me", "/api/v1/people"
SCOPES = ["people:person:read"]


def make(ada: Caller, **body: Any) -> dict[str, Any]:
    answer = ada.post(CLIENTS, json={"name": "Library", "scopes": SCOPES, **body})
    assert answer.status_code == 201, answer.get_json()
    made: dict[str, Any] = answer.get_json()
    return made


def bearing(key: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {key}"}}


def test_a_key_says_what_it_is_and_may_do(as_: As, client: FlaskClient, world: World) -> None:
    made = make(as_("ada"))
    me = client.get(ME, **bearing(made["key"])).get_json()
    assert (me["person_id"], me["name"], me["roles"]) == (None, "Library", [])
    assert me["school"]["slug"] == world.slug
    assert set(SCOPES) <= set(me["permissions"])


def test_a_key_does_what_it_lists_and_nothing_else(as_: As, client: FlaskClient) -> None:
    key = make(as_("ada"))["key"]
    assert client.get(PEOPLE, **bearing(key)).status_code == 200
    body = {"given_name": "A", "family_name": "B"}
    assert client.post(PEOPLE, json=body, **bearing(key)).status_code == 403
    assert client.get("/api/v1/accounts", **bearing(key)).status_code == 403
    assert client.get(CLIENTS, **bearing(key)).status_code == 403


def test_the_key_is_shown_once(as_: As) -> None:
    ada = as_("ada")
    made = make(ada)
    assert "key" not in ada.get(f"{CLIENTS}/{made['id']}").get_json()
    assert made["key"] not in ada.get(CLIENTS).get_data(as_text=True)
    assert "hash" not in ada.get(CLIENTS).get_data(as_text=True)


def test_a_revoked_key_is_refused_at_once_and_its_name_is_free(
    as_: As, client: FlaskClient
) -> None:
    ada = as_("ada")
    made = make(ada)
    assert ada.delete(f"{CLIENTS}/{made['id']}").status_code == 204
    assert client.get(ME, **bearing(made["key"])).status_code == 401
    again = make(ada)
    assert client.get(ME, **bearing(again["key"])).status_code == 200
    assert ada.delete(f"{CLIENTS}/{made['id']}").status_code == 204
    assert client.get(ME, **bearing(again["key"])).status_code == 200


def test_a_key_lasts_through_its_last_day(as_: As, client: FlaskClient, world: World) -> None:
    last = world.today + dt.timedelta(days=3)
    made = make(as_("ada"), expires_on=last.isoformat())
    midnight = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), dt.UTC)
    with time_machine.travel(midnight - dt.timedelta(hours=2)):
        assert client.get(ME, **bearing(made["key"])).status_code == 200
    with time_machine.travel(midnight + dt.timedelta(hours=2)):
        assert client.get(ME, **bearing(made["key"])).status_code == 401


def forged(world: World, key: str) -> list[str]:
    school, client_id, secret = key.removeprefix("erp_").split("_", 2)
    other = "A" if secret[0] != "A" else "B"
    return [
        str(new_key(world.school_id, UUID(client_id))),
        str(new_key(world.school_id, uuid4())),
        str(Key(uuid4(), UUID(client_id), secret)),
        f"erp_{school}_{client_id}_{other}{secret[1:]}",
        f"erp_{school}_{client_id}_",
        f"erp_{school}_{secret}",
        key + "x",
        key[:-1],
        key.upper(),
        "erp_",
        "erp_" + "0" * 110,
        "erp_\u00e9",
    ]


def test_unknown_and_forged_keys_are_refused(
    as_: As, client: FlaskClient, world: World, elsewhere: World
) -> None:
    key = make(as_("ada"))["key"]
    foreign = str(Key(elsewhere.school_id, *_parts(key)))
    for wrong in (*forged(world, key), foreign):
        assert client.get(ME, **bearing(wrong)).status_code == 401, wrong
    assert client.get(ME, **bearing(key)).status_code == 200


def _parts(key: str) -> tuple[UUID, str]:
    _school, client_id, secret = key.removeprefix("erp_").split("_", 2)
    return UUID(client_id), secret


@pytest.mark.parametrize(
    "body",
    [
        {"scopes": []},
        {"scopes": None},
        {"scopes": "people:person:read"},
        {"scopes": ["no:such:thing"]},
        {"scopes": ["accounts:account:manage"]},
        {"scopes": ["accounts:client:manage"]},
        {"scopes": ["accounts:sign_in:own"]},
        {"scopes": [*SCOPES, "accounts:account:manage"]},
        {"scopes": ["x" * 101]},
        {"scopes": [7]},
        {"name": ""},
        {"name": "x" * 101},
        {"name": "a\x00b"},
        {"expires_on": "2020-01-01"},
        {"expires_on": "someday"},
        {"key": "erp_chosen"},
    ],
)
def test_what_is_no_client_is_refused(as_: As, body: dict[str, Any]) -> None:
    ada = as_("ada")
    answer = ada.post(CLIENTS, json={"name": "Library", "scopes": SCOPES, **body})
    assert answer.status_code == 422
    assert answer.get_json()["error"]["fields"]
    assert ada.get(CLIENTS).get_json()["items"] == []


def test_two_keys_in_use_have_two_names(as_: As) -> None:
    ada = as_("ada")
    make(ada)
    answer = ada.post(CLIENTS, json={"name": "Library", "scopes": SCOPES})
    assert answer.status_code == 422
    assert "name" in answer.get_json()["error"]["fields"]


def test_what_can_be_chosen_is_listed_without_what_never_is(as_: As) -> None:
    scopes = as_("ada").get(f"{CLIENTS}/scopes").get_json()["scopes"]
    assert set(SCOPES) <= set(scopes)
    assert not [scope for scope in scopes if scope.startswith("accounts:")]


def test_another_school_s_key_does_not_exist(as_: As, elsewhere: World) -> None:
    made = make(as_("ada", elsewhere))
    ada = as_("ada")
    assert ada.get(f"{CLIENTS}/{made['id']}").status_code == 404
    assert ada.delete(f"{CLIENTS}/{made['id']}").status_code == 404
    assert ada.get(CLIENTS).get_json()["items"] == []


@pytest.mark.parametrize("who", ["olive", "tom", "sam", "pia", "gwen"])
def test_nobody_but_an_administrator_makes_keys(as_: As, who: str) -> None:
    caller = as_(who)
    assert caller.get(CLIENTS).status_code == 403
    assert caller.post(CLIENTS, json={"name": "x", "scopes": SCOPES}).status_code == 403


def test_a_key_of_a_closed_school_opens_nothing(
    as_: As, client: FlaskClient, servers: Any, world: World
) -> None:
    made = make(as_("ada"))
    with psycopg.connect(servers.owner_database_url) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, true)", [str(world.school_id)])
        owner.execute("UPDATE school SET active = false WHERE id = %s", [world.school_id])
    assert client.get(ME, **bearing(made["key"])).status_code == 401
    assert client.post("/api/v1/auth/login", json=world.login("tom")).status_code == 401
