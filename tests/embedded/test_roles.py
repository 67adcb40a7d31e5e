from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from school_erp.embedded import servers
from school_erp.embedded.identity import Identity, identity_of
from tests.embedded.places import place_for_servers

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def identity() -> Iterator[Identity]:
    with place_for_servers() as place:
        servers.ensure(place / "var", throwaway=True)
        identity = identity_of(place / "var")
        _make_a_protected_table(identity)
        yield identity
        servers.release(place / "var")


def _make_a_protected_table(identity: Identity) -> None:
    with psycopg.connect(identity.owner_database_url) as connection:
        connection.execute("CREATE TABLE pupil (id bigserial, school int, name text)")
        connection.execute("ALTER TABLE pupil ENABLE ROW LEVEL SECURITY")
        connection.execute("ALTER TABLE pupil FORCE ROW LEVEL SECURITY")
        connection.execute("CREATE POLICY none ON pupil USING (school = 1) WITH CHECK (school = 1)")


def test_the_running_program_can_work_with_tables_that_the_owner_makes(identity: Identity) -> None:
    with psycopg.connect(identity.database_url) as connection:
        connection.execute("INSERT INTO pupil (school, name) VALUES (1, 'Amina')")
        connection.execute("UPDATE pupil SET name = 'Amina B.'")
        assert connection.execute("SELECT name FROM pupil").fetchone() == ("Amina B.",)
        connection.execute("DELETE FROM pupil")


@pytest.mark.parametrize("role", ["database_url", "owner_database_url"])
def test_no_role_of_ours_gets_around_row_level_security(identity: Identity, role: str) -> None:
    with psycopg.connect(getattr(identity, role), autocommit=True) as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolreplication FROM pg_roles "
            "WHERE rolname = current_user"
        ).fetchone()
        assert rights == (False, False, False, False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO pupil (school, name) VALUES (2, 'Bo')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SET row_security = off; SELECT * FROM pupil")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE pupil DISABLE ROW LEVEL SECURITY",
        "DROP TABLE pupil",
        "TRUNCATE pupil",
        "CREATE DATABASE mine",
        "SET ROLE school_erp_owner",
        "COPY pupil TO PROGRAM 'cat'",
    ],
)
def test_the_running_program_may_not(identity: Identity, statement: str) -> None:
    with (
        psycopg.connect(identity.database_url, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_preparing_again_changes_nothing_and_takes_back_what_was_granted(
    identity: Identity,
) -> None:
    with psycopg.connect(identity.superuser_url, autocommit=True) as connection:
        connection.execute("ALTER ROLE school_erp_app BYPASSRLS CREATEDB")
    servers.prepare(identity)
    with psycopg.connect(identity.database_url) as connection:
        rights = connection.execute(
            "SELECT rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert rights == (False, False)


def test_names_sort_the_same_on_every_machine(identity: Identity) -> None:
    with psycopg.connect(identity.database_url) as connection:
        found = connection.execute(
            "SELECT datlocprovider, datlocale, upper('ångström') FROM pg_database "
            "WHERE datname = current_database()"
        ).fetchone()
    assert found == ("b", "C.UTF-8", "ÅNGSTRÖM")
