"""Remember signed requests, so that none is obeyed twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "signed_request",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_request")),
    )
    op.create_index(op.f("ix_signed_request_seen_at"), "signed_request", ["seen_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("signed_request")
