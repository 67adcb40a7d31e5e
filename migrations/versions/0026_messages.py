"""messages to parents: what is due, what became of it, and how people want to be written to"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from school_erp.core.tenancy import asking_each_school, protect

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLES = ("message_hold", "message", "message_attempt", "message_template")
KINDS = "kind IN ('absent', 'late', 'arrived', 'corrected', 'refused')"
CHANNELS = "channel IN ('sms', 'email')"
STATES = (
    "state IN ('waiting', 'held', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'cancelled')"
)
OUTCOMES = (
    "outcome IN ('accepted', 'delivered', 'turned_away', 'bad_address', 'failed', 'unknown', "
    "'over_budget')"
)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _how_people_are_written_to()
    _how_a_school_writes()
    _holds()
    _messages()
    _attempts()
    _templates()
    for table in TABLES:
        for statement in protect(table):
            op.execute(statement)
    op.execute(
        asking_each_school(
            "schools_with_messages_due(moment timestamptz)",
            "school_id uuid",
            """SELECT asked WHERE EXISTS (
                SELECT FROM message m
                WHERE m.school_id = asked AND m.due_at <= moment
                  AND m.state IN ('waiting', 'sending', 'unknown'))""",
        )
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION schools_with_messages_due(timestamptz)")
    for table in reversed(TABLES):
        op.drop_table(table)
    for column in (
        "messages_from",
        "message_each_lesson",
        "message_on_late",
        "message_on_arrival",
        "message_budget",
    ):
        op.drop_column("attendance_settings", column)
    for column in ("language", "message_channel", "phone_bad_since", "email_bad_since"):
        op.drop_column("person", column)


def _how_people_are_written_to() -> None:
    op.add_column("person", sa.Column("language", sa.String(), nullable=True))
    op.add_column("person", sa.Column("message_channel", sa.String(), nullable=True))
    op.add_column("person", sa.Column("phone_bad_since", MOMENT, nullable=True))
    op.add_column("person", sa.Column("email_bad_since", MOMENT, nullable=True))
    op.create_check_constraint(
        op.f("ck_person_language"), "person", "language IN ('en', 'fr', 'ar')"
    )
    op.create_check_constraint(
        op.f("ck_person_message_channel"), "person", "message_channel IN ('sms', 'email', 'both')"
    )


def _how_a_school_writes() -> None:
    for column in (
        sa.Column("messages_from", sa.Time(), server_default="08:00", nullable=False),
        _switch("message_each_lesson"),
        _switch("message_on_late"),
        _switch("message_on_arrival"),
        sa.Column("message_budget", sa.Integer(), server_default="1000", nullable=False),
    ):
        op.add_column("attendance_settings", column)


def _holds() -> None:
    op.create_table(
        "message_hold",
        *_identified("message_hold"),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=True),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        _facts(),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        _checked("message_hold", "reason", "reason IN ('class', 'school', 'default')"),
        _checked("message_hold", "decision", "decision IN ('released', 'dropped')"),
        _checked("message_hold", "decided", "(decision IS NULL) = (decided_at IS NULL)"),
        _points_to("message_hold", "section_id", "section"),
    )
    op.create_index(
        "uq_message_hold_open",
        "message_hold",
        [
            "school_id",
            "reason",
            "date",
            sa.text("coalesce(slot, -1)"),
            sa.text("coalesce(section_id, '00000000-0000-0000-0000-000000000000'::uuid)"),
        ],
        unique=True,
        postgresql_where=sa.text("decision IS NULL"),
    )


def _messages() -> None:
    op.create_table(
        "message",
        *_identified("message"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        _facts(),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("segments", sa.SmallInteger(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        _checked("message", "kind", KINDS),
        _checked("message", "channel", CHANNELS),
        _checked("message", "state", STATES),
        _checked("message", "held_by", "state <> 'held' OR hold_id IS NOT NULL"),
        sa.UniqueConstraint(
            *("school_id", "student_id", "date", "slot", "guardian_id", "channel", "kind"),
            name="uq_message_once",
        ),
        _points_to("message", "student_id", "person"),
        _points_to("message", "guardian_id", "person"),
        _points_to("message", "hold_id", "message_hold"),
    )
    op.create_index(
        "ix_message_due",
        "message",
        ["school_id", "due_at"],
        postgresql_where=sa.text("state IN ('waiting', 'sending', 'unknown')"),
    )
    op.create_index("ix_message_by_time", "message", ["school_id", "created_at", "id"])
    op.create_index(
        "ix_message_by_guardian", "message", ["school_id", "guardian_id", "created_at"]
    )
    op.create_index("ix_message_by_hold", "message", ["school_id", "hold_id"])
    op.create_index("ix_message_by_provider_id", "message", ["provider_id"])


def _attempts() -> None:
    op.create_table(
        "message_attempt",
        *_identified("message_attempt"),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), server_default="", nullable=False),
        _checked("message_attempt", "kind", "kind IN ('send', 'lookup', 'callback')"),
        _checked("message_attempt", "outcome", OUTCOMES),
        _points_to("message_attempt", "message_id", "message"),
    )
    op.create_index(
        "ix_message_attempt_by_message",
        "message_attempt",
        ["school_id", "message_id", "created_at"],
    )


def _templates() -> None:
    op.create_table(
        "message_template",
        *_identified("message_template"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), server_default="", nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=True),
        _checked("message_template", "kind", KINDS),
        _checked("message_template", "channel", CHANNELS),
        _checked("message_template", "language", "language IN ('en', 'fr', 'ar')"),
        sa.UniqueConstraint(
            *("school_id", "kind", "channel", "language"),
            name="uq_message_template_school_id_kind_channel_language",
        ),
    )


def _facts() -> sa.Column[object]:
    return sa.Column("facts", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False)


def _switch(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False)


def _checked(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _identified(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
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
