"""Administrators open, mend and disable accounts on the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.world import Visitor, World

Visiting = Callable[..., Visitor]
NEW_PASSWORD = "violet anchor spoon"


def link_in(page: str) -> str:
    found = re.search(r'value="http://localhost(/welcome/[^"]+)"', page)
    assert found, page
    return found[1]


def test_an_account_is_opened_and_its_person_comes_in(
    visiting: Visiting, client: FlaskClient, world: World
) -> None:
    ada = visiting("ada")
    nia = ada.client.post(
        "/api/v1/people",
        json={"given_name": "Nia", "family_name": "Núñez"},
        headers={"X-CSRF-TOKEN": ada.cookie("csrf")},
    ).get_json()["id"]
    assert "Nia Núñez" in ada.get("/accounts?state=none&q=nunez").get_data(as_text=True)
    assert 'value="nia.nunez"' in ada.get(f"/accounts/{nia}/new").get_data(as_text=True)
    shown = ada.submit(f"/accounts/{nia}/new", {"login": "Nia.Nunez"})
    link = link_in(shown.get_data(as_text=True))

    welcome = client.get(link).get_data(as_text=True)
    assert "Nia Núñez" in welcome
    assert "nia.nunez" in welcome
    assert world.slug in welcome
    answer = client.post(link, data={"password": NEW_PASSWORD})
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/api/v1/auth/me").get_json()["name"] == "Nia Núñez"
    assert client.get(link).status_code == 404


def test_a_link_is_refused_a_weak_password_and_stays_open(
    visiting: Visiting, client: FlaskClient, world: World
) -> None:
    ada = visiting("ada")
    link = link_in(ada.submit(f"/accounts/{world.tom}/link").get_data(as_text=True))
    for weak, sentence in (
        ("short", "at least 10 characters"),
        ("Password2026!", "one of the first things people guess"),
        ("tanner12345", "mostly a name or a login"),
        ("abababababab", "repeats too few characters"),
    ):
        answer = client.post(link, data={"password": weak})
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
    assert client.post("/sign-in", data=world.login("tom")).status_code == 302
    client.delete_cookie("access")
    assert client.get(link).status_code == 200


def test_a_link_opens_its_own_school_for_whoever_is_signed_in_at_another(
    visiting: Visiting, client: FlaskClient, world: World, elsewhere: World
) -> None:
    link = link_in(visiting("ada").submit(f"/accounts/{world.tom}/link").get_data(as_text=True))
    assert client.post("/sign-in", data=elsewhere.login("ada")).status_code == 302
    assert world.slug in client.get(link).get_data(as_text=True)
    said = {"password": "short", "csrf_token": client.get_cookie("csrf").value}  # type: ignore[union-attr]
    assert "at least 10 characters" in client.post(link, data=said).get_data(as_text=True)


def test_a_new_link_replaces_the_one_before(
    visiting: Visiting, client: FlaskClient, world: World
) -> None:
    ada = visiting("ada")
    first = link_in(ada.submit(f"/accounts/{world.tom}/link").get_data(as_text=True))
    second = link_in(ada.submit(f"/accounts/{world.tom}/link").get_data(as_text=True))
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_a_link_lasts_two_days(visiting: Visiting, client: FlaskClient, world: World) -> None:
    ada = visiting("ada")
    link = link_in(ada.submit(f"/accounts/{world.tom}/link").get_data(as_text=True))
    start = datetime.now(UTC)
    with time_machine.travel(start + timedelta(hours=47, minutes=59)):
        assert client.get(link).status_code == 200
    with time_machine.travel(start + timedelta(hours=48, minutes=1)):
        assert client.get(link).status_code == 404
        assert client.post(link, data={"password": NEW_PASSWORD}).status_code == 404


@pytest.mark.parametrize(
    "token", ["x", "A" * 64, "A" * 65, "é" * 64, "../../etc/passwd", "%00" * 64, "=" * 64]
)
def test_a_made_up_link_opens_nothing(client: FlaskClient, token: str) -> None:
    assert client.get(f"/welcome/{token}").status_code == 404


def test_choosing_a_password_by_link_signs_out_whoever_was_in(
    visiting: Visiting, client: FlaskClient, world: World
) -> None:
    ada, tom = visiting("ada"), visiting("tom")
    link = link_in(ada.submit(f"/accounts/{world.tom}/link").get_data(as_text=True))
    assert tom.get("/password").status_code == 200
    assert client.post(link, data={"password": NEW_PASSWORD}).status_code == 302
    assert tom.get("/password").status_code == 302
    assert client.post("/sign-in", data=world.login("tom")).status_code == 401


def test_of_two_who_open_one_link_one_comes_in(
    app: Flask, visiting: Visiting, world: World
) -> None:
    link = link_in(visiting("ada").submit(f"/accounts/{world.tom}/link").get_data(as_text=True))
    with ThreadPoolExecutor(3) as pool:
        answers = pool.map(
            lambda number: app.test_client().post(
                link, data={"password": f"{NEW_PASSWORD} {number}"}
            ),
            range(3),
        )
    assert sorted(answer.status_code for answer in answers) == [302, 404, 404]


def test_a_disabled_person_is_out_at_once_and_may_return(
    visiting: Visiting, client: FlaskClient, world: World
) -> None:
    ada, tom = visiting("ada"), visiting("tom")
    answer = ada.submit(f"/accounts/{world.tom}/disable")
    assert answer.location == f"/accounts/{world.tom}"
    assert tom.get("/password").status_code == 302
    assert client.post("/sign-in", data=world.login("tom")).status_code == 401
    assert "Disabled" in ada.get(f"/accounts/{world.tom}").get_data(as_text=True)
    ada.submit(f"/accounts/{world.tom}/enable")
    assert tom.get("/password").status_code == 302
    assert client.post("/sign-in", data=world.login("tom")).status_code == 302


def test_a_link_of_a_disabled_person_opens_nothing(
    visiting: Visiting, client: FlaskClient, world: World
) -> None:
    ada = visiting("ada")
    link = link_in(ada.submit(f"/accounts/{world.tom}/link").get_data(as_text=True))
    ada.submit(f"/accounts/{world.tom}/disable")
    assert client.get(link).status_code == 404
    assert ada.submit(f"/accounts/{world.tom}/link").status_code == 409


def test_a_taken_login_is_said_beside_the_field(visiting: Visiting, world: World) -> None:
    ada = visiting("ada")
    answer = ada.submit(f"/accounts/{world.tom}", {"login": "TARA"})
    assert answer.status_code == 422
    assert "Somebody else has this login." in answer.get_data(as_text=True)
    assert 'value="TARA"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("who", ["olive", "tom", "sam", "pia", "gwen"])
@pytest.mark.parametrize("path", ["/accounts", "/api-clients", "/api-clients/new"])
def test_only_administrators_see_these_pages(visiting: Visiting, who: str, path: str) -> None:
    visitor = visiting(who)
    assert visitor.get(path).status_code == 403
    assert f'href="{path}"' not in visitor.get("/password").get_data(as_text=True)


def test_a_key_is_made_shown_once_and_revoked(visiting: Visiting, client: FlaskClient) -> None:
    ada = visiting("ada")
    typed = {"name": "Library", "scopes": ["people:person:read"], "expires_on": ""}
    made = ada.submit("/api-clients/new", typed).get_data(as_text=True)
    found = re.search(r'value="(erp_[^"]+)"', made)
    assert found
    headers = {"Authorization": f"Bearer {found[1]}"}
    assert client.get("/api/v1/auth/me", headers=headers).get_json()["name"] == "Library"
    listed = ada.get("/api-clients").get_data(as_text=True)
    assert "Library" in listed
    assert found[1] not in listed
    revoke = re.search(r'action="(/api-clients/[^"]+/revoke)"', listed)
    assert revoke
    ada.submit(revoke[1])
    assert client.get("/api/v1/auth/me", headers=headers).status_code == 401
    assert "Revoked" in ada.get("/api-clients").get_data(as_text=True)


def test_a_key_for_nothing_is_not_made(visiting: Visiting) -> None:
    answer = visiting("ada").submit("/api-clients/new", {"name": "Library"})
    assert answer.status_code == 422
    assert 'value="Library"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("query", ["state=lost", "cursor=zzz", "limit=-1"])
def test_a_mistyped_address_of_the_list_is_said(visiting: Visiting, query: str) -> None:
    assert visiting("ada").get(f"/accounts?{query}").status_code == 422


def test_the_list_is_searched_by_name_and_login_and_paged(visiting: Visiting) -> None:
    ada = visiting("ada")
    assert "Tara Tran" in ada.get("/accounts?q=tran+ta").get_data(as_text=True)
    assert "Nobody found" in ada.get("/accounts?q=zzz").get_data(as_text=True)
    assert "Nobody found" in ada.get("/accounts?q=%25").get_data(as_text=True)
    first = ada.get("/accounts?limit=5").get_data(as_text=True)
    cursor = re.search(r'href="(/accounts\?cursor=[^"]+)" rel="next"', first)
    assert cursor
    assert "Tom Tanner" not in first
    assert "Tom Tanner" in ada.get(cursor[1]).get_data(as_text=True)
