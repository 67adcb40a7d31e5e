"""Real servers: those the environment names, or our own.

Every test founds schools of its own and commits for real; schools never meet, so neither do tests.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest
from filelock import FileLock
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from psycopg import sql
from redis import Redis
from sqlalchemy import event, make_url

import school_erp
from config import Config
from school_erp.cli import operators_app
from school_erp.core.tenancy import acting_for
from school_erp.embedded.servers import complete
from school_erp.extensions import db
from tests.browsing import complaints, nothing_complains, open_as  # noqa: F401 - fixtures
from tests.serving import Web, forked_web
from tests.templates import keep_compiled_templates
from tests.world import Caller, Visitor, World, found_world

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# the same engine without windows: a page opens in a quarter of the time
WITHOUT_WINDOWS = ("chromium-headless-shell", *BROWSERS)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# how long one example takes says nothing of right and wrong, only of what else the machine does
settings.register_profile("house", deadline=None)
settings.load_profile("house")
keep_compiled_templates()
# several runs on one server keep apart by their prefix
TEMPLATE = f"{os.environ.get('TEST_PREFIX', 'school_erp')}_tests"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for processes comes first: one worker sees to it while others use the cores.

    Left to the end, all of them would wait at once.
    """
    items.sort(key=lambda item: item.get_closest_marker("processes") is None)


def pytest_collection_finish() -> None:
    """What is loaded by now stays; looking through it for garbage is a twentieth of all time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Config:
    """The addresses, with databases of this test worker's own: copies of one migrated template."""
    given = replace(complete(Config.from_environment()), async_mode="threading", testing=True)
    number = 0 if worker_id == "master" else int(worker_id.removeprefix("gw")) + 1
    _make_template_once(given, tmp_path_factory.getbasetemp(), worker_id)
    name = f"{TEMPLATE}_{number}"
    _clone_template(given, name)
    redis_url = given.redis_url.rpartition("/")[0] + f"/{number + 1}"
    with Redis.from_url(redis_url) as own:
        own.flushdb()
    return replace(_on_database(given, name), redis_url=redis_url)


@contextmanager
def database_of_ones_own(servers: Config) -> Iterator[Config]:
    """Where each school is visited, in which those of a thousand tests before are none."""
    name = f"{make_url(servers.database_url).database}_own"
    _clone_template(servers, name)
    yield _on_database(servers, name)
    with _as_owner(servers) as owner:
        _drop(owner, name)


def _clone_template(given: Config, name: str) -> None:
    with _as_owner(given) as owner:
        _drop(owner, name)
        owner.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, TEMPLATE)))
        )


def _make_template_once(given: Config, base: Path, worker_id: str) -> None:
    shared = base if worker_id == "master" else base.parent
    with FileLock(shared / "template.lock"):
        done = shared / "template.done"
        if done.exists():
            return
        with _as_owner(given) as owner:
            _drop(owner, TEMPLATE)
            owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
        template = _on_database(given, TEMPLATE)
        migrate(template)
        done.touch()


def migrate(config: Config) -> None:
    app = operators_app(config)
    with app.app_context():
        upgrade()
        db.engine.dispose()


def _as_owner(given: Config) -> psycopg.Connection[Any]:
    return psycopg.connect(given.owner_database_url, autocommit=True)


def _drop(owner: psycopg.Connection[Any], name: str) -> None:
    owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _on_database(given: Config, name: str) -> Config:
    def on(url: str) -> str:
        return make_url(url).set(database=name).render_as_string(hide_password=False)

    return replace(
        given,
        database_url=on(given.database_url),
        owner_database_url=on(given.owner_database_url),
    )


@pytest.fixture(scope="session")
def app(servers: Config) -> Iterator[Flask]:
    app = school_erp.create_app(servers)
    yield app
    close(app)


def close(app: Flask) -> None:
    """Connections left open at the end are warned of, and warnings are errors."""
    with app.app_context():
        db.engine.dispose()
    app.extensions["redis"].close()
    app.extensions["event_queue"].close()


