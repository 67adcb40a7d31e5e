"""whom the office rang about absences, who is just ringing, and for whom first"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from school_erp.core.tenancy import protect

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLES = ("call_attempt", "call_claim", "called_first")


def upgrade() -> None:
    op.create_table(
        "call_attempt",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _moment("created_at"),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("caller_name", sa.String(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('aware', 'unaware', 'left_message', 'no_answer', 'wrong_number')",
            name=op.f("ck_call_attempt_outcome"),
        ),
        *_of_people("call_attempt", "student_id", "guardian_id"),
        sa.PrimaryKeyConstraint("school_id", "id", name="pk_call_attempt"),
    )
    op.create_index(
        "ix_call_attempt_by_student", "call_attempt", ["school_id", "student_id", "date"]
    )
    op.create_index("ix_call_attempt_by_date", "call_attempt", ["school_id", "date"])
    op.create_table(
        "call_claim",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("caller_id", sa.Uuid(), nullable=False),
        sa.Column("caller_name", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        *_of_people("call_claim", "student_id"),
        sa.PrimaryKeyConstraint("school_id", "student_id", name="pk_call_claim"),
    )
    op.create_table(
        "called_first",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        _moment("since"),
        *_of_people("called_first", "student_id"),
        sa.PrimaryKeyConstraint("school_id", "student_id", name="pk_called_first"),
    )
    for table in TABLES:
        for statement in protect(table):
            op.execute(statement)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _of_people(table: str, *columns: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=f"fk_{table}_school_id_school", ondelete="CASCADE"
        ),
        *(
            sa.ForeignKeyConstraint(
                ["school_id", column],
                ["person.school_id", "person.id"],
                name=f"fk_{table}_school_id_{column}_person",
                ondelete="CASCADE",
            )
            for column in columns
        ),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
