from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Config
from tests.core.conftest import Start

KINDS = {
    "JSON": ("/health/live", 200),
    "a refusal": ("/api/v1/auth/me", 401),
    "nothing there": ("/api/v1/nowhere", 404),
    "a file that is not": ("/static/nothing.css", 404),
    "numbers": ("/metrics", 200),
    "the description": ("/api/v1/openapi.json", 200),
    "a page": ("/api/v1/docs", 200),
    "a page that is not": ("/nowhere", 404),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def policy_of(answer: TestResponse) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in parts)}


@every_kind
def test_every_answer_keeps_browsers_honest(client: FlaskClient, kind: str) -> None:
    path, status = KINDS[kind]
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Request-ID"]
    assert "Cache-Control" in answer.headers
    policy = policy_of(answer)
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "*" not in answer.headers["Content-Security-Policy"]
    assert "Server" not in answer.headers


def test_no_two_answers_share_a_nonce(client: FlaskClient) -> None:
    nonces = set()
    for _ in range(3):
        policy = policy_of(client.get("/api/v1/docs"))
        nonces |= set(re.findall(r"'nonce-([^']{20,})'", policy["script-src"]))
    assert len(nonces) == 3


def test_a_page_runs_only_scripts_that_its_answer_names(client: FlaskClient) -> None:
    answer = client.get("/api/v1/docs")
    [nonce] = re.findall(r"'nonce-([^']+)'", policy_of(answer)["script-src"])
    for script in re.findall(r"<script([^>]*)>", answer.text):
        assert f'nonce="{nonce}"' in script or re.search(r'src="/static/', script), script
    assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", answer.text)


def test_a_request_keeps_the_id_it_came_with(client: FlaskClient) -> None:
    given = "a-proxy-gave-it-0123"
    answer = client.get("/api/v1/nowhere", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] == given
    assert answer.get_json()["error"]["request_id"] == given


@pytest.mark.parametrize("given", ["short", "x" * 65, "<script>alert(1)</script>", "a b c d e f g"])
def test_an_id_that_is_none_is_replaced(client: FlaskClient, given: str) -> None:
    answer = client.get("/health/live", headers={"X-Request-ID": given})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])


def test_over_https_browsers_are_told_to_stay_there(
    client: FlaskClient, servers: Config, start: Start
) -> None:
    assert "Strict-Transport-Security" not in client.get("/health/live").headers
    secure: Flask = start(replace(servers, public_url="https://school.example"))
    answer = secure.test_client().get("/health/live")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