@pytest.fixture(scope="session")
def web(servers: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A real web process in eventlet mode, for sockets and browsers."""
    with forked_web(servers, tmp_path_factory.mktemp("web") / "log") as running:
        yield running


@pytest.fixture
def another_app(servers: Config) -> Iterator[Callable[..., Flask]]:
    """`another_app(public_url=…)`: what a second process would be, configured otherwise."""
    with other_apps(servers) as create:
        yield create


@contextmanager
def other_apps(servers: Config) -> Iterator[Callable[..., Flask]]:
    """For a fixture that a whole file shares: making one takes half a second."""
    made: list[Flask] = []

    def create(**otherwise: Any) -> Flask:
        made.append(school_erp.create_app(replace(servers, **otherwise)))
        return made[-1]

    yield create
    for app in made:
        app.extensions["remembered"].stop()
        close(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def redis(servers: Config) -> Iterator[Redis]:
    with Redis.from_url(servers.redis_url) as connection:
        yield connection


@pytest.fixture(scope="session")
def founding(servers: Config) -> Iterator[psycopg.Connection[Any]]:
    """The line on which every test's school is founded."""
    with psycopg.connect(servers.owner_database_url, autocommit=True) as line:
        yield line


@pytest.fixture
def world(servers: Config, founding: psycopg.Connection[Any]) -> World:
    """A small school with named people; see tests/world.py."""
    return found_world(servers, founding)


@pytest.fixture
def elsewhere(servers: Config, founding: psycopg.Connection[Any]) -> World:
    """Another school, whose people and things `world` must never meet."""
    return found_world(servers, founding)


@pytest.fixture
def alone(servers: Config, world: World, request: pytest.FixtureRequest) -> Iterator[None]:
    """Rounds visit the test's own schools alone, not those of a thousand tests before."""
    own = [world.school_id]
    if "elsewhere" in request.fixturenames:
        own.append(request.getfixturevalue("elsewhere").school_id)
    closing = "UPDATE school SET active = false WHERE active AND id <> ALL(%s) RETURNING id"
    with psycopg.connect(servers.owner_database_url) as owner:
        closed = _change_schools(owner, closing, own)
    yield
    opening = "UPDATE school SET active = true WHERE id = ANY(%s) RETURNING id"
    with psycopg.connect(servers.owner_database_url) as owner:
        _change_schools(owner, opening, closed)


def _change_schools(
    owner: psycopg.Connection[Any], change: LiteralString, schools: list[UUID]
) -> list[UUID]:
    """Of other schools too, and without telling every process of each."""
    owner.execute("SET LOCAL lock_timeout = '10s'")
    owner.execute("ALTER TABLE school NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER announce")
    changed = [school_id for (school_id,) in owner.execute(change, [schools])]
    owner.execute("ALTER TABLE school FORCE ROW LEVEL SECURITY, ENABLE TRIGGER announce")
    return changed


@pytest.fixture
def as_(app: Flask, world: World) -> Callable[..., Caller]:
    """`as_("olive").get("/api/v1/people")`: an HTTP client signed in as somebody of the world."""

    def sign_in(who: str, school: World = world) -> Caller:
        return Caller(app, school, who)

    return sign_in


@pytest.fixture
def visiting(app: Flask, world: World) -> Callable[..., Visitor]:
    """`visiting("ada").get("/accounts")`: a browser with somebody of the world signed in."""

    def sign_in(who: str, school: World = world) -> Visitor:
        return Visitor(app, school, who)

    return sign_in


@pytest.fixture
def inside(app: Flask, world: World) -> Iterator[World]:
    """Inside the application, working for the world's school, for tests of actions and queries."""
    with app.app_context(), acting_for(world.school_id):
        yield world
        db.session.rollback()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, WITHOUT_WINDOWS)), None)
    if program is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """Every SQL statement sent while the test runs; `del statements[:]` starts counting anew."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)
