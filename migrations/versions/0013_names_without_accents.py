"""names in the order people look for them, accents or not"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

AS_STORED = "lower(family_name || ' ' || coalesce(preferred_name, given_name))"
# the database sorts by code point, where É comes after Z; so what is sorted by has no accents
WITHOUT_ACCENTS = (
    "lower(translate(regexp_replace(normalize(family_name || ' ' || "
    r"coalesce(preferred_name, given_name), NFKD), '[\u0300-\u036f]', '', 'g'), "
    "'ŁłØøĐđ', 'LlOoDd'))"
)


def upgrade() -> None:
    _sort_by(WITHOUT_ACCENTS)


def downgrade() -> None:
    _sort_by(AS_STORED)


def _sort_by(expression: str) -> None:
    """A stored generated column cannot be changed in PostgreSQL 15 and 16, only made anew."""
    op.execute("DROP INDEX ix_person_by_name")
    op.execute("ALTER TABLE person DROP COLUMN sort_name")
    op.execute(
        "ALTER TABLE person ADD COLUMN sort_name varchar NOT NULL "
        f"GENERATED ALWAYS AS ({expression}) STORED"
    )
    op.execute("CREATE INDEX ix_person_by_name ON person (school_id, sort_name, id)")
