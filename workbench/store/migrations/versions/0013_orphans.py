"""Keep which rows were reported to be without their parent, and since when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "orphan",
        sa.Column("reference", sa.String(255), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("table_name", sa.String(64), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reference", "row_key", name="pk_orphan"),
    )
    op.create_index("ix_orphan_table_name_reported_at", "orphan", ["table_name", "reported_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("orphan")
