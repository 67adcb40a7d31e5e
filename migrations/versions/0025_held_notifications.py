"""absences are told to families once nobody has corrected them for a while"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "notification",
        sa.Column("told", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    op.create_index(
        "ix_notification_held",
        "notification",
        ["school_id", "at"],
        postgresql_where=sa.text("NOT told"),
    )
    # The policies hold for the owner too, so each school is asked in turn.
    op.execute("""
        CREATE FUNCTION schools_with_notifications_due(moment timestamptz) RETURNS TABLE(school_id uuid)
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public AS $$
        DECLARE
            asked uuid;
            before text := coalesce(current_setting('app.school_id', true), '');
        BEGIN
            FOR asked IN SELECT school.id FROM school WHERE school.active LOOP
                PERFORM set_config('app.school_id', asked::text, true);
                RETURN QUERY
                    SELECT asked WHERE EXISTS (
                        SELECT FROM notification n
                        WHERE n.school_id = asked AND NOT n.told AND n.at <= moment);
            END LOOP;
            PERFORM set_config('app.school_id', before, true);
        END $$""")


def downgrade() -> None:
    op.execute("DROP FUNCTION schools_with_notifications_due(timestamptz)")
    op.execute("DELETE FROM notification WHERE NOT told")
    op.drop_index("ix_notification_held", "notification")
    op.drop_column("notification", "told")
