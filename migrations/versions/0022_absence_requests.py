"""what families tell of absences, and what registers then expect"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from school_erp.core.tenancy import protect

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = ("announced_absence", "absence_request")


def upgrade() -> None:
    op.create_table(
        "announced_absence",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("announced_by", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        *_of_a_student("announced_absence"),
        sa.PrimaryKeyConstraint(
            *("school_id", "student_id", "date", "slot", "announced_by"),
            name="pk_announced_absence",
        ),
    )
    op.create_table(
        "absence_request",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "slots", postgresql.ARRAY(sa.SmallInteger()), server_default="{}", nullable=False
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("state", sa.String(), server_default="pending", nullable=False),
        sa.Column("through", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), server_default="", nullable=False),
        sa.Column("outcomes", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_absence_request_order")),
        sa.CheckConstraint(
            "reason IN ('illness', 'appointment', 'family', 'religion', 'activity', 'travel', "
            "'other')",
            name=op.f("ck_absence_request_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'accepted', 'refused', 'cancelled')",
            name=op.f("ck_absence_request_state"),
        ),
        sa.CheckConstraint(
            "through IN ('page', 'office', 'link')", name=op.f("ck_absence_request_through")
        ),
        *_of_a_student("absence_request"),
        sa.PrimaryKeyConstraint("school_id", "id", name="pk_absence_request"),
    )
    op.create_index(
        "ix_absence_request_by_state", "absence_request", ["school_id", "state", "starts_on", "id"]
    )
    op.create_index(
        "ix_absence_request_by_student", "absence_request", ["school_id", "student_id", "starts_on"]
    )
    for table in TABLES:
        for statement in protect(table):
            op.execute(statement)


def _of_a_student(table: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=f"fk_{table}_school_id_school", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "student_id"],
            ["person.school_id", "person.id"],
            name=f"fk_{table}_school_id_student_id_person",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
