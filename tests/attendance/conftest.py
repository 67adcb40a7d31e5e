from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import select, text

from config import Config
from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.models import AuditEntry
from school_erp.attendance.vocabulary import Mode
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from school_erp.jobs.running import run_job
from tests.world import Caller, World


@pytest.fixture
def founded(app: Flask, world: World) -> World:
    """The world, marking by the day with the four simple codes."""
    with app.app_context(), acting_for(world.school_id), unit_of_work():
        found_attendance(world.school_id, Mode.DAILY, "simple", dt.date(2020, 1, 1))
    return world


@pytest.fixture
def school(founded: World, inside: World) -> World:
    """The same, inside the application; not for tests that speak HTTP."""
    assert founded is inside
    return inside


@pytest.fixture
def count(app: Flask, founded: World) -> Callable[[str], int]:
    """How many rows of a table the school has."""

    def rows(table: str) -> int:
        with app.app_context(), acting_for(founded.school_id):
            return int(db.session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608

    return rows


@pytest.fixture
def work(app: Flask, founded: World) -> Callable[[str], None]:
    """What a worker does with a job."""

    def run(job_id: str) -> None:
        with app.app_context():
            run_job(founded.school_id, job_id)

    return run


@pytest.fixture
def audited(app: Flask, founded: World) -> Callable[[], list[AuditEntry]]:
    """What was noted, oldest first."""

    def entries() -> list[AuditEntry]:
        with app.app_context(), acting_for(founded.school_id):
            order = (AuditEntry.transaction, AuditEntry.at)
            return list(db.session.scalars(select(AuditEntry).order_by(*order)))

    return entries


@pytest.fixture
def owner(servers: Config, founded: World) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(servers.owner_database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT set_config('app.school_id', %s, false)", [str(founded.school_id)]
        )
        yield connection


@pytest.fixture
def change(owner: psycopg.Connection[Any]) -> Callable[..., None]:
    """`change("attendance_settings", backdate_days=0)`."""

    def update(table: str, **columns: Any) -> None:
        sets = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder()) for name in columns
        )
        owner.execute(
            sql.SQL("UPDATE {} SET {}").format(sql.Identifier(table), sets), list(columns.values())
        )

    return update


@pytest.fixture
def open_door(as_: Callable[..., Caller], founded: World) -> World:
    """A school whose staff check themselves in, and are never late."""
    changes = {"staff_check_in_themselves": True, "staff_day_starts_at": "23:59"}
    assert as_("ada").patch("/api/v1/school/attendance/settings", json=changes).status_code == 200
    return founded
