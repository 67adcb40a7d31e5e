from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from school_erp.attendance import jobs
from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.events import REGISTERS_DUE
from school_erp.attendance.vocabulary import Mode
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from school_erp.realtime.replay import payloads_told
from school_erp.realtime.rooms import STAFF
from school_erp.schools.rounds import Stop, visit_each_school
from tests.world import TIMEZONE, Caller, World

pytestmark = pytest.mark.usefixtures("alone")

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


def test_the_staff_hear_once_that_registers_are_due_and_once_that_some_are_overdue(
    app: Flask, founded: World, due_at: Callable[[str], None], as_: Callable[..., Caller]
) -> None:
    def told() -> list[tuple[Any, ...]]:
        with app.app_context(), acting_for(founded.school_id):
            payloads = payloads_told(STAFF.of(founded.school_id), REGISTERS_DUE)
            day = founded.today.isoformat()
            assert all(REGISTERS_DUE.payload().validate(each) == {} for each in payloads)
            assert {each["date"] for each in payloads} <= {day}
            return [(each["slot"], each["standing"], each["registers"]) for each in payloads]

    def at(hour: int, minute: int) -> time_machine.travel:
        moment = dt.datetime.combine(founded.today, dt.time(hour, minute), ZoneInfo(TIMEZONE))
        return time_machine.travel(moment, tick=False)

    with at(8, 50):
        due_at("09:00")
        upkeep(app, jobs.open_registers_due)
        assert told() == []
    with at(9, 1):
        for _ in range(2):
            upkeep(app, jobs.open_registers_due)
        assert told() == [(1, "due", 2)]
        mark = f"/api/v1/school/attendance/marks/{founded.pia}/{founded.today}/1"
        assert as_("tom").patch(mark, json={"status": "PRESENT"}).status_code == 200
    with at(9, 16):
        for _ in range(2):
            upkeep(app, jobs.open_registers_due)
        assert told() == [(1, "due", 2), (1, "overdue", 1)]


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
