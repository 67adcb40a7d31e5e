from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.attendance.conftest import audited, change, count, founded, owner, work
from tests.messages.office import School
from tests.messages.posting import deliver, messages, person, post, sending
from tests.world import Caller, World

__all__ = ["audited", "change", "count", "founded", "owner", "work"]
__all__ += ["deliver", "messages", "person", "post", "sending"]


@pytest.fixture
def clock(founded: World) -> Iterator[time_machine.Coordinates]:
    noon = dt.datetime.combine(founded.today, dt.time(12), dt.UTC)
    with time_machine.travel(noon) as moving:
        yield moving


@pytest.fixture
def office(
    app: Flask,
    founded: World,
    owner: Any,
    as_: Callable[..., Caller],
    clock: time_machine.Coordinates,
) -> School:
    return School(app, founded, owner, as_, clock)
