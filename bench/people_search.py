"""How quickly people are found in a school of 5,000 among ten such schools.

`python -m bench.people_search` seeds a database of its own, asks as an officer and as a teacher,
in the database (the application's own queries, as the runtime role under row-level security) and
over HTTP (one web process, one caller, the whole answer of 50 people), prints p50 and p95 in
milliseconds, and removes the database again.
"""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import psycopg
from flask import Flask

import school_erp
from bench._database import own_database
from config import Config
from school_erp.accounts.passwords import hash_password_now
from school_erp.core.access import Actor
from school_erp.core.clock import now
from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.embedded.servers import complete
from school_erp.extensions import db
from school_erp.people.queries.people import people_page
from school_erp.people.rules import search_words
from tests.serving import web_process

SCHOOLS, PEOPLE, CLASSES, PASSWORD = 10, 5_000, 150, "correct horse battery"
IN_DATABASE, OVER_HTTP = 100, 60
GIVEN = [
    *("Amina", "Björn", "Chloé", "Dmitri", "Élodie", "Farid", "Gwen"),
    *("Hiroshi", "Ifeoma", "Jack", "Kofi", "Lucía", "Maryam", "Nils"),
]
FAMILY = [
    *("Okafor", "Smith", "Müller", "Nguyen", "Łukasik", "O'Brien"),
    *("García", "Khan", "Ångström", "Haddad", "Tanaka", "Mensah"),
]
QUESTIONS: dict[str, dict[str, str]] = {
    "the list": {},
    "one word, 7 % match": {"q": "chloe"},
    "two words, 0.6 %": {"q": "chloe muller"},
    "part of a word": {"q": "ukas"},
    "one single person": {"q": "name4321"},
    "nobody": {"q": "zzzzzz"},
    "students, one word": {"q": "chloe", "role": "student", "active": "true"},
    "nobody, students": {"q": "zzzzzz", "role": "student", "active": "true"},
}


@dataclass(frozen=True)
class Seeded:
    school_id: UUID
    slug: str
    officer: UUID
    teacher: UUID


def main() -> None:
    given = replace(complete(Config.from_environment()), log_level="WARNING")
    with own_database(given) as config:
        school = seed(config)
        app = school_erp.create_app(replace(config, async_mode="threading", testing=True))
        print(f"{SCHOOLS} schools of {PEOPLE} people; milliseconds, p50 / p95\n")
        print(f"{'':24}{'officer, database':>20}{'teacher, database':>20}{'officer, HTTP':>20}")
        with (
            tempfile.TemporaryDirectory() as place,
            web_process(config, Path(place) / "web.log", LOG_LEVEL="WARNING") as web,
        ):
            caller = Caller(web.url, school)
            for name, asked in QUESTIONS.items():
                figures = [
                    in_database(app, school, "officer", asked),
                    in_database(app, school, "teacher", asked),
                    measured(lambda asked=asked: caller.ask(asked), OVER_HTTP),  # type: ignore[misc]
                ]
                print(f"{name:24}" + "".join(f"{figure:>20}" for figure in figures))
        with app.app_context():
            db.engine.dispose()


