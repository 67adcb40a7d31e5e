"""From the two commands of an operator to a school's first register, step by step."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Config
from school_erp.cli import operators_app
from school_erp.core.clock import today_in
from school_erp.core.ids import new_id
from tests.academics.reading import links_in, main_of, text_of
from tests.conftest import close
from tests.world import PASSWORD, Visitor, World

NEXT = re.compile(r'aria-current="step".*?<h2[^>]*>([^<]+)<', re.DOTALL)
ZONE = "Europe/London"


class Principal:
    """The first administrator of a school that holds nothing yet, in a browser."""

    def __init__(self, app: Flask, slug: str) -> None:
        self.client: FlaskClient = app.test_client()
        answer = self.client.post(
            "/sign-in", data={"school": slug, "login": "nora", "password": PASSWORD}
        )
        assert answer.status_code == 302, answer.text

    def next_step(self) -> str:
        found = NEXT.search(main_of(self.client.get("/setting-up")))
        return found[1] if found else ""

    def submits(self, path: str, typed: dict[str, object]) -> str:
        csrf = self.client.get_cookie("csrf")
        assert csrf
        answer = self.client.post(path, data={"csrf_token": csrf.value, **typed})
        assert answer.status_code == 302, answer.text
        location: str = answer.headers["Location"]
        return location


@pytest.fixture
def principal(app: Flask, servers: Config) -> Principal:
    slug = f"new-{new_id().hex[-12:]}"
    operators = operators_app(servers)
    run = operators.test_cli_runner().invoke
    place = ["--region", "GB", "--timezone", ZONE, "--weekdays", "1,2,3,4,5,6,7"]
    founded = run(args=["school", "create", "--slug", slug, "--name", "Mill Road", *place])
    assert founded.exit_code == 0, founded.output
    nora = ["--given-name", "Nora", "--family-name", "Nys", "--login", "nora"]
    made = run(args=["admin", "create", "--school", slug, *nora], env={"ADMIN_PASSWORD": PASSWORD})
    assert made.exit_code == 0, made.output
    close(operators)
    return Principal(app, slug)


def test_an_administrator_is_led_from_nothing_to_the_first_register(principal: Principal) -> None:
    today = today_in(ZONE)
    assert "/setting-up" in links_in(principal.client.get("/"))
    assert principal.next_step() == "Say when your school year begins and ends."
    begins, ends = today - timedelta(days=30), today + timedelta(days=200)
    year = {"name": "This year", "kind": "year", "starts_on": begins, "ends_on": ends}
    principal.submits("/academic-sessions/new", year)
    assert principal.next_step() == "Say how your school takes attendance."
    principal.submits("/attendance/settings/founding", {"mode": "DAILY-1", "pack": "simple"})
    assert principal.next_step() == "Bring in your students and staff."
    _import(
        principal,
        "people",
        [
            {"external_id": "P1", "given_name": "Ana", "family_name": "Ash", "role": "student"},
            {"external_id": "T1", "given_name": "Tom", "family_name": "Ty", "role": "teacher"},
        ],
    )
    assert principal.next_step() == "Set up your classes."
    _import(
        principal,
        "sections",
        [{"external_id": "5A", "name": "5A", "kind": "homeroom", "session": "This year"}],
    )
    assert principal.next_step() == "Classes without a teacher: 1"
    _import(
        principal,
        "enrolments",
        [
            {"section": "5A", "person": who, "role": role}
            for who, role in (("T1", "teacher"), ("P1", "student"))
        ],
    )
    assert principal.next_step() == "Give your staff their sign-in."
    people = main_of(principal.client.get("/accounts?state=none&q=Ty"))
    toms = re.search(r"/accounts/([0-9a-f-]{36})", people)
    assert toms, people
    csrf = principal.client.get_cookie("csrf")
    assert csrf
    opened = principal.client.post(
        f"/accounts/{toms[1]}/new", data={"csrf_token": csrf.value, "login": "tom"}
    )
    assert opened.status_code in {200, 302}, opened.text
    assert principal.next_step() == "Take the first register."
    (register,) = links_in(principal.client.get("/registers"), "/registers/")
    assert "Ana" in text_of(principal.client.get(register))


def _import(principal: Principal, kind: str, rows: list[dict[str, str]]) -> None:
    written = io.StringIO()
    sheet = csv.DictWriter(written, list(rows[0]))
    sheet.writeheader()
    sheet.writerows(rows)
    file = (io.BytesIO(written.getvalue().encode()), f"{kind}.csv")
    report = principal.submits(f"/imports/{kind}", {"file": file})
    fingerprint = re.search(
        r'name="fingerprint" value="([^"]+)"', principal.client.get(report).text
    )
    assert fingerprint, text_of(principal.client.get(report))
    principal.submits(report, {"fingerprint": fingerprint[1]})


def test_the_steps_of_setting_up_are_the_administrators(
    world: World, visiting: Callable[..., Visitor]
) -> None:
    assert visiting("olive").get("/setting-up").status_code == 403
    page = text_of(visiting("ada").get("/setting-up"))
    assert "Say how your school takes attendance." in page
