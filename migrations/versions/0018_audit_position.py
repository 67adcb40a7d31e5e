"""the order of what was noted, which outlives a move to another server"""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Transactions are numbered anew on another server, so what it has to add to go on from where
    # the old one stopped is part of the database: `flask audit restored` puts it here.
    op.execute("""
        CREATE FUNCTION audit_position(transaction xid8) RETURNS bigint
        LANGUAGE sql IMMUTABLE AS 'SELECT 0 + ($1::text)::bigint'""")
    op.execute("""
        ALTER TABLE attendance_audit_log ALTER COLUMN transaction
        SET DEFAULT audit_position(pg_current_xact_id())""")


def downgrade() -> None:
    op.execute("""
        ALTER TABLE attendance_audit_log ALTER COLUMN transaction
        SET DEFAULT (pg_current_xact_id()::text)::bigint""")
    op.execute("DROP FUNCTION audit_position(xid8)")
