"""what comes with a request, and links by which an absence is explained"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from school_erp.core.tenancy import protect

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = ("absence_evidence", "explanation_link")


def upgrade() -> None:
    op.create_table(
        "absence_evidence",
        *_identified("absence_evidence"),
        sa.Column("absence_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('pdf', 'png', 'jpg', 'webp')", name=op.f("ck_absence_evidence_kind")
        ),
        sa.CheckConstraint(
            "octet_length(content) <= 5242880", name=op.f("ck_absence_evidence_size")
        ),
        _points_to("absence_evidence", "absence_id", "absence_request"),
        sa.UniqueConstraint(
            "school_id", "absence_id", name="uq_absence_evidence_school_id_absence_id"
        ),
    )
    op.create_table(
        "explanation_link",
        *_identified("explanation_link"),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column(
            "slots", postgresql.ARRAY(sa.SmallInteger()), server_default="{}", nullable=False
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("absence_id", sa.Uuid(), nullable=True),
        _points_to("explanation_link", "student_id", "person"),
        _points_to("explanation_link", "guardian_id", "person"),
    )
    op.create_index(
        "ix_explanation_link_by_student", "explanation_link", ["school_id", "student_id", "date"]
    )
    for table in TABLES:
        for statement in protect(table):
            op.execute(statement)


def _identified(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=f"fk_{table}_school_id_school", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("school_id", "id", name=f"pk_{table}"),
    )


def _points_to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["school_id", column],
        [f"{target}.school_id", f"{target}.id"],
        name=f"fk_{table}_school_id_{column}_{target}",
        ondelete="CASCADE",
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
