"""Every table of a school's is under its policy, also where the program forgets to say which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from psycopg import sql
from psycopg.rows import dict_row
from sqlalchemy import Table, create_engine

from config import Config
from school_erp.core.rights import EVERYTHING, EXCEPTIONS
from school_erp.core.settings import for_sqlalchemy
from school_erp.extensions import db
from tests.world import World

# kept for the whole installation, and nothing in it is a school's
WITHOUT_SCHOOL = {"alembic_version"}
# the tenants themselves: found by their slug before anybody has signed in
TENANT = "school"

CONDITION = "(school_id = (NULLIF(current_setting('app.school_id'::text, true), ''::text))::uuid)"

Connection = psycopg.Connection[dict[str, Any]]


def models() -> list[Table]:
    return [table for table in db.metadata.sorted_tables if table.name != TENANT]


every_table = pytest.mark.parametrize("table", [table.name for table in models()])


@pytest.fixture
def owner(servers: Config) -> Iterator[Connection]:
    with psycopg.connect(servers.owner_database_url, row_factory=dict_row) as connection:
        yield connection


@pytest.fixture
def runtime(servers: Config) -> Iterator[Connection]:
    with psycopg.connect(servers.database_url, autocommit=True, row_factory=dict_row) as connection:
        yield connection


def choose(connection: Connection, world: World | None) -> None:
    school = str(world.school_id) if world else ""
    connection.execute("SELECT set_config('app.school_id', %s, false)", [school])


def tables_in(connection: Connection) -> set[str]:
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {row["tablename"] for row in rows}


def test_each_table_has_a_model_and_each_of_a_school_names_it(owner: Connection) -> None:
    assert tables_in(owner) == {table.name for table in models()} | WITHOUT_SCHOOL | {TENANT}
    assert [table.name for table in models() if "school_id" not in table.c] == []


def test_models_and_migrations_agree(servers: Config, app: Flask) -> None:
    engine = create_engine(for_sqlalchemy(servers.owner_database_url))
    with app.app_context(), engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, db.metadata)
    engine.dispose()
    assert differences == []


@every_table
def test_a_table_is_under_the_policy_of_its_school(owner: Connection, table: str) -> None:
    row = owner.execute(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass",
        [f"public.{table}"],
    ).fetchone()
    assert row == {"relrowsecurity": True, "relforcerowsecurity": True}
    policies = owner.execute(
        "SELECT policyname, cmd, permissive, roles, qual, with_check FROM pg_policies "
        "WHERE schemaname = 'public' AND tablename = %s",
        [table],
    ).fetchall()
    assert policies == [
        {
            "policyname": "tenant",
            "cmd": "ALL",
            "permissive": "PERMISSIVE",
            "roles": ["public"],
            "qual": CONDITION,
            "with_check": CONDITION,
        }
    ]


@every_table
def test_the_school_leads_every_key(owner: Connection, table: str) -> None:
    """Primary, unique and foreign keys: rows of two schools can neither meet nor collide."""
    keys = owner.execute(
        """
        SELECT conname, contype, confrelid::regclass::text AS points_to,
               (SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1])
                   AS first,
               (SELECT attname FROM pg_attribute WHERE attrelid = confrelid AND attnum = confkey[1])
                   AS first_there
        FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'f')
        """,
        [f"public.{table}"],
    ).fetchall()
    assert {key["contype"] for key in keys} >= {"p", "f"}
    for key in keys:
        assert key["first"] == "school_id", key
        if key["contype"] == "f":
            assert key["first_there"] == ("id" if key["points_to"] == TENANT else "school_id"), key
    unique_without = owner.execute(
        """
        SELECT indexrelid::regclass::text FROM pg_index
        JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
        WHERE indrelid = %s::regclass AND indisunique AND attname <> 'school_id'
        """,
        [f"public.{table}"],
    ).fetchall()
    assert unique_without == []


def test_the_running_program_owns_nothing_and_has_just_its_rights(
    owner: Connection, runtime: Connection
) -> None:
    me = runtime.execute("SELECT current_user AS me").fetchone()
    assert me is not None
    owned = owner.execute(
        "SELECT relname FROM pg_class WHERE relowner = %s::regrole", [me["me"]]
    ).fetchall()
    assert owned == []
    rows = owner.execute(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants "
        "WHERE table_schema = 'public' AND grantee = %s",
        [me["me"]],
    )
    granted: dict[str, set[str]] = {}
    for row in rows:
        granted.setdefault(row["table_name"], set()).add(row["privilege_type"])
    expected = {
        table: set(EXCEPTIONS.get(table, EVERYTHING).split(", ")) for table in tables_in(owner)
    }
    assert granted == expected


def test_no_function_of_the_owners_opens_more_than_ids_to_the_running_program(
    owner: Connection,
) -> None:
    """A function that runs with the owner's rights may tell which work is due, and no more."""
    rows = owner.execute(
        "SELECT proname, pg_get_function_result(p.oid) AS answer FROM pg_proc p "
        "JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public' AND prosecdef"
    ).fetchall()
    for row in rows:
        assert set(row["answer"].replace("TABLE(", "").rstrip(")").split()) <= {
            *("SETOF", "uuid", "uuid,", "school_id", "id", "TABLE", "integer", "void")
        }, row


