"""a message that is in no hold, and that no provider knows yet, is in no index for those"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_message_by_hold": (["school_id", "hold_id"], "hold_id IS NOT NULL"),
    "ix_message_by_provider_id": (["provider_id"], "provider_id IS NOT NULL"),
}


def upgrade() -> None:
    for name, (columns, where) in INDEXES.items():
        op.drop_index(name, "message")
        op.create_index(name, "message", columns, postgresql_where=sa.text(where))


def downgrade() -> None:
    for name, (columns, _where) in INDEXES.items():
        op.drop_index(name, "message")
        op.create_index(name, "message", columns)
