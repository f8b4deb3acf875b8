"""Let a scene play a part of a longer performance, so that it can be split."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TABLES = ("scene", "revision")


def upgrade() -> None:
    """Go forward."""
    for table in _TABLES:
        op.add_column(table, sa.Column("excerpt", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Go back."""
    for table in reversed(_TABLES):
        op.drop_column(table, "excerpt")
