"""what was announced, and how far each room has come"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from school_erp.core.tenancy import protect

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("realtime_room", "realtime_event")


def upgrade() -> None:
    op.create_table(
        "realtime_room",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.id"],
            name="fk_realtime_room_school_id_school",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("school_id", "room", name="pk_realtime_room"),
    )
    op.create_table(
        "realtime_event",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.id"],
            name="fk_realtime_event_school_id_school",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("school_id", "room", "seq", name="pk_realtime_event"),
    )
    op.create_index("ix_realtime_event_by_time", "realtime_event", ["school_id", "at"])
    # a room's row changes with every event, so its page keeps room for the next version
    op.execute("ALTER TABLE realtime_room SET (fillfactor = 50)")
    for table in TABLES:
        for statement in protect(table):
            op.execute(statement)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
