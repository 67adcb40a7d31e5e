from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from psycopg.rows import dict_row

from config import Config
from school_erp.cli.demo import attendance, seeding
from school_erp.cli.demo.plans import Kind
from tests.cli.conftest import Operator, typing_into

Row = dict[str, Any]

LESSONS_ON = """
    SELECT s.name, s.kind, t.slot, t.room, e.person_id AS teacher
    FROM timetable_entry t
    JOIN section s ON (s.school_id, s.id) = (t.school_id, t.section_id)
    JOIN enrolment e ON (e.school_id, e.section_id) = (t.school_id, t.section_id)
      AND e.role = 'teacher'
    WHERE t.weekday = %(weekday)s AND t.weeks IN ('every', %(week)s)
      AND t.starts_on <= %(day)s AND (t.ends_on IS NULL OR t.ends_on >= %(day)s)
      AND e.starts_on <= %(day)s AND (e.ends_on IS NULL OR e.ends_on >= %(day)s)"""
TERMS_ON = """
    SELECT count(*) FROM academic_session
    WHERE kind = 'term' AND %s BETWEEN starts_on AND ends_on"""


class Demo:
    """The demo schools as they are stored, and what their seeding tells."""

    def __init__(self, owner: psycopg.Connection[Row], operator: Operator) -> None:
        self.owner, self.operator = owner, operator
        self.told: dict[str, Row] = {}

    def seed(self) -> None:
        result = self.operator("demo", "seed")
        assert result.exit_code == 0, result.output
        schools = json.loads(result.stdout.splitlines()[-1])["schools"]
        self.told = {school["slug"]: school for school in schools}

    def rows(self, slug: str, query: str, parameters: Any = None) -> list[Row]:
        with self.owner.transaction():
            self._enter(slug)
            return self.owner.execute(query, parameters).fetchall()

    def number(self, slug: str, query: str, *parameters: Any) -> int:
        return int(next(iter(self.rows(slug, query, parameters)[0].values())))

    def change(self, slug: str, statement: str, *parameters: Any) -> None:
        with self.owner.transaction():
            self._enter(slug)
            self.owner.execute(statement, parameters)

    def _enter(self, slug: str) -> UUID:
        [school] = self.owner.execute("SELECT id FROM school WHERE slug = %s", [slug]).fetchall()
        self.owner.execute("SELECT set_config('app.school_id', %s, true)", [str(school["id"])])
        return UUID(str(school["id"]))

    def leave(self) -> None:
        """Deleting tens of thousands of marks takes longer than all else: they are left behind."""
        for slug in ("riverside", "hillcrest", "grandview"):
            with self.owner.transaction():
                found = self.owner.execute("SELECT id FROM school WHERE slug = %s", [slug])
                if found.fetchall():
                    self.owner.execute(
                        "UPDATE school SET slug = 'left-' || md5(id::text), active = false"
                        " WHERE id = %s",
                        [self._enter(slug)],
                    )


@contextmanager
def demo_of(servers: Config, operator: Operator) -> Iterator[Demo]:
    """Schools of new ids, since those of one demo are always the same."""
    with owner_of(servers) as owner, pytest.MonkeyPatch.context() as patch:
        patch.setattr(seeding, "DEMO", uuid4())
        demo = Demo(owner, operator)
        yield demo
        demo.leave()


@contextmanager
def history_of(days: int) -> Iterator[None]:
    """Where nobody asks of it: its marks are most of what seeding takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attendance, "WEEKS_BACK", dict.fromkeys(Kind, days / 7))
        yield


@pytest.fixture
def demo(servers: Config, operator: Operator) -> Iterator[Demo]:
    """To be seeded as its test likes."""
    with history_of(days=1), demo_of(servers, operator) as demo:
        yield demo


@pytest.fixture(scope="module")
def stored(servers: Config, operators: Flask) -> Iterator[Demo]:
    """Seeded once for those who only look."""
    with demo_of(servers, typing_into(operators)) as demo:
        demo.seed()
        yield demo


def owner_of(servers: Config) -> psycopg.Connection[Row]:
    return psycopg.connect(servers.owner_database_url, autocommit=True, row_factory=dict_row)


@pytest.fixture(scope="module")
def seeded(servers: Config, operators: Flask) -> Iterator[Demo]:
    """Seeded once for those who seed again, whatever was seeded or changed before."""
    with history_of(days=0), demo_of(servers, typing_into(operators)) as demo:
        demo.seed()
        yield demo
