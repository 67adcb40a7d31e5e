"""A migrated database for one measurement, gone afterwards."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
from flask_migrate import upgrade
from psycopg import sql
from sqlalchemy import make_url

from config import Config
from school_erp.cli import operators_app
from school_erp.core.ids import new_id
from school_erp.extensions import db


@contextmanager
def own_database(given: Config) -> Iterator[Config]:
    name = f"bench_{new_id().hex[-8:]}"
    with psycopg.connect(given.owner_database_url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        config = replace(
            given,
            database_url=on(given.database_url, name),
            owner_database_url=on(given.owner_database_url, name),
        )
        migrate(config)
        yield config
    finally:
        # anew, for a measurement may have killed the server meanwhile
        with psycopg.connect(given.owner_database_url, autocommit=True) as owner:
            drop(owner, name)


def drop(owner: psycopg.Connection[Any], name: str) -> None:
    """As soon as the connections of the web process are gone, which takes it a moment."""
    statement = sql.SQL("DROP DATABASE {}").format(sql.Identifier(name))
    until = time.monotonic() + 20
    while True:
        try:
            owner.execute(statement)
        except psycopg.errors.ObjectInUse:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def on(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def migrate(config: Config) -> None:
    with operators_app(config).app_context():
        upgrade()
        db.engine.dispose()
