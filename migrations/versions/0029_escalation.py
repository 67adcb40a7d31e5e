"""absences that go on: the school's rules, what crossed them, and the days looked at"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from school_erp.core.tenancy import protect

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TABLES = ("escalation_rule", "escalation", "escalation_round")
# as they stood when schools that were there already got them
USUAL = (
    ("consecutive_days", 3, "{officer,teacher}"),
    ("consecutive_days", 10, "{admin,officer}"),
    ("attendance_below", 90, "{officer,teacher}"),
    ("attendance_below", 50, "{admin,officer}"),
    ("unexplained_days", 3, "{officer}"),
)


def upgrade() -> None:
    op.create_table(
        "escalation_rule",
        *_identified("escalation_rule"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("threshold", sa.SmallInteger(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('consecutive_days', 'attendance_below', 'unexplained_days')",
            name=op.f("ck_escalation_rule_kind"),
        ),
        sa.CheckConstraint("threshold BETWEEN 1 AND 99", name=op.f("ck_escalation_rule_threshold")),
        sa.CheckConstraint("cardinality(roles) > 0", name=op.f("ck_escalation_rule_roles")),
        sa.UniqueConstraint(
            "school_id", "kind", "threshold", name="uq_escalation_rule_school_id_kind_threshold"
        ),
    )
    op.create_table(
        "escalation",
        *_identified("escalation"),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("crossing", sa.Date(), nullable=False),
        sa.Column("figure", sa.Numeric(5, 1), nullable=False),
        sa.Column("marks", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _same_school("escalation", "rule_id", "escalation_rule"),
        _same_school("escalation", "student_id", "person"),
        sa.UniqueConstraint(
            *("school_id", "rule_id", "student_id", "crossing"),
            name="uq_escalation_school_id_rule_id_student_id_crossing",
        ),
    )
    op.create_index("ix_escalation_by_student", "escalation", ["school_id", "student_id"])
    op.create_table(
        "escalation_round",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        _of_school("escalation_round"),
        sa.PrimaryKeyConstraint("school_id", "date", name="pk_escalation_round"),
    )
    for table in TABLES:
        for statement in protect(table):
            op.execute(statement)
    _found_rules()


def _found_rules() -> None:
    """The policies hold for the owner too, so each school is given its own in turn."""
    connection = op.get_bind()
    for school_id in connection.scalars(sa.text("SELECT id FROM school")).all():
        connection.execute(
            sa.text("SELECT set_config('app.school_id', :school, true)"),
            {"school": str(school_id)},
        )
        for kind, threshold, roles in USUAL:
            connection.execute(
                sa.text("""
                    INSERT INTO escalation_rule (school_id, id, kind, threshold, roles)
                    SELECT s.school_id, gen_random_uuid(), :kind, :threshold, :roles
                    FROM attendance_settings s WHERE s.school_id = :school"""),
                {"school": school_id, "kind": kind, "threshold": threshold, "roles": roles},
            )
    connection.execute(sa.text("SELECT set_config('app.school_id', '', true)"))


def _identified(table: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    return (
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        _of_school(table),
        sa.PrimaryKeyConstraint("school_id", "id", name=f"pk_{table}"),
    )


def _of_school(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["school_id"], ["school.id"], name=f"fk_{table}_school_id_school", ondelete="CASCADE"
    )


def _same_school(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["school_id", column],
        [f"{to}.school_id", f"{to}.id"],
        name=f"fk_{table}_school_id_{column}_{to}",
        ondelete="CASCADE",
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
