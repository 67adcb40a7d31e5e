"""Is the database at the program's version? Asked without starting the program, which is slow."""

from __future__ import annotations

import psycopg

from school_erp.revisions import newest_revisions


def needs_migrating(url: str) -> bool:
    with psycopg.connect(url) as connection:
        known = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
        if known == (None,):
            return True
        try:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        except psycopg.errors.InsufficientPrivilege:
            return True
    return {row[0] for row in rows} != newest_revisions()
