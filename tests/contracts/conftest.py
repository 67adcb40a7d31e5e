from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask

from config import Config
from tests.conftest import other_apps
from tests.contracts.houses import House
from tests.serving import listening

Build = Callable[[], House]


@pytest.fixture(scope="session")
def app(servers: Config) -> Iterator[Flask]:
    """It keeps what it looked up, as a web process does: a third of what most answers cost."""
    with other_apps(servers) as another_app:
        app = another_app()
        with listening(app, servers, prove_every=1):
            yield app


@pytest.fixture(scope="session")
def build(app: Flask, servers: Config) -> Iterator[Build]:
    """Schools to change things in."""
    with psycopg.connect(servers.owner_database_url, autocommit=True) as owner:
        yield lambda: House(app, servers, owner)


@pytest.fixture(scope="session")
def house(build: Build) -> House:
    """A school for requests that change nothing."""
    return build()


@pytest.fixture(scope="session")
def next_door(build: Build) -> House:
    return build()
