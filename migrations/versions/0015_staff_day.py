"""when the staff's day begins, and the audit of staff by person"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attendance_settings", sa.Column("staff_day_starts_at", sa.Time()))
    op.create_index(
        "ix_audit_by_person",
        "attendance_audit_log",
        ["school_id", "person_id", "date"],
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_audit_by_person", "attendance_audit_log")
    op.drop_column("attendance_settings", "staff_day_starts_at")
