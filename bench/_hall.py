"""A school with a hall full of students who are signed in, and a teacher who has them check in."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import requests

from bench._school import School, founded
from config import Config
from school_erp.accounts.models import Account, SignIn
from school_erp.accounts.tokens import access_token
from school_erp.core.clock import now
from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db

CLASSES, PUPILS = 20, 30
API = "/api/v1/sessions"
# longer than a storm lasts on a busy machine
STEP_SECONDS = 60


@dataclass(frozen=True)
class Student:
    id: UUID
    token: str


@dataclass(frozen=True)
class Live:
    id: str
    room: str


class Hall:
    def __init__(self, config: Config, url: str) -> None:
        self.school: School = founded(config)
        self.url = url
        self._owner = psycopg.connect(config.owner_database_url, autocommit=True)
        school_id = str(self.school.world.school_id)
        self._owner.execute("SELECT set_config('app.school_id', %s, false)", [school_id])
        self._owner.execute("UPDATE attendance_settings SET qr_step_seconds = %s", [STEP_SECONDS])
        classes = [self.school.add_class(f"Class {n}", PUPILS) for n in range(CLASSES)]
        self.sections = [str(each.id) for each in classes]
        self.students = self._signed_in([pupil for each in classes for pupil in each.pupils])
        self.teacher: str = self.school.caller("olive").tokens["access_token"]

    def start(self, **wishes: Any) -> Live:
        started = self._ask("POST", f"{API}/live", {"section_ids": self.sections, **wishes})
        return Live(started["id"], started["room"])

    def code(self, live: Live) -> str:
        found: str = self._ask("GET", f"{API}/{live.id}/qr")["token"]
        return found

    def stats(self, live: Live) -> dict[str, Any]:
        return self._ask("GET", f"{API}/{live.id}/stats")

    def end(self, live: Live) -> None:
        """And as if nobody had been marked, so that the next storm writes as much."""
        self._ask("PUT", f"{API}/{live.id}/end", {})
        for table in ("check_in", "student_attendance", "register"):
            self._owner.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names

    def rows(self, table: str) -> int:
        row = self._owner.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        return int(row[0]) if row else -1

    def close(self) -> None:
        self._owner.close()
        self.school.close()

    def _signed_in(self, pupils: list[UUID]) -> list[Student]:
        app, school_id = self.school.app, self.school.world.school_id
        with app.app_context(), acting_for(school_id), unit_of_work():
            rows = [self._account(school_id, each) for each in pupils]
            db.session.add_all([row for pair in rows for row in pair])
            db.session.flush()
            return [
                Student(account.person_id, access_token(account, sign_in))
                for account, sign_in in rows
            ]

    def _account(self, school_id: UUID, pupil: UUID) -> tuple[Account, SignIn]:
        account = Account(school_id=school_id, person_id=pupil, login=str(pupil), generation=1)
        sign_in = SignIn(
            school_id=school_id,
            id=new_id(),
            person_id=pupil,
            refresh_id=new_id(),
            rotated_at=now(),
            expires_at=now() + dt.timedelta(days=1),
        )
        return account, sign_in

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = requests.request(
            method,
            f"{self.url}{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.teacher}"},
            timeout=30,
        )
        assert answer.ok, answer.text
        found: dict[str, Any] = answer.json()
        return found


def until(holds: Callable[[], bool], seconds: float = 15) -> bool:
    give_up = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)
    return True
