"""how many workers died of a job, apart from how often it was tried"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("deaths", sa.SmallInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("job", "deaths")
