"""A school one remembers.

Ada is the admin, Olive the officer, Tom teaches 7A and its maths, Tara teaches 7B, Sam is staff
without a class, Cora covers 7A today. Pia and Paul are pupils in 7A, Quinn in 7B. Gwen answers for
Pia, Gil for Quinn. Everybody's password is PASSWORD.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Config
from school_erp.accounts.actions.signing_in import begin
from school_erp.accounts.queries import account_of
from school_erp.accounts.tokens import access_token, csrf_of, refresh_token
from school_erp.core.clock import today_in
from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.people.rules import search_words

PASSWORD = "correct horse battery"
# as quick as Argon2 gets: everybody knows this password, and tests sign in thousands of times
_PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
TIMEZONE = "Europe/London"

PEOPLE = {
    "ada": ("Ada", "Lovelace-Brown", "admin"),
    "olive": ("Olive", "Okafor", "officer"),
    "tom": ("Tom", "Tanner", "teacher"),
    "tara": ("Tara", "Tran", "teacher"),
    "cora": ("Cora", "Cole", "teacher"),
    "sam": ("Sam", "Stone", "staff"),
    "pia": ("Pia", "Park", "student"),
    "paul": ("Paul", "Pavlov", "student"),
    "quinn": ("Quinn", "Quist", "student"),
    "gwen": ("Gwen", "Park", "guardian"),
    "gil": ("Gil", "Quist", "guardian"),
}


@dataclass
class World:
    school_id: UUID
    slug: str
    today: dt.date
    ids: dict[str, UUID] = field(default_factory=dict)

    def __getattr__(self, name: str) -> UUID:
        """`world.tom`, `world.homeroom_7a`: ids by name."""
        try:
            found: UUID = self.__dict__["ids"][name]
        except KeyError:
            raise AttributeError(name) from None
        return found

    def login(self, who: str) -> dict[str, str]:
        return {"school": self.slug, "login": who, "password": PASSWORD}


def found_world(servers: Config, line: psycopg.Connection[Any] | None = None) -> World:
    """Found the school with as few statements as it takes: every test has one of its own.

    A line that is kept spares each of them a connection that learns every table anew.
    """
    school_id = new_id()
    world = World(school_id, f"world-{school_id.hex[-12:]}", today_in(TIMEZONE))
    names = [*PEOPLE, "year", "maths", "homeroom_7a", "homeroom_7b", "maths_7a"]
    world.ids = {name: new_id() for name in names}
    if line is None:
        with psycopg.connect(servers.owner_database_url) as owner:
            _store(owner, world)
    else:
        _store(line, world)
    return world


def _store(owner: psycopg.Connection[Any], world: World) -> None:
    """Sent in one go and waited for once."""
    with owner.pipeline(), owner.transaction():
        owner.execute("SELECT set_config('app.school_id', %s, true)", [str(world.school_id)])
        for table, records in _rows(world).items():
            _insert(owner, table, records)


def _insert(owner: psycopg.Connection[Any], table: str, records: list[dict[str, Any]]) -> None:
    columns = list(records[0])
    row = f"({', '.join(['%s'] * len(columns))})"
    owner.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * len(records))}",  # noqa: S608
        [record[column] for record in records for column in columns],
    )


def _rows(world: World) -> dict[str, list[dict[str, Any]]]:
    first, last = world.today - dt.timedelta(days=90), world.today + dt.timedelta(days=200)

    def own(**columns: Any) -> dict[str, Any]:
        return {"school_id": world.school_id, "id": new_id(), **columns}

    def section(key: str, **columns: Any) -> dict[str, Any]:
        blank = {"course_id": None, "grade": "7", "room": "R1", "academic_session_id": world.year}
        return own(**blank, **columns) | {"id": world.ids[key]}

    def enrolled(section: str, role: str, *who: str) -> list[dict[str, Any]]:
        return [
            own(
                section_id=world.ids[section], person_id=world.ids[name], role=role, starts_on=first
            )
            for name in who
        ]

    return {
        "school": [
            {
                "id": world.school_id,
                "slug": world.slug,
                "name": "Windmill Lane School",
                "timezone": TIMEZONE,
                "locale": "en",
                "region": "GB",
                "weekdays": [1, 2, 3, 4, 5, 6, 7],
            }
        ],
        "person": [
            own(
                given_name=given,
                family_name=family,
                email=f"{who}@example.org",
                phone="+447700900123",
                external_id=f"X-{who}",
                search_words=search_words((given, family), f"X-{who}"),
            )
            | {"id": world.ids[who]}
            for who, (given, family, _) in PEOPLE.items()
        ],
        "role_grant": [
            own(person_id=world.ids[who], role=role, starts_on=first)
            for who, (_, _, role) in PEOPLE.items()
        ],
        "account": [
            {
                "school_id": world.school_id,
                "person_id": world.ids[who],
                "login": who,
                "password_hash": _PASSWORD_HASH,
            }
            for who in PEOPLE
        ],
        "guardianship": [
            own(student_id=world.pia, guardian_id=world.gwen, relation="mother"),
            own(student_id=world.quinn, guardian_id=world.gil, relation="father"),
        ],
        "academic_session": [
            own(name="This year", kind="year", starts_on=first, ends_on=last) | {"id": world.year}
        ],
        "course": [own(name="Mathematics", code="MA") | {"id": world.maths}],
        "section": [
            section("homeroom_7a", name="7A", kind="homeroom"),
            section("homeroom_7b", name="7B", kind="homeroom"),
            section("maths_7a", name="7A Maths", kind="scheduled") | {"course_id": world.maths},
        ],
        "enrolment": [
            *enrolled("homeroom_7a", "student", "pia", "paul"),
            *enrolled("homeroom_7a", "teacher", "tom"),
            *enrolled("homeroom_7b", "student", "quinn"),
            *enrolled("homeroom_7b", "teacher", "tara"),
            *enrolled("maths_7a", "student", "pia", "paul"),
            *enrolled("maths_7a", "teacher", "tom"),
        ],
        "period": [
            own(slot=1, name="First", starts_at=dt.time(9), ends_at=dt.time(10)),
            own(slot=2, name="Second", starts_at=dt.time(10), ends_at=dt.time(11)),
        ],
        "timetable_entry": [
            own(section_id=world.maths_7a, weekday=day, slot=1, starts_on=first, room="R1")
            for day in range(1, 8)
        ],
        "cover": [own(section_id=world.homeroom_7a, person_id=world.cora, date=world.today)],
    }


def let_in(app: Flask, world: World, who: str) -> dict[str, str]:
    """What signing in gives, without the password and its check: those have tests of their own."""
    with app.app_context(), acting_for(world.school_id), unit_of_work():
        account = account_of(world.school_id, world.ids[who])
        assert account is not None
        begun = begin(account).sign_in
        return {
            "access_token": access_token(account, begun),
            "refresh_token": refresh_token(account, begun),
            "csrf": csrf_of(begun.id),
        }


class Caller:
    """An HTTP client that acts as one person of a world, with a bearer token."""

    def __init__(self, app: Flask, world: World, who: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.world, self.who = world, who
        self.tokens: dict[str, Any] = self.sign_in()
        self.headers = {"Authorization": f"Bearer {self.tokens['access_token']}"}

    def sign_in(self) -> dict[str, Any]:
        return let_in(self.client.application, self.world, self.who)

    def _send(self, method: str, path: str, **extra: Any) -> TestResponse:
        headers = {**self.headers, **extra.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **extra)

    def get(self, path: str, **extra: Any) -> TestResponse:
        return self._send("GET", path, **extra)

    def post(self, path: str, **extra: Any) -> TestResponse:
        return self._send("POST", path, **extra)

    def put(self, path: str, **extra: Any) -> TestResponse:
        return self._send("PUT", path, **extra)

    def patch(self, path: str, **extra: Any) -> TestResponse:
        return self._send("PATCH", path, **extra)

    def delete(self, path: str, **extra: Any) -> TestResponse:
        return self._send("DELETE", path, **extra)


class CallerByPassword(Caller):
    def sign_in(self) -> dict[str, Any]:
        answer = self.client.post("/api/v1/auth/login", json=self.world.login(self.who))
        assert answer.status_code == 200, answer.get_data(as_text=True)
        tokens: dict[str, Any] = answer.get_json()
        return tokens


class Visitor:
    """A browser in which one person of a world has signed in."""

    def __init__(self, app: Flask, world: World, who: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.world, self.who = world, who
        self.sign_in()

    def sign_in(self) -> None:
        tokens = let_in(self.client.application, self.world, self.who)
        self.client.set_cookie("access", tokens["access_token"], httponly=True, samesite="Lax")
        self.client.set_cookie("refresh", tokens["refresh_token"], httponly=True, samesite="Lax")
        self.client.set_cookie("csrf", tokens["csrf"], samesite="Lax")

    def cookie(self, name: str) -> str:
        found = self.client.get_cookie(name)
        return found.value if found else ""

    def get(self, path: str, **extra: Any) -> TestResponse:
        return self.client.get(path, **extra)

    def submit(self, path: str, typed: dict[str, Any] | None = None, **extra: Any) -> TestResponse:
        """Send a form of a page, with the word that its page carried."""
        return self.client.post(
            path, data={"csrf_token": self.cookie("csrf"), **(typed or {})}, **extra
        )


class VisitorByPassword(Visitor):
    """One who typed it on the page, coming from wherever `signing_in` says."""

    def __init__(self, app: Flask, world: World, who: str, **signing_in: Any) -> None:
        self.signing_in = signing_in
        super().__init__(app, world, who)

    def sign_in(self) -> None:
        answer = self.client.post("/sign-in", data=self.world.login(self.who), **self.signing_in)
        assert answer.status_code == 302, answer.get_data(as_text=True)