@every_table
def test_a_query_that_forgets_the_school_sees_no_other(
    runtime: Connection, world: World, elsewhere: World, table: str
) -> None:
    choose(runtime, world)
    seen = runtime.execute(
        sql.SQL("SELECT DISTINCT school_id FROM {}").format(sql.Identifier(table))
    ).fetchall()
    assert [row for row in seen if row["school_id"] != world.school_id] == []


@every_table
def test_without_a_school_there_are_no_rows_and_no_error(
    runtime: Connection, world: World, table: str
) -> None:
    everything = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
    assert runtime.execute(everything).fetchall() == []
    choose(runtime, world)
    choose(runtime, None)
    assert runtime.execute(everything).fetchall() == []


@every_table
def test_no_row_moves_to_another_school_or_is_made_there(
    runtime: Connection, world: World, elsewhere: World, table: str
) -> None:
    choose(runtime, world)
    name = sql.Identifier(table)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        _copy_a_row_to(runtime, elsewhere, table)
    rights = EXCEPTIONS.get(table, EVERYTHING)
    for right, statement in (
        ("UPDATE", "UPDATE {} SET school_id = school_id WHERE school_id = %s"),
        ("DELETE", "DELETE FROM {} WHERE school_id = %s"),
    ):
        foreign = sql.SQL(statement).format(name), [elsewhere.school_id]
        if right in rights:
            assert runtime.execute(*foreign).rowcount == 0
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                runtime.execute(*foreign)
    own = sql.SQL("SELECT 1 FROM {} LIMIT 1").format(name)
    if runtime.execute(own).fetchone():
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            runtime.execute(
                sql.SQL("UPDATE {} SET school_id = %s").format(name), [elsewhere.school_id]
            )


def _copy_a_row_to(connection: Connection, other: World, table: str) -> None:
    """A row in the other school's name: the policy must refuse before any other constraint."""
    columns = [
        column
        for column in db.metadata.tables[table].columns
        if not column.nullable and column.server_default is None and column.computed is None
    ]
    values = {column.name: _anything(column.type.python_type) for column in columns}
    values["school_id"] = other.school_id
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(sql.Placeholder() * len(values)),
        ),
        list(values.values()),
    )


def _anything(kind: type[Any]) -> Any:
    samples = {
        "str": "x",
        "int": 1,
        "Decimal": 1,
        "bytes": b"",
        "list": ["x"],
        "bool": True,
        "object": psycopg.types.json.Jsonb({}),
        "dict": psycopg.types.json.Jsonb({}),
        "date": "2026-01-05",
        "datetime": "2026-01-05T09:00:00Z",
        "time": "09:00",
        "UUID": "00000000-0000-7000-8000-000000000000",
    }
    return samples[kind.__name__]


def test_a_school_is_found_by_anyone_and_changed_only_by_itself(
    runtime: Connection, world: World, elsewhere: World
) -> None:
    choose(runtime, world)
    rename = "UPDATE school SET name = 'Ours' WHERE id = %s"
    assert runtime.execute(rename, [elsewhere.school_id]).rowcount == 0
    assert runtime.execute(rename, [world.school_id]).rowcount == 1
    for statement in ("DELETE FROM school", "INSERT INTO school (id, slug, name) VALUES "):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            runtime.execute(
                statement if "DELETE" in statement else f"{statement} (gen_random_uuid(), 'a', 'a')"
            )
