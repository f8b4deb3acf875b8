"""Keep how far a job is, and find the next one to do without sorting all that wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('queued', 'failed', 'running')")


def upgrade() -> None:
    """Go forward."""
    op.add_column("job", sa.Column("progress", sa.JSON(none_as_null=True), nullable=True))
    op.create_index(
        "ix_job_open",
        "job",
        ["kind", sa.text("priority DESC"), "due_at", "id"],
        unique=False,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_job_open", table_name="job")
    op.drop_column("job", "progress")
