"""What happens while Redis is away is not lost: it is fetched when it is back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from flask import Flask

from config import Config
from school_erp.attendance.events import SETTINGS_CHANGED
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from school_erp.realtime.announcing import announce
from school_erp.realtime.rooms import INSTITUTION
from tests.jobs.conftest import (
    OwnValkey,
    valkey_of_ones_own,  # noqa: F401 - a fixture
    wait_for,
)
from tests.realtime.listening import connected
from tests.serving import forked_web
from tests.world import Caller, World

pytestmark = pytest.mark.processes


def test_after_an_outage_every_screen_is_told_to_catch_up_and_nothing_is_missing(
    servers: Config,
    founded: World,
    as_: Callable[..., Caller],
    another_app: Callable[..., Flask],
    valkey_of_ones_own: OwnValkey,  # noqa: F811
    tmp_path: Path,
) -> None:
    url, start, end = valkey_of_ones_own
    start()
    elsewhere = another_app(redis_url=url)
    room = f"institution:{founded.school_id}"

    def happens(name: str) -> None:
        with elsewhere.app_context(), acting_for(founded.school_id):
            with unit_of_work():
                announce(SETTINGS_CHANGED, [INSTITUTION.of(founded.school_id)], {"changed": [name]})
            db.session.remove()

    with (
        forked_web(replace(servers, redis_url=url), tmp_path / "log") as web,
        connected(web, as_("sam")) as ear,
    ):
        happens("before")
        assert ear.hear("SETTINGS_CHANGED")["seq"] == 1
        end()
        happens("meanwhile")
        happens("meanwhile too")
        assert ear.hear("cutOff", 5) == {}
        assert ear.ask("ping", {"rooms": {room: 1}})["heads"] == {room: 3}
        assert requests.get(f"{web.url}/health/ready", timeout=10).json()["status"] == "degraded"
        start()
        assert ear.hear("catchUp", 5) == {}
        missed = ear.ask("subscribe", {"room": room, "after": 1})["events"]
        assert [event["payload"]["changed"] for event in missed] == [
            ["meanwhile"],
            ["meanwhile too"],
        ]
        wait_for(lambda: not elsewhere.extensions["event_queue"].is_cut_off, 5)
        happens("after")
        assert ear.hear("SETTINGS_CHANGED", 5)["seq"] == 4
