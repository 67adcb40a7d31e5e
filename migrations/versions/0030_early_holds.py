"""holds are there before anything would leave, and end by themselves where marks are put right"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

DECISION = "ck_message_hold_decision"


def upgrade() -> None:
    op.add_column("message_hold", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f(DECISION), "message_hold")
    op.create_check_constraint(
        op.f(DECISION), "message_hold", "decision IN ('released', 'dropped', 'lifted')"
    )


def downgrade() -> None:
    # the policies hold for the owner too, so no row could be found here to be changed
    op.drop_constraint(op.f(DECISION), "message_hold")
    op.create_check_constraint(
        op.f(DECISION),
        "message_hold",
        "decision IN ('released', 'dropped')",
        postgresql_not_valid=True,
    )
    op.drop_column("message_hold", "due_at")
