"""registers that nobody has begun are asked for, once by their teacher and once by the office"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

MINUTES = {"register_reminder_minutes": "10", "register_alarm_minutes": "20"}
NOTED = ("reminded_at", "alarmed_at")


def upgrade() -> None:
    for name, usual in MINUTES.items():
        column = sa.Column(name, sa.Integer(), server_default=usual, nullable=False)
        op.add_column("attendance_settings", column)
    for name in NOTED:
        op.add_column("register", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in NOTED:
        op.drop_column("register", name)
    for name in MINUTES:
        op.drop_column("attendance_settings", name)
