from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.world import Caller, Visitor

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
FROM = "Sec-Fetch-Site"


@pytest.mark.parametrize(
    ("site", "compressed"),
    [
        ({FROM: "same-origin"}, True),
        ({FROM: "none"}, True),
        # another site may have put a guess into the address, and watches the length
        ({FROM: "cross-site"}, False),
        ({FROM: "same-site"}, False),
        ({}, False),
    ],
)
def test_a_page_of_somebody_signed_in_is_compressed_only_if_no_other_site_asked(
    visiting: Callable[..., Visitor], site: dict[str, str], *, compressed: bool
) -> None:
    answer = visiting("ada").get("/people?q=p", headers=GZIP | site)
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding") == ("gzip" if compressed else None)
    assert "Accept-Encoding" in answer.headers["Vary"]
    page = gzip.decompress(answer.get_data()) if compressed else answer.get_data()
    assert b"Pia" in page
    assert int(answer.headers["Content-Length"]) == len(answer.get_data())
    assert (len(answer.get_data()) < len(page) / 3) is compressed


def test_programs_and_strangers_get_large_answers_compressed_if_they_ask(
    client: FlaskClient, as_: Callable[..., Caller]
) -> None:
    large, small = "/api/v1/openapi.json", "/health/live"
    ada = as_("ada")
    for answer in (client.get(large, headers=GZIP), ada.get("/api/v1/people", headers=GZIP)):
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.get_data()).startswith(b"{")
    plain = [
        client.get(large),
        client.get(large, headers={"Accept-Encoding": "gzip;q=0, br"}),
        client.get(small, headers=GZIP),
    ]
    assert [answer.headers.get("Content-Encoding") for answer in plain] == [None] * 3


def test_a_built_file_is_compressed_once(app: Flask, client: FlaskClient) -> None:
    style = client.get("/sign-in").text.split("/static/app-")[1].split('"')[0]
    with client.get(f"/static/app-{style}", headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert b"{" in gzip.decompress(answer.get_data())
