"""who was told that a child was there after all is told where that was wrong"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

ONCE = ("school_id", "student_id", "date", "slot", "guardian_id", "channel", "kind")


def upgrade() -> None:
    op.add_column(
        "message", sa.Column("again", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.drop_constraint("uq_message_once", "message")
    op.create_unique_constraint("uq_message_once", "message", [*ONCE, "again"])


def downgrade() -> None:
    op.drop_constraint("uq_message_once", "message")
    op.create_unique_constraint("uq_message_once", "message", [*ONCE])
    op.drop_column("message", "again")
