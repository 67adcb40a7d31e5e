"""processes may remember who is in a class, as every change of that is announced"""

from __future__ import annotations

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON enrolment FOR EACH ROW
        EXECUTE FUNCTION announce_change('roster', 'school_id', 'section_id')""")


def downgrade() -> None:
    op.execute("DROP TRIGGER announce ON enrolment")
