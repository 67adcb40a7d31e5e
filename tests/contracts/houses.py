"""A school in which everything that has an address is there once, with its people signed in."""

from __future__ import annotations

import base64
import datetime as dt
import json
import time
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask
from werkzeug.test import TestResponse

from config import Config
from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.vocabulary import Mode
from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from tests.contracts.routes import Route
from tests.contracts.things import PLAIN, QUERIES, body_for
from tests.world import Caller, World, found_world

Whose = dict[str, str]
# a sign-in lasts 900
STALE_SECONDS = 600
_FACTS = {"job_id": str(UUID(int=0)), "job_kind": "attendance.mark", "left": 0}
# what a teacher of 7A, a pupil of hers and that pupil's mother share; and what they do not
OWN: Whose = {"pupil": "Pia", "section": "7A", "teacher": "Tom"}
OTHER_CLASS: Whose = {"pupil": "Quinn", "section": "7B", "teacher": "Tara"}


class House:
    def __init__(self, app: Flask, servers: Config, owner: psycopg.Connection[Any]) -> None:
        self.app, self._connection = app, owner
        self.world = found_world(servers, owner)
        self._callers: dict[str, tuple[float, Caller]] = {}
        self._ids: dict[tuple[str, str], Any] = {}
        with app.app_context(), acting_for(self.world.school_id), unit_of_work():
            found_attendance(self.world.school_id, Mode.DAILY, "simple", dt.date(2020, 1, 1))
        owner = self._owner
        with owner.pipeline():
            for table, row in _missing(self.world):
                _insert(owner, table, {"school_id": self.world.school_id, "id": new_id(), **row})

    def caller(self, who: str) -> Caller:
        """Signed in again before the sign-in runs out: a house may stand for the whole suite."""
        known = self._callers.get(who)
        if known is None or time.monotonic() - known[0] > STALE_SECONDS:
            known = self._callers[who] = (time.monotonic(), Caller(self.app, self.world, who))
        return known[1]

    def ids(self, names: Iterable[str], whose: Whose = OWN) -> dict[str, Any]:
        """For each name in an address or body, what it stands for in this school."""
        return {name: self._id(name, whose) for name in names}

    def _id(self, name: str, whose: Whose) -> Any:
        if name in PLAIN:
            return PLAIN[name]
        if name in {"date", "day"}:
            return self.world.today
        key = (name, whose["section"])
        if key not in self._ids:
            query = QUERIES.get(name)
            assert query, f"say in tests/contracts/things.py what {name} stands for"
            row = self._owner.execute(query.format(**whose)).fetchone()
            assert row, f"the house has no {name}: see _missing in tests/contracts/houses.py"
            self._ids[key] = row[0]
        return self._ids[key]

    @property
    def _owner(self) -> psycopg.Connection[Any]:
        """One line to the database for all houses, told each time whose it is."""
        school = str(self.world.school_id)
        self._connection.execute("SELECT set_config('app.school_id', %s, false)", [school])
        return self._connection

    def body(self, route: Route) -> dict[str, Any] | None:
        """One that the route's schema takes."""
        schema = route.body
        return body_for(schema, lambda name: self._id(name, OWN)) if schema else None

    def contents(self) -> Any:
        """Changes when anything of the school's does."""
        tables = self._owner.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND column_name = 'school_id' AND table_name NOT IN ('sign_in', 'idempotency_key')"
        ).fetchall()
        counts = " UNION ALL ".join(
            f"SELECT '{table}', count(*), sum(hashtextextended(t::text, 0)) FROM {table} t"  # noqa: S608
            for (table,) in [*sorted(tables), ("school",)]
        )
        return self._owner.execute(counts).fetchall()  # type: ignore[arg-type]

    def send(self, who: str, route: Route, path: str, body: dict[str, Any] | None) -> TestResponse:
        """In the route's own way: a bearer for the API, cookies for pages."""
        caller = self.caller(who)
        if route.is_api:
            extra: dict[str, Any] = {"json": body} if body is not None else {}
            return caller.client.open(path, method=route.method, headers=caller.headers, **extra)
        token = caller.tokens["access_token"]
        caller.client.set_cookie("access", token)
        form = {"csrf_token": csrf_in(token)} if route.writes else None
        return caller.client.open(path, method=route.method, data=form)


def csrf_in(token: str) -> str:
    claims = token.split(".")[1]
    csrf: str = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["csrf"]
    return csrf


def _insert(owner: psycopg.Connection[Any], table: str, row: dict[str, Any]) -> None:
    columns, holes = ", ".join(row), ", ".join(["%s"] * len(row))
    owner.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({holes})",  # type: ignore[arg-type]  # noqa: S608
        list(row.values()),
    )


def _missing(world: World) -> list[tuple[str, dict[str, Any]]]:
    job = {"kind": "bulk_marking", "payload": "{}"}
    news = {"kind": "job_done", "about": "job", "facts": json.dumps(_FACTS)}
    tomorrow = world.today + dt.timedelta(days=1)
    seven_b = {"section_id": world.homeroom_7b}
    live = {
        "date": world.today,
        "slot": 1,
        "step_seconds": 8,
        "late_after_minutes": 10,
        "begins_at": tomorrow,
        "started_at": world.today,
        "ends_at": tomorrow,
        "starter_role": "officer",
    }
    pias, gils, file = {"id": new_id()}, {"id": new_id()}, {"kind": "pdf", "content": b"%PDF-"}
    written = {"kind": "refused", "date": world.today, "slot": 1, "channel": "sms"}
    held = {"reason": "class", "date": world.today, "slot": 1}
    doubt = {**written, "state": "unknown", "due_at": world.today, "text": "Absent today."}
    absence = {"starts_on": tomorrow, "ends_on": tomorrow, "reason": "illness", "through": "page"}
    return [
        ("live_session", {**live, "section_id": world.homeroom_7a}),
        ("live_session", {**live, "section_id": world.homeroom_7b}),
        ("calendar_day", {"date": world.today + dt.timedelta(days=30), "kind": "closure"}),
        ("api_client", {"name": "Timetabler", "key_hash": "0" * 64, "scopes": ["none:of:these"]}),
        ("cover", {**seven_b, "person_id": world.cora, "date": tomorrow}),
        ("timetable_entry", {**seven_b, "weekday": 1, "slot": 2, "starts_on": world.today}),
        ("job", {**job, "requested_by": world.tom}),
        ("job", {**job, "requested_by": world.tara}),
        ("notification", {**news, "person_id": world.tom}),
        ("notification", {**news, "person_id": world.tara}),
        ("absence_request", {**absence, "student_id": world.pia, "asked_by": world.gwen} | pias),
        ("absence_request", {**absence, "student_id": world.quinn, "asked_by": world.gil} | gils),
        ("message", {**doubt, "student_id": world.pia, "guardian_id": world.gwen}),
        ("message", {**doubt, "student_id": world.quinn, "guardian_id": world.gil}),
        ("message_hold", {**held, "section_id": world.homeroom_7a}),
        ("message_hold", {**held, "section_id": world.homeroom_7b}),
        ("absence_evidence", {**file, "absence_id": pias["id"]}),
        ("absence_evidence", {**file, "absence_id": gils["id"]}),
    ]
