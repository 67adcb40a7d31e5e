"""Two plain roles: one owns the tables and migrates, one runs the program and owns nothing."""

from __future__ import annotations

import psycopg
from psycopg import sql

from school_erp.embedded.identity import DATABASE, OWNER, RUNTIME, Identity

# what an operator of a PostgreSQL elsewhere runs too: docs/operations.md quotes it
IN_THE_DATABASE = f"""
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
GRANT CONNECT ON DATABASE {DATABASE} TO {RUNTIME};
GRANT USAGE ON SCHEMA public TO {RUNTIME};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {RUNTIME};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public
    GRANT USAGE ON SEQUENCES TO {RUNTIME};
"""


def make_roles(identity: Identity, *, may_create_databases: bool) -> None:
    """May be repeated: afterwards roles, passwords, database and rights are as they should be."""
    with psycopg.connect(identity.superuser_url, autocommit=True) as connection:
        _make_role(
            connection, OWNER, identity.owner_password, create_databases=may_create_databases
        )
        _make_role(connection, RUNTIME, identity.runtime_password, create_databases=False)
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            statement = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
    with psycopg.connect(identity.superuser_url, dbname=DATABASE) as connection:
        connection.execute(IN_THE_DATABASE)


def _make_role(
    connection: psycopg.Connection, role: str, password: str, *, create_databases: bool
) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    statement = sql.SQL(
        "{verb} ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION {databases} "
        "PASSWORD {password}"
    ).format(
        verb=sql.SQL("ALTER" if known else "CREATE"),
        role=sql.Identifier(role),
        databases=sql.SQL("CREATEDB" if create_databases else "NOCREATEDB"),
        password=sql.Literal(password),
    )
    connection.execute(statement)
