from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text

from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.models import AuditEntry
from school_erp.attendance.vocabulary import Mode
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from school_erp.jobs.running import run_job
from tests.world import World


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
