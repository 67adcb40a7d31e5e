"""what people are told inside the application"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from school_erp.core.tenancy import protect

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notification",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.id"],
            name="fk_notification_school_id_school",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "person_id"],
            ["person.school_id", "person.id"],
            name="fk_notification_school_id_person_id_person",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("school_id", "id", name="pk_notification"),
    )
    op.create_index(
        "ix_notification_by_person", "notification", ["school_id", "person_id", "at", "id"]
    )
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["school_id", "person_id", "about"],
        unique=True,
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index("ix_notification_by_time", "notification", ["school_id", "at"])
    for statement in protect("notification"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("notification")
