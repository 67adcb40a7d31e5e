"""a revoked key gives its name free, so that a key can be exchanged for a new one"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("uq_api_client_school_id_name", "api_client", type_="unique")
    op.create_index(
        "ix_api_client_name",
        "api_client",
        ["school_id", "name"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_api_client_name", table_name="api_client")
    op.create_unique_constraint("uq_api_client_school_id_name", "api_client", ["school_id", "name"])
