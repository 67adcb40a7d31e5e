from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis
from werkzeug.test import TestResponse

from tests.imports.conftest import As
from tests.world import Visitor

Visiting = Callable[..., Visitor]

GOOD = "external_id,given_name,family_name,role\nS1,Zoë,Quist,student\nX-pia,Pia,Parkinson,\n"
MIXED = f"{GOOD}S2,Max,,student\n"


def choose(visitor: Visitor, content: str | bytes, kind: str = "people") -> TestResponse:
    sent = content.encode() if isinstance(content, str) else content
    return visitor.submit(f"/imports/{kind}", {"file": (io.BytesIO(sent), "some.csv")})


def report_of(visitor: Visitor, content: str) -> tuple[str, str]:
    """The report's address, and the page."""
    chosen = choose(visitor, content)
    assert chosen.status_code == 302, chosen.text
    page = visitor.get(chosen.location)
    assert page.status_code == 200
    return chosen.location, re.sub(r"\s+", " ", page.text)


def fingerprint_in(page: str) -> dict[str, Any]:
    found = re.search(r'name="fingerprint" value="(\w+)"', page)
    assert found
    return {"fingerprint": found[1]}


def names(as_: As) -> set[str]:
    items = as_("ada").get("/api/v1/people?limit=200").get_json()["items"]
    return {item["name"] for item in items}


def test_an_administrator_looks_and_then_imports(visiting: Visiting, as_: As) -> None:
    ada = visiting("ada")
    assert "Who is in which class" in ada.get("/imports").text
    address, page = report_of(ada, GOOD)
    assert "People: 2 lines. Nothing has been changed yet." in page
    assert "<del>Park</del> <ins>Parkinson</ins>" in page
    assert "Import 2 lines" in page
    assert "Zoë Quist" not in names(as_)
    done = ada.submit(address, fingerprint_in(page))
    assert (done.status_code, done.location) == (302, "/imports")
    assert "Imported: 1 new, 1 changed." in ada.get("/imports").text
    assert {"Zoë Quist", "Pia Parkinson"} <= names(as_)
    assert ada.get(address).location == "/imports/people"


def test_lines_with_mistakes_are_left_out_only_when_one_says_so(
    visiting: Visiting, as_: As
) -> None:
    ada = visiting("ada")
    address, page = report_of(ada, MIXED)
    assert "This may not be empty." in page
    assert "Leave out the 1 line with a mistake" in page
    refused = ada.submit(address, fingerprint_in(page))
    assert refused.status_code == 422
    assert "Zoë Quist" not in names(as_)
    ada.submit(address, {**fingerprint_in(page), "skip_rejected": "yes"})
    assert "Zoë Quist" in names(as_)


def test_a_page_that_is_out_of_date_shows_the_new_report(visiting: Visiting, as_: As) -> None:
    ada = visiting("ada")
    address, page = report_of(ada, GOOD)
    pia = as_("ada").get("/api/v1/people?q=pia").get_json()["items"][0]["id"]
    as_("ada").patch(f"/api/v1/people/{pia}", json={"family_name": "Plum"})
    again = ada.submit(address, fingerprint_in(page))
    assert again.location == address
    page = ada.get(address).text
    assert "changed since this report was made" in page
    assert "<del>Plum</del>" in page
    assert "Zoë Quist" not in names(as_)


def test_who_has_left_is_said_in_words(visiting: Visiting) -> None:
    ada = visiting("ada")
    content = "external_id,given_name,active\nS1,Zoë,yes\nX-pia,Pia,no\n"
    address, page = report_of(ada, content)
    assert "<del>yes</del> <ins>no</ins>" in page
    assert not {"True", "False"} & set(re.findall(r"\w+", page))
    lines = ada.get(f"{address}/report.csv").text.splitlines()
    told = [line.split(",")[3:6] for line in lines if ",active," in line]
    assert told == [["active", "yes", "no"]]
    ada.client.set_cookie("language", "fr")
    assert "<del>oui</del> <ins>non</ins>" in re.sub(r"\s+", " ", ada.get(address).text)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"nickname\nZ", "The first line must name the columns"),
        (b"external_id,given_name\nS1,Zo\xeb\n", "Windows-1252"),
        (b"external_id\n" + b"S\n" * 50_001, "at most 50,000 lines"),
    ],
)
def test_a_bad_file_is_explained_beside_the_field(
    visiting: Visiting, content: bytes, sentence: str
) -> None:
    answer = choose(visiting("ada"), content)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_no_file_at_all_is_explained(visiting: Visiting) -> None:
    answer = visiting("ada").submit("/imports/people", {"file": (io.BytesIO(b""), "")})
    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_what_is_imported_cannot_be_markup_or_a_formula(visiting: Visiting) -> None:
    ada = visiting("ada")
    content = "external_id,given_name,family_name\nS1,<b>Zoë</b>,=cmd|'/C calc'!A0\n"
    address, page = report_of(ada, content)
    assert "<b>Zoë" not in page
    report = ada.get(f"{address}/report.csv")
    assert report.headers["Content-Disposition"] == 'attachment; filename="people-report.csv"'
    assert ",'=cmd|'/C calc'!A0," in report.data.decode("utf-8-sig")


def test_the_template_is_a_file_that_can_be_imported(visiting: Visiting) -> None:
    ada = visiting("ada")
    for kind in ("people", "sections", "enrolments"):
        template = ada.get(f"/imports/{kind}/template.csv")
        assert template.data.startswith(b"\xef\xbb\xbf")
        assert choose(ada, template.data, kind).status_code == 302


def test_a_file_is_kept_for_its_sender_alone_and_not_for_long(
    visiting: Visiting, redis: Redis
) -> None:
    ada = visiting("ada")
    address, _ = report_of(ada, GOOD)
    [key] = [key for key in redis.scan_iter("erp:import:*") if address[-20:].encode() in key]
    assert 0 < int(redis.ttl(key)) <= 1800  # type: ignore[arg-type]
    assert b"Zo" not in (redis.get(key) or b"")  # type: ignore[operator]
    redis.delete(key)
    gone = ada.get(address)
    assert gone.location == "/imports/people"
    assert "not kept any longer" in ada.get("/imports/people").text


@pytest.mark.parametrize("who", ["olive", "tom", "pia", "gwen"])
def test_only_administrators_see_the_imports(visiting: Visiting, who: str) -> None:
    visitor = visiting(who)
    for address in ("/imports", "/imports/people", "/imports/people/template.csv"):
        assert visitor.get(address).status_code == 403
    assert "/imports" not in visitor.get("/").text
