"""Changing a password, and which ones are refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from school_erp.accounts.passwords import hash_password_now, password_fits
from school_erp.accounts.rules import Weakness, first_free, login_from, weakness_of
from tests.world import PASSWORD, Caller, Visitor, World

As = Callable[..., Caller]
Visiting = Callable[..., Visitor]

ME, CHANGE = "/api/v1/auth/me", "/api/v1/auth/password"
NEW = "violet anchor spoon"
BODY = {"current_password": PASSWORD, "new_password": NEW}


def test_a_changed_password_ends_every_other_sign_in_and_keeps_this_one(
    as_: As, client: FlaskClient, world: World
) -> None:
    here, there = as_("tom"), as_("tom")
    answer = here.client.put(CHANGE, json=BODY, headers=here.headers)
    assert answer.status_code == 200
    fresh = answer.get_json()
    assert there.get(ME).status_code == 401
    old = {"refresh_token": there.tokens["refresh_token"]}
    assert client.post("/api/v1/auth/refresh", json=old).status_code == 401
    headers = {"Authorization": f"Bearer {fresh['access_token']}"}
    assert client.get(ME, headers=headers).status_code == 200
    mine = {"refresh_token": fresh["refresh_token"]}
    assert client.post("/api/v1/auth/refresh", json=mine).status_code == 200
    assert client.post("/api/v1/auth/login", json=world.login("tom")).status_code == 401
    changed = {**world.login("tom"), "password": NEW}
    assert client.post("/api/v1/auth/login", json=changed).status_code == 200


def test_a_person_on_a_page_stays_signed_in(visiting: Visiting) -> None:
    here, there = visiting("tom"), visiting("tom")
    answer = here.submit("/password", BODY)
    assert (answer.status_code, answer.location) == (302, "/")
    assert "Your password was changed" in here.get("/password").get_data(as_text=True)
    assert there.get("/password").status_code == 302


def test_the_api_by_cookies_renews_the_cookies(visiting: Visiting) -> None:
    tom = visiting("tom")
    headers = {"X-CSRF-TOKEN": tom.cookie("csrf")}
    assert tom.client.put(CHANGE, json=BODY, headers=headers).status_code == 200
    assert tom.get("/password").status_code == 200


def test_without_the_present_password_nothing_changes(
    visiting: Visiting, client: FlaskClient, world: World
) -> None:
    tom = visiting("tom")
    answer = tom.submit("/password", {**BODY, "current_password": "not this one"})
    assert answer.status_code == 422
    assert "This is not your present password." in answer.get_data(as_text=True)
    assert client.post("/api/v1/auth/login", json=world.login("tom")).status_code == 200


def test_an_unattended_page_is_no_place_to_guess(as_: As, visiting: Visiting) -> None:
    tom = visiting("tom")
    statuses = [
        tom.submit("/password", {**BODY, "current_password": f"guess {number}"}).status_code
        for number in range(12)
    ]
    assert statuses == [422] * 10 + [429] * 2
    assert as_("tom").get(ME).status_code == 200


@pytest.mark.parametrize("weak", ["tiny", "Passw0rd!!!", "1234567890", "tom tanner 1"])
def test_a_weak_password_is_refused_in_a_sentence(as_: As, weak: str) -> None:
    tom = as_("tom")
    answer = tom.put(CHANGE, json={**BODY, "new_password": weak})
    assert answer.status_code == 422
    [sentence] = answer.get_json()["error"]["fields"]["new_password"]
    assert sentence.endswith(".")
    assert tom.get(ME).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"current_password": PASSWORD},
        {**BODY, "new_password": None},
        {**BODY, "new_password": 12},
        {**BODY, "new_password": ["x"]},
        {**BODY, "new_password": "x" * 201},
        {**BODY, "new_password": "\ud800 with half a character"},
        {**BODY, "person_id": "somebody else"},
    ],
)
def test_what_is_no_password_is_refused(as_: As, body: dict[str, object]) -> None:
    tom = as_("tom")
    assert tom.put(CHANGE, json=body).status_code == 422
    assert tom.get(ME).status_code == 200


def test_a_key_of_another_system_has_no_password(as_: As, client: FlaskClient) -> None:
    made = as_("ada").post(
        "/api/v1/api-clients", json={"name": "Till", "scopes": ["people:person:read"]}
    )
    assert made.status_code == 201, made.get_json()
    headers = {"Authorization": f"Bearer {made.get_json()['key']}"}
    assert client.put(CHANGE, json=BODY, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("correct horse battery", None),
        ("пароль не для всех", None),
        ("🐘🦒🐊🦓🐅🐆🦏🐫🦘🐿", None),
        ("short", Weakness.SHORT),
        ("x" * 201, Weakness.LONG),
        ("aaaaaaaaaaaa", Weakness.FEW_CHARACTERS),
        ("abababababab", Weakness.FEW_CHARACTERS),
        ("password123", Weakness.EVERYDAY),
        ("P@ssw0rd2026", Weakness.EVERYDAY),
        ("qwertyuiop", Weakness.EVERYDAY),
        ("0987654321", Weakness.EVERYDAY),
        ("Welcome2026!", Weakness.EVERYDAY),
        ("tom.tanner1", Weakness.ABOUT_THEM),
        ("Riverside26", Weakness.ABOUT_THEM),
        ("riverside otters sing", None),
    ],
)
def test_what_strangers_would_try_first_is_weak(password: str, weakness: Weakness | None) -> None:
    assert weakness_of(password, ("riverside", "tom.tanner", "Tom", "Tanner")) is weakness


def test_an_accent_typed_in_two_ways_is_one_password() -> None:
    assert password_fits_here("cafe\u0301 au lait noir", "café au lait noir")
    assert not password_fits_here("cafe au lait noir", "café au lait noir")


def password_fits_here(typed: str, chosen: str) -> bool:
    with Flask(__name__).app_context():
        return password_fits(typed, hash_password_now(chosen))


@pytest.mark.parametrize(
    ("names", "login"),
    [
        (("zoe", "muller"), "zoe.muller"),
        (("mary ann", "oneill-smith"), "maryann.oneillsmith"),
        (("小明", "李"), ""),
        (("x" * 80, "y"), "x" * 60),
    ],
)
def test_a_login_is_proposed_from_the_name(names: tuple[str, ...], login: str) -> None:
    assert login_from(*names) == login


def test_a_second_one_of_the_same_name_gets_a_number() -> None:
    assert first_free("tom", []) == "tom"
    assert first_free("tom", ["tom", "tom2", "tom4"]) == "tom3"
