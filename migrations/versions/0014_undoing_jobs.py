"""a job is undone once"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_job_undoes",
        "job",
        ["school_id", "undoes"],
        unique=True,
        postgresql_where=sa.text("undoes IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_job_undoes", table_name="job")
