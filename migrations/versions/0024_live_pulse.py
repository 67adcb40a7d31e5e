"""what watchers of a session have been told, so that they are told in beats and miss nothing"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from school_erp.core.tenancy import protect

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "check_in",
        sa.Column("told", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    op.alter_column("check_in", "told", server_default=sa.text("false"))
    op.create_index(
        "ix_check_in_untold",
        "check_in",
        ["school_id", "session_id"],
        postgresql_where=sa.text("NOT told"),
    )
    long_ago = {"server_default": sa.text("'1970-01-01'"), "nullable": False}
    op.create_table(
        "live_pulse",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("live_id", sa.Uuid(), nullable=False),
        sa.Column("check_ins_told_at", sa.DateTime(timezone=True), **long_ago),
        sa.Column("stats_told_at", sa.DateTime(timezone=True), **long_ago),
        sa.Column("stats_due", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.id"],
            name="fk_live_pulse_school_id_school",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("school_id", "live_id", name="pk_live_pulse"),
    )
    for statement in protect("live_pulse"):
        op.execute(statement)
    # The policies hold for the owner too, so each school is asked in turn.
    op.execute("""
        CREATE FUNCTION live_untold() RETURNS TABLE(school_id uuid, id uuid)
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public AS $$
        DECLARE
            asked uuid;
            before text := coalesce(current_setting('app.school_id', true), '');
        BEGIN
            FOR asked IN SELECT school.id FROM school WHERE school.active LOOP
                PERFORM set_config('app.school_id', asked::text, true);
                RETURN QUERY
                    SELECT asked, coalesce(live.group_id, live.id) FROM check_in c
                    JOIN live_session live
                      ON live.school_id = c.school_id AND live.id = c.session_id
                    WHERE c.school_id = asked AND NOT c.told
                    UNION
                    SELECT asked, pulse.live_id FROM live_pulse pulse
                    WHERE pulse.school_id = asked AND pulse.stats_due;
            END LOOP;
            PERFORM set_config('app.school_id', before, true);
        END $$""")


def downgrade() -> None:
    op.execute("DROP FUNCTION live_untold()")
    op.drop_table("live_pulse")
    op.drop_index("ix_check_in_untold", "check_in")
    op.drop_column("check_in", "told")