def seed(config: Config) -> Seeded:
    """Ten schools in one heap, their rows mixed as years of use would mix them."""
    random.seed(7)
    schools = [new_id() for _ in range(SCHOOLS)]
    ids = {school: [new_id() for _ in range(PEOPLE)] for school in schools}
    with psycopg.connect(config.owner_database_url) as owner:
        for school in schools:
            found_school(owner, school)
        people = [(school, number) for school in schools for number in range(PEOPLE)]
        random.shuffle(people)
        for chunk in chunks(people, 500):
            for school, numbers in grouped(chunk).items():
                insert_people(owner, school, [(ids[school][n], n) for n in numbers])
        for school in schools:
            enrol(owner, school, ids[school])
        seeded = Seeded(schools[0], slug_of(schools[0]), ids[schools[0]][0], ids[schools[0]][1])
        act_for(owner, seeded.school_id)
        owner.execute(
            "INSERT INTO account (school_id, person_id, login, password_hash)"
            " VALUES (%s, %s, 'olive', %s)",
            [seeded.school_id, seeded.officer, hash_password_now(PASSWORD)],
        )
    with psycopg.connect(config.owner_database_url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    return seeded


def chunks(rows: list[Any], size: int) -> Iterator[list[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def grouped(chunk: Any) -> dict[UUID, list[int]]:
    found: dict[UUID, list[int]] = {}
    for school, number in chunk:
        found.setdefault(school, []).append(number)
    return found


def slug_of(school: UUID) -> str:
    return f"bench-{school.hex[-12:]}"


def act_for(owner: psycopg.Connection[Any], school: UUID) -> None:
    owner.execute("SELECT set_config('app.school_id', %s, true)", [str(school)])


def found_school(owner: psycopg.Connection[Any], school: UUID) -> None:
    owner.execute(
        "INSERT INTO school (id, slug, name) VALUES (%s, %s, 'Bench')", [school, slug_of(school)]
    )


def insert_people(
    owner: psycopg.Connection[Any], school: UUID, people: list[tuple[UUID, int]]
) -> None:
    act_for(owner, school)
    names = [(random.choice(GIVEN), f"{random.choice(FAMILY)} Name{n}") for _, n in people]
    rows = [
        (school, id_, given, family, search_words((given, family), f"UPN{n:06}"), f"UPN{n:06}")
        for (id_, n), (given, family) in zip(people, names, strict=True)
    ]
    with owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO person (school_id, id, given_name, family_name, search_words, external_id)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            rows,
        )


def enrol(owner: psycopg.Connection[Any], school: UUID, ids: list[UUID]) -> None:
    """An officer, 300 teachers and 4,699 students in 150 classes; the first teacher has five."""
    act_for(owner, school)
    started = now().date().replace(year=2020)
    roles = ["officer"] + ["teacher"] * 300
    roles += ["student"] * (len(ids) - len(roles))
    year = new_id()
    classes = [new_id() for _ in range(CLASSES)]
    taught = [(ids[1], one, "teacher") for one in classes[:5]]
    learning = [(who, random.choice(classes), "student") for who in ids[301:] for _ in range(2)]
    with owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO role_grant (school_id, id, person_id, role, starts_on)"
            " VALUES (%s, %s, %s, %s, %s)",
            [(school, new_id(), who, role, started) for who, role in zip(ids, roles, strict=True)],
        )
        cursor.execute(
            "INSERT INTO academic_session (school_id, id, name, kind, starts_on, ends_on)"
            " VALUES (%s, %s, 'Year', 'year', %s, '2030-01-01')",
            [school, year, started],
        )
        cursor.executemany(
            "INSERT INTO section (school_id, id, name, kind, academic_session_id)"
            " VALUES (%s, %s, %s, 'homeroom', %s)",
            [(school, one, f"C{number}", year) for number, one in enumerate(classes)],
        )
        cursor.executemany(
            "INSERT INTO enrolment (school_id, id, person_id, section_id, role, starts_on)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [(school, new_id(), *who, started) for who in taught + learning],
        )


def in_database(app: Flask, school: Seeded, role: str, asked: dict[str, str]) -> str:
    actor = Actor(school.school_id, frozenset({role}), getattr(school, role))
    typed: dict[str, Any] = {**asked}
    if "active" in typed:
        typed["active"] = typed["active"] == "true"

    def ask() -> None:
        people_page(actor, typed)
        db.session.rollback()

    with app.app_context(), acting_for(school.school_id):
        return measured(ask, IN_DATABASE)


class Caller:
    """One connection that stays open, as a browser's does."""

    def __init__(self, url: str, school: Seeded) -> None:
        self.line = HTTPConnection(urlsplit(url).netloc)
        login = {"school": school.slug, "login": "olive", "password": PASSWORD}
        self.line.request(
            "POST", "/api/v1/auth/login", json.dumps(login), {"Content-Type": "application/json"}
        )
        token = json.loads(self.line.getresponse().read())["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, asked: dict[str, str]) -> None:
        self.line.request("GET", f"/api/v1/people?{urlencode(asked)}", headers=self.headers)
        answer = self.line.getresponse()
        body = answer.read()
        assert answer.status == 200, body


def measured(ask: Callable[[], None], times: int) -> str:
    for _ in range(5):
        ask()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return f"{statistics.median(taken):.1f} / {statistics.quantiles(taken, n=20)[-1]:.1f}"


if __name__ == "__main__":
    main()
