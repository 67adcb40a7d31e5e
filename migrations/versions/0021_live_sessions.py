"""sessions in which students check in by a code on the screen"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from school_erp.core.tenancy import protect

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = ("live_group", "live_session", "check_in")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("attendance_settings", sa.Column("session_end_code", sa.String()))
    op.add_column(
        "attendance_settings",
        sa.Column("strict_fence", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    _live_group()
    _live_session()
    _check_in()
    for table in TABLES:
        for statement in protect(table):
            op.execute(statement)
    # The policies hold for the owner too, so each school is asked in turn.
    op.execute("""
        CREATE FUNCTION live_sessions_due() RETURNS TABLE(school_id uuid, id uuid)
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public AS $$
        DECLARE
            asked uuid;
            before text := coalesce(current_setting('app.school_id', true), '');
        BEGIN
            FOR asked IN SELECT school.id FROM school WHERE school.active LOOP
                PERFORM set_config('app.school_id', asked::text, true);
                RETURN QUERY
                    SELECT live.school_id, live.id FROM live_session live
                    WHERE live.school_id = asked AND live.state <> 'ended'
                      AND live.ends_at <= clock_timestamp();
            END LOOP;
            PERFORM set_config('app.school_id', before, true);
        END $$""")


def downgrade() -> None:
    op.execute("DROP FUNCTION live_sessions_due()")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("attendance_settings", "strict_fence")
    op.drop_column("attendance_settings", "session_end_code")


def _school(table: str) -> tuple[sa.Column[object], sa.ForeignKeyConstraint]:
    return (
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.id"],
            name=f"fk_{table}_school_id_school",
            ondelete="CASCADE",
        ),
    )


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["school_id", column],
        [f"{other}.school_id", f"{other}.id"],
        name=f"fk_{table}_school_id_{column}_{other}",
        ondelete="CASCADE",
    )


def _live_group() -> None:
    op.create_table(
        "live_group",
        *_school("live_group"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("started_by", sa.Uuid()),
        sa.PrimaryKeyConstraint("school_id", "id", name="pk_live_group"),
    )


def _live_session() -> None:
    no = {"server_default": sa.text("false"), "nullable": False}
    op.create_table(
        "live_session",
        *_school("live_session"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("group_id", sa.Uuid()),
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(), server_default="running", nullable=False),
        sa.Column("locked", sa.Boolean(), **no),
        sa.Column("qr_visible", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("single_use", sa.Boolean(), **no),
        sa.Column("join_required", sa.Boolean(), **no),
        sa.Column("step_seconds", sa.SmallInteger(), nullable=False),
        sa.Column("begins_at", MOMENT, nullable=False),
        sa.Column("late_after_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("latitude", sa.Float()),
        sa.Column("longitude", sa.Float()),
        sa.Column("fence_metres", sa.Integer()),
        sa.Column("fence_strict", sa.Boolean(), **no),
        sa.Column("started_by", sa.Uuid()),
        sa.Column("starter_name", sa.String(), server_default="", nullable=False),
        sa.Column("starter_role", sa.String(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.CheckConstraint("state IN ('running', 'paused', 'ended')", name="ck_live_session_state"),
        sa.CheckConstraint("(ended_at IS NULL) = (state <> 'ended')", name="ck_live_session_ended"),
        sa.CheckConstraint(
            "(latitude IS NULL) = (fence_metres IS NULL)", name="ck_live_session_fence"
        ),
        _points_to("live_session", "section_id", "section"),
        _points_to("live_session", "group_id", "live_group"),
        sa.PrimaryKeyConstraint("school_id", "id", name="pk_live_session"),
    )
    op.create_index("ix_live_session_by_group", "live_session", ["school_id", "group_id"])
    op.create_index(
        "ix_live_session_by_section", "live_session", ["school_id", "section_id", "date"]
    )
    op.create_index("ix_live_session_by_start", "live_session", ["school_id", "started_at", "id"])
    op.create_index(
        "ix_live_session_open",
        "live_session",
        ["school_id", "section_id", "date", "slot"],
        unique=True,
        postgresql_where=sa.text("state <> 'ended'"),
    )


def _check_in() -> None:
    op.create_table(
        "check_in",
        *_school("check_in"),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.Column("attended_at", MOMENT),
        sa.Column("seen_at", MOMENT),
        sa.Column("device_time", MOMENT),
        sa.Column("proof", sa.String()),
        sa.Column("claim_id", sa.Uuid()),
        sa.Column("device", sa.String()),
        sa.Column("latitude", sa.Float()),
        sa.Column("longitude", sa.Float()),
        sa.Column("accuracy", sa.Float()),
        sa.Column("distance", sa.Integer()),
        sa.Column(
            "flags", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("decision", sa.String()),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_at", MOMENT),
        sa.Column("outcome", sa.String()),
        sa.Column("mark_version", sa.Integer()),
        sa.CheckConstraint("decision IN ('confirmed', 'rejected')", name="ck_check_in_decision"),
        sa.CheckConstraint("proof IN ('qr', 'typed', 'claim')", name="ck_check_in_proof"),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="ck_check_in_location"),
        _points_to("check_in", "session_id", "live_session"),
        _points_to("check_in", "student_id", "person"),
        sa.PrimaryKeyConstraint("school_id", "session_id", "student_id", name="pk_check_in"),
    )
    op.create_index("ix_check_in_by_time", "check_in", ["school_id", "session_id", "attended_at"])
    op.create_index("ix_check_in_by_student", "check_in", ["school_id", "student_id", "joined_at"])
    op.create_index(
        "ix_check_in_located",
        "check_in",
        ["school_id", "joined_at"],
        postgresql_where=sa.text("latitude IS NOT NULL"),
    )
