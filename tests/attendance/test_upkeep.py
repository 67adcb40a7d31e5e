from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from school_erp.attendance import jobs
from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.vocabulary import Mode
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from school_erp.schools.rounds import Stop, visit_each_school
from tests.world import World

Count = Callable[[str], int]


def upkeep(app: Flask, task: Callable[[], object]) -> None:
    with app.app_context(), acting_for(None), unit_of_work():
        task()


@pytest.fixture
def due_at(app: Flask, founded: World) -> Callable[[str], None]:
    def set_morning(at: str) -> None:
        with app.app_context(), acting_for(founded.school_id), unit_of_work():
            db.session.execute(
                text("UPDATE attendance_settings SET morning_at = CAST(:at AS time)"), {"at": at}
            )

    return set_morning


def test_registers_become_rows_once_they_are_due_and_only_once(
    app: Flask, founded: World, count: Count, due_at: Callable[[str], None]
) -> None:
    due_at("23:59:59")
    upkeep(app, jobs.open_registers_due)
    assert count("register") == 0
    due_at("00:00")
    upkeep(app, jobs.open_registers_due)
    upkeep(app, jobs.open_registers_due)
    assert count("register") == 2


def test_a_closed_day_has_no_registers(
    app: Flask, founded: World, count: Count, due_at: Callable[[str], None]
) -> None:
    due_at("00:00")
    with app.app_context(), acting_for(founded.school_id), unit_of_work():
        db.session.execute(
            text(
                "INSERT INTO calendar_day (school_id, id, date, kind, note)"
                " VALUES (:school, gen_random_uuid(), :today, 'closure', 'Snow')"
            ),
            {"school": founded.school_id, "today": founded.today},
        )
    upkeep(app, jobs.open_registers_due)
    assert count("register") == 0


def test_a_school_that_has_chosen_nothing_yet_has_no_registers(
    app: Flask, world: World, elsewhere: World
) -> None:
    with app.app_context(), acting_for(elsewhere.school_id), unit_of_work():
        found_attendance(elsewhere.school_id, Mode.DAILY, "simple", dt.date(2020, 1, 1))
    upkeep(app, jobs.open_registers_due)
    with app.app_context(), acting_for(world.school_id):
        assert db.session.scalar(text("SELECT count(*) FROM register")) == 0


def test_trouble_in_one_school_does_not_keep_the_others_from_their_turn(
    app: Flask, world: World, elsewhere: World
) -> None:
    visited = []

    def visit(stop: Stop) -> None:
        visited.append(stop.school_id)
        if stop.school_id == world.school_id:
            raise ZeroDivisionError

    upkeep(app, lambda: visit_each_school(visit))
    assert {world.school_id, elsewhere.school_id} <= set(visited)
