"""when a code was last used, without reading every mark"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_student_attendance_by_code", "student_attendance", ["school_id", "code", "date"]
    )


def downgrade() -> None:
    op.drop_index("ix_student_attendance_by_code", table_name="student_attendance")
