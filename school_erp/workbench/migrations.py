"""Is the database at the program's version? Asked without starting the program, which is slow."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg

REVISION = re.compile(r"^revision(?:: str)? = ['\"](\w+)['\"]", re.MULTILINE)
BEFORE = re.compile(r"^down_revision(?::[^=]+)? = (.+)$", re.MULTILINE)


def needs_migrating(url: str, versions: Path) -> bool:
    with psycopg.connect(url) as connection:
        known = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
        if known == (None,):
            return True
        try:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        except psycopg.errors.InsufficientPrivilege:
            return True
    return {row[0] for row in rows} != newest(versions)


def newest(versions: Path) -> set[str]:
    """The revisions that no other one builds on."""
    texts = [path.read_text() for path in versions.glob("*.py")]
    known = {revision for text in texts for revision in REVISION.findall(text)}
    built_on = {
        name for text in texts for line in BEFORE.findall(text) for name in re.findall(r"\w+", line)
    }
    return known - built_on
