"""Signing in on the page: cookies, renewal on the way, and the word every form carries."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.world import Caller, Visitor, World

Visiting = Callable[..., Visitor]
As = Callable[..., Caller]

ME = "/api/v1/auth/me"


def in_(**delta: float) -> datetime:
    return datetime.now(UTC) + timedelta(**delta)


def cookies_set(answer: TestResponse) -> dict[str, str]:
    return {line.partition("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}


def test_a_teacher_signs_in_and_goes_where_she_wanted(client: FlaskClient, world: World) -> None:
    typed = {**world.login("tom"), "next": "/password?x=1"}
    answer = client.post("/sign-in", data=typed)
    assert (answer.status_code, answer.location) == (302, "/password?x=1")
    assert client.get("/password").status_code == 200


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_off_to_another_host(client: FlaskClient, world: World, where: str) -> None:
    answer = client.post("/sign-in", data={**world.login("tom"), "next": where})
    assert (answer.status_code, answer.location) == (302, "/")


def test_cookies_keep_scripts_and_other_sites_out(client: FlaskClient, world: World) -> None:
    set_ = cookies_set(client.post("/sign-in", data=world.login("tom")))
    assert {"access", "refresh", "csrf", "school", "device"} <= set_.keys()
    for name in ("access", "refresh", "school", "device"):
        assert "HttpOnly" in set_[name]
    assert "HttpOnly" not in set_["csrf"]
    assert all("SameSite=Lax" in line and "Path=/" in line for line in set_.values())


def test_under_https_every_cookie_is_bound_to_the_host(
    another_app: Callable[..., Flask], world: World
) -> None:
    client = another_app(public_url="https://school.example").test_client()
    answer = client.post("/sign-in", data=world.login("tom"), base_url="https://school.example")
    set_ = cookies_set(answer)
    assert {"__Host-access", "__Host-refresh", "__Host-csrf", "__Host-device"} <= set_.keys()
    assert all("Secure" in line and "Domain" not in line for line in set_.values())
    assert client.get("/password", base_url="https://school.example").status_code == 200


def test_the_school_is_remembered_the_login_is_not(visiting: Visiting, world: World) -> None:
    tom = visiting("tom")
    tom.submit("/sign-out")
    shown = tom.get("/sign-in").get_data(as_text=True)
    assert f'value="{world.slug}"' in shown
    assert 'value="tom"' not in shown
    [focused] = [field for field in shown.split("<input") if "autofocus" in field]
    assert 'name="login"' in focused
    first = visiting("tara")
    first.client.delete_cookie("school")
    first.submit("/sign-out")
    first.client.delete_cookie("school")
    [focused] = [
        field for field in first.get("/sign-in").text.split("<input") if "autofocus" in field
    ]
    assert 'name="school"' in focused


def test_a_wrong_password_is_said_and_what_was_typed_stays(
    client: FlaskClient, world: World
) -> None:
    typed = {**world.login("tom"), "password": "not the password", "next": "/password"}
    answer = client.post("/sign-in", data=typed)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "School, login or password is not right." in shown
    assert 'value="tom"' in shown
    assert 'value="/password"' in shown
    assert "not the password" not in shown
    assert "access" not in cookies_set(answer)


def test_nobody_is_led_to_sign_in_and_back(client: FlaskClient) -> None:
    answer = client.get("/accounts?q=tom")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/accounts?q%3Dtom")


@pytest.mark.parametrize("cookie", ["nonsense", "a.b.c", "erp_0", "ü", ""])
def test_a_bad_cookie_leads_to_sign_in(client: FlaskClient, cookie: str) -> None:
    client.set_cookie("access", cookie)
    client.set_cookie("refresh", cookie)
    answer = client.get("/password")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/password")
    assert client.get("/sign-in").status_code == 200


def test_bad_cookies_are_dropped(client: FlaskClient) -> None:
    client.set_cookie("access", "nonsense")
    client.get("/password")
    assert client.get_cookie("access") is None


def test_one_who_is_signed_in_need_not_sign_in(visiting: Visiting) -> None:
    answer = visiting("tom").get("/sign-in?next=/password")
    assert (answer.status_code, answer.location) == (302, "/password")


def test_a_page_is_renewed_on_the_way(visiting: Visiting) -> None:
    tom = visiting("tom")
    before, word = tom.cookie("refresh"), tom.cookie("csrf")
    with time_machine.travel(in_(minutes=20)):
        assert tom.get("/password").status_code == 200
    assert tom.cookie("refresh") != before
    assert tom.cookie("csrf") == word


def test_a_form_sent_late_is_not_lost(visiting: Visiting, world: World) -> None:
    ada = visiting("ada")
    before = ada.cookie("access")
    with time_machine.travel(in_(minutes=20)):
        answer = ada.submit(f"/accounts/{world.tom}", {"login": "tommy"})
        assert (answer.status_code, answer.location) == (302, f"/accounts/{world.tom}")
        assert "tommy" in ada.get(f"/accounts/{world.tom}").get_data(as_text=True)
    assert ada.cookie("access") != before


def test_a_renewal_holds_though_the_form_is_refused(visiting: Visiting, world: World) -> None:
    ada = visiting("ada")
    with time_machine.travel(in_(minutes=20)):
        assert ada.submit(f"/accounts/{world.ada}/disable").status_code == 409
        assert ada.get("/password").status_code == 200
    with time_machine.travel(in_(minutes=40)):
        assert ada.get("/password").status_code == 200


def test_a_late_form_without_the_word_changes_nothing(visiting: Visiting, world: World) -> None:
    ada = visiting("ada")
    before = ada.cookie("refresh")
    with time_machine.travel(in_(minutes=20)):
        answer = ada.client.post(f"/accounts/{world.tom}", data={"login": "tommy"})
    assert answer.status_code == 403
    assert ada.cookie("refresh") == before


def test_a_sign_in_ends_after_two_weeks(visiting: Visiting) -> None:
    tom = visiting("tom")
    with time_machine.travel(in_(days=14, minutes=1)):
        assert tom.get("/password").location == "/sign-in?next=/password"


def browser_with(app: Flask, **cookies: str) -> FlaskClient:
    client = app.test_client()
    for name, value in cookies.items():
        client.set_cookie(name, value)
    return client


def test_two_tabs_renewing_at_once_stay_signed_in(app: Flask, visiting: Visiting) -> None:
    tom = visiting("tom")
    old = tom.cookie("refresh")
    tabs = [browser_with(app, refresh=old) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda tab: tab.get("/password"), tabs))
    assert [answer.status_code for answer in answers] == [200] * 4
    # one of them spent the token; the others got only a fresh access token
    renewed = [tab for tab in tabs if tab.get_cookie("refresh").value != old]  # type: ignore[union-attr]
    assert len(renewed) == 1
    assert all(tab.get("/password").status_code == 200 for tab in tabs)


def test_a_cookie_spent_long_ago_ends_the_sign_in(app: Flask, visiting: Visiting) -> None:
    tom = visiting("tom")
    stolen = tom.cookie("refresh")
    with time_machine.travel(in_(minutes=20)):
        assert tom.get("/password").status_code == 200
    with time_machine.travel(in_(minutes=20, seconds=15)):
        assert browser_with(app, refresh=stolen).get("/password").status_code == 302
        assert tom.get("/password").status_code == 302


def test_a_bearer_gets_no_such_grace(client: FlaskClient, as_: As) -> None:
    tom = as_("tom")
    body = {"refresh_token": tom.tokens["refresh_token"]}
    assert client.post("/api/v1/auth/refresh", json=body).status_code == 200
    assert client.post("/api/v1/auth/refresh", json=body).status_code == 401
    assert tom.get(ME).status_code == 401


def test_signing_out_leaves_nothing_behind(visiting: Visiting) -> None:
    tom = visiting("tom")
    kept = {name: tom.cookie(name) for name in ("access", "refresh")}
    answer = tom.submit("/sign-out")
    assert answer.location == "/sign-in"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    keeping = visiting("tara").submit("/sign-out", {"keeps": "sealed"})
    assert keeping.headers["Clear-Site-Data"] == '"cache"'
    assert not any(tom.cookie(name) for name in ("access", "refresh", "csrf", "notes"))
    for name, value in kept.items():
        tom.client.set_cookie(name, value)
    assert tom.get("/password").status_code == 302


def test_signing_out_without_a_sign_in_is_no_error(client: FlaskClient) -> None:
    client.set_cookie("access", "nonsense")
    assert client.post("/sign-out").location == "/sign-in"
    assert client.get_cookie("access") is None


def test_another_site_cannot_sign_anybody_out(visiting: Visiting) -> None:
    tom = visiting("tom")
    assert tom.client.post("/sign-out").status_code == 403
    assert tom.get("/password").status_code == 200


def test_the_api_reads_with_a_page_s_cookies(visiting: Visiting) -> None:
    assert visiting("tom").get(ME).get_json()["name"] == "Tom Tanner"


@pytest.mark.parametrize("word", [None, "", "0" * 64, "other"])
def test_the_api_writes_with_cookies_only_by_the_word(
    visiting: Visiting, world: World, word: str | None
) -> None:
    ada = visiting("ada")
    if word == "other":
        word = visiting("ada").cookie("csrf")
    path = f"/api/v1/accounts/{world.tom}"
    headers = {} if word is None else {"X-CSRF-TOKEN": word}
    refused = ada.client.patch(path, json={"login": "tommy"}, headers=headers)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (403, "csrf")
    assert ada.get(path).get_json()["login"] == "tom"
    headers = {"X-CSRF-TOKEN": ada.cookie("csrf")}
    assert ada.client.patch(path, json={"login": "tommy"}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8080"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
def test_another_site_signs_nobody_in(
    client: FlaskClient, world: World, headers: dict[str, str]
) -> None:
    answer = client.post("/sign-in", data=world.login("tom"), headers=headers)
    assert answer.status_code == 403
    assert "access" not in cookies_set(answer)


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}]
)
def test_the_own_site_and_programs_sign_in(
    client: FlaskClient, world: World, headers: dict[str, str]
) -> None:
    assert client.post("/sign-in", data=world.login("tom"), headers=headers).status_code == 302


def test_a_failing_bearer_is_not_rescued_by_cookies(visiting: Visiting) -> None:
    tom = visiting("tom")
    for given in ("Bearer nonsense", "Bearer ", "bearer erp_0"):
        assert tom.get(ME, headers={"Authorization": given}).status_code == 401


def test_a_wrong_try_beside_an_old_sign_in_shows_the_form_again(
    visiting: Visiting, world: World
) -> None:
    tom = visiting("tom")
    answer = tom.client.post("/sign-in", data={**world.login("tom"), "password": "not this one"})
    assert answer.status_code == 401


def test_logging_out_with_cookies_over_the_api_drops_them(visiting: Visiting) -> None:
    tom = visiting("tom")
    answer = tom.client.post("/api/v1/auth/logout", headers={"X-CSRF-TOKEN": tom.cookie("csrf")})
    assert answer.status_code == 204
    assert not tom.cookie("access")


def test_static_files_renew_nothing(visiting: Visiting) -> None:
    tom = visiting("tom")
    before = tom.cookie("refresh")
    with time_machine.travel(in_(minutes=20)):
        tom.get("/static/none.css")
        tom.get("/health/live")
    assert tom.cookie("refresh") == before


def test_while_the_database_is_away_a_page_says_so_and_its_cookies_stay_good(
    app: Flask, another_app: Callable[..., Flask], visiting: Visiting
) -> None:
    kept = visiting("tom").cookie("refresh")
    cut_off = another_app(database_url="postgresql://nobody@127.0.0.1:1/none")
    client = browser_with(cut_off, refresh=kept)
    assert client.get("/password").status_code == 503
    assert client.get_cookie("refresh").value == kept  # type: ignore[union-attr]
    assert browser_with(app, refresh=kept).get("/password").status_code == 200
