from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

import school_erp
from config import Config
from tests.conftest import close
from tests.core.tryouts import add_tryouts
from tests.world import Caller, World

Start = Callable[[Config], Flask]


@pytest.fixture(scope="session")
def start() -> Iterator[Start]:
    """Applications of other settings, with routes that go wrong in every way there is."""
    started: list[Flask] = []

    def begin(config: Config) -> Flask:
        app = school_erp.create_app(config)
        add_tryouts(app)
        started.append(app)
        return app

    yield begin
    for app in started:
        close(app)


@pytest.fixture(scope="session")
def tryouts(servers: Config, start: Start) -> Flask:
    return start(servers)


@pytest.fixture
def trying(tryouts: Flask, world: World) -> Callable[[str], Caller]:
    return lambda who: Caller(tryouts, world, who)
