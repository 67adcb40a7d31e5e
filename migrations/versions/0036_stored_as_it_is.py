"""what is mostly ids is stored as it is: it hardly gets shorter, and trying takes most of the time"""

from __future__ import annotations

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_IDS = (("job", "payload"), ("job_chunk", "records"), ("realtime_event", "payload"))


def upgrade() -> None:
    _store("EXTERNAL")


def downgrade() -> None:
    _store("EXTENDED")


def _store(how: str) -> None:
    for table, column in _IDS:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE {how}")
