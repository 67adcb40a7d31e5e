"""A web process that takes any number of sockets, and a school in which something happens."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from config import ROOT, Config
from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.events import SETTINGS_CHANGED
from school_erp.attendance.vocabulary import Mode
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from school_erp.realtime.announcing import announce
from school_erp.realtime.rooms import INSTITUTION
from tests.serving import environment_of, wait_for
from tests.world import Caller, World, found_world

MANY = {"SOCKETS_PER_PERSON": "100000", "SOCKETS_PER_ADDRESS": "100000", "LOG_LEVEL": "ERROR"}


@contextmanager
def serving(config: Config, port: int, log: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    process = start(config, port, log)
    try:
        yield port, process
    finally:
        process.kill()
        process.wait()


def start(config: Config, port: int, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as lines:
        process = subprocess.Popen(
            [sys.executable, "wsgi.py", "--port", str(port)],
            cwd=ROOT,
            env=environment_of(config, **MANY),
            stdout=lines,
            stderr=lines,
        )
    wait_for(f"http://127.0.0.1:{port}/health/live", process, log, 60)
    return process


def school_of(app: Flask, config: Config) -> World:
    world = found_world(config)
    with app.app_context(), acting_for(world.school_id), unit_of_work():
        found_attendance(world.school_id, Mode.DAILY, "simple", world.today)
    return world


def token(app: Flask, world: World, who: str = "ada") -> str:
    return str(Caller(app, world, who).tokens["access_token"])


def happen(app: Flask, world: World) -> None:
    with app.app_context(), acting_for(world.school_id):
        with unit_of_work():
            announce(SETTINGS_CHANGED, [INSTITUTION.of(world.school_id)], {"changed": ["bench"]})
        db.session.remove()
