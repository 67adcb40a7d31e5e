from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text

from config import Config
from school_erp.core.ids import new_id
from school_erp.core.settings import for_sqlalchemy
from school_erp.core.tenancy import (
    NoSchoolChosen,
    UnsafeDatabaseRole,
    acting_for,
    current_school_id,
    refuse_unsafe_role,
)
from school_erp.embedded import servers as embedded
from school_erp.embedded.identity import Identity, identity_of
from school_erp.extensions import db
from school_erp.people.models import Person
from tests.core.conftest import Start
from tests.embedded.places import place_for_servers
from tests.world import Caller, World, found_world

REQUESTS, SCHOOLS, POOL, THREADS = 1_000, 20, 5, 16


def may_serve(url: str) -> bool:
    """Raises what a process that starts would end with."""
    engine = create_engine(for_sqlalchemy(url))
    try:
        with engine.connect() as connection:
            refuse_unsafe_role(connection)
            return True
    finally:
        engine.dispose()


def test_the_plain_role_may_serve(servers: Config) -> None:
    assert may_serve(servers.database_url)


def test_the_owner_of_the_tables_may_not(servers: Config) -> None:
    with pytest.raises(UnsafeDatabaseRole, match="owns tables"):
        may_serve(servers.owner_database_url)


@pytest.fixture(scope="module")
def identity() -> Iterator[Identity]:
    """A PostgreSQL of our own, for only its superuser can make unsafe roles."""
    with place_for_servers() as place:
        var_dir = place / "var"
        embedded.ensure(var_dir, ["postgres"], throwaway=True)
        found = identity_of(var_dir)
        with psycopg.connect(found.owner_database_url) as owner:
            owner.execute("CREATE TABLE pupil (id int)")
        with psycopg.connect(found.superuser_url) as superuser:
            superuser.execute("CREATE ROLE all_seeing BYPASSRLS")
        yield found
        embedded.release(var_dir)


@pytest.mark.processes
@pytest.mark.parametrize(
    ("made", "fault"),
    [
        ("SUPERUSER", "is a superuser"),
        ("BYPASSRLS", "may bypass row-level security"),
        ("IN ROLE school_erp_owner", "is a member of the role that does"),
        ("IN ROLE all_seeing", "may become a role that gets around row-level security"),
        ("NOINHERIT IN ROLE all_seeing", "may become a role"),
    ],
)
def test_a_role_that_could_see_every_school_may_not(
    identity: Identity, made: str, fault: str
) -> None:
    with psycopg.connect(identity.superuser_url, autocommit=True) as superuser:
        role = f"unsafe_{new_id().hex}"
        superuser.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'x' {made}")  # type: ignore[arg-type]
        superuser.execute(f"GRANT CONNECT ON DATABASE school_erp TO {role}")
    address = identity.superuser_url.partition("@")[2]
    with pytest.raises(UnsafeDatabaseRole, match=fault) as refusal:
        may_serve(f"postgresql://{role}:x@{address.rpartition('/')[0]}/school_erp")
    assert "\n" not in str(refusal.value)


def test_work_for_no_school_is_refused_by_name() -> None:
    with pytest.raises(NoSchoolChosen):
        current_school_id()


def test_a_school_chosen_within_a_transaction_counts_at_once(
    app: Flask, world: World, elsewhere: World
) -> None:
    def schools() -> set[object]:
        return set(db.session.scalars(select(Person.school_id)))

    with app.app_context(), acting_for(world.school_id):
        assert schools() == {world.school_id}
        with acting_for(elsewhere.school_id, db.session()):
            assert schools() == {elsewhere.school_id}
        assert schools() == {world.school_id}
        with acting_for(None, db.session()):
            assert schools() == set()
        db.session.rollback()


def test_a_savepoint_rolled_back_keeps_the_school(app: Flask, world: World) -> None:
    with app.app_context(), acting_for(world.school_id):
        with pytest.raises(ZeroDivisionError), db.session.begin_nested():
            raise ZeroDivisionError
        setting = db.session.scalar(text("SELECT current_setting('app.school_id')"))
        db.session.rollback()
    assert setting == str(world.school_id)


def test_a_thousand_requests_of_twenty_schools_over_five_connections_never_meet(
    servers: Config, start: Start
) -> None:
    small_pool = start(replace(servers, database_pool=POOL, database_overflow=0))
    callers = [Caller(small_pool, found_world(servers), "tom") for _ in range(SCHOOLS)]

    def ask(number: int) -> str:
        """Names no school, so only the policy stands between it and the others' rows."""
        caller = callers[number % SCHOOLS]
        client = small_pool.test_client()
        answer = client.get("/api/try/people", headers=caller.headers)
        if answer.status_code != 200:
            return f"error {answer.status_code}"
        seen = set(answer.get_json())
        return "" if seen == {str(caller.world.school_id)} else f"leak {seen}"

    with ThreadPoolExecutor(THREADS) as threads:
        faults = [fault for fault in threads.map(ask, range(REQUESTS)) if fault]
    assert faults == []


def test_the_school_of_one_request_is_gone_in_the_next(
    tryouts: Flask, as_: Callable[..., Caller]
) -> None:
    as_("tom").get("/api/v1/auth/me")
    with pytest.raises(NoSchoolChosen):
        current_school_id()
