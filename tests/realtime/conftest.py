from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.vocabulary import Mode
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from tests.world import World


@pytest.fixture
def founded(app: Flask, world: World) -> World:
    """The world, marking by the day with the four simple codes."""
    with app.app_context(), acting_for(world.school_id), unit_of_work():
        found_attendance(world.school_id, Mode.DAILY, "simple", dt.date(2020, 1, 1))
    return world
