"""Keep experiments cell by cell, every paid call, ratings, and versions of prompts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _cells()
    _ratings()
    _prompts()


def _cells() -> None:
    op.create_table(
        "experiment",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment")),
        sa.UniqueConstraint("name", name=op.f("uq_experiment_name")),
    )
    op.create_table(
        "experiment_content",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_experiment_content")),
    )
    op.create_table(
        "experiment_cell",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("experiment_id", sa.String(length=64), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("case_name", sa.Text(), nullable=False),
        sa.Column("repeat", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.String(length=160), nullable=True),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("scores", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("error_kind", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"],
            ["experiment.id"],
            name=op.f("fk_experiment_cell_experiment_id_experiment"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment_cell")),
        sa.UniqueConstraint(
            "experiment_id",
            "variant",
            "model",
            "case_name",
            "repeat",
            name=op.f("uq_experiment_cell_experiment_id_variant_model_case_name_repeat"),
        ),
    )
    op.create_index(
        op.f("ix_experiment_cell_experiment_id_state_position"),
        "experiment_cell",
        ["experiment_id", "state", "position"],
    )
    op.create_table(
        "experiment_call",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("experiment_id", sa.String(length=64), nullable=False),
        sa.Column("cell_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("letters", sa.JSON(), nullable=False),
        sa.Column("reply", sa.JSON(), nullable=False),
        sa.Column("cost_usd", sa.Float(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cell_id"],
            ["experiment_cell.id"],
            name=op.f("fk_experiment_call_cell_id_experiment_cell"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["experiment_id"],
            ["experiment.id"],
            name=op.f("fk_experiment_call_experiment_id_experiment"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment_call")),
        sa.UniqueConstraint("cell_id", "key", "number", name=op.f("uq_experiment_call_cell_id_key_number")),
    )
    op.create_index(op.f("ix_experiment_call_experiment_id"), "experiment_call", ["experiment_id"])


def _ratings() -> None:
    op.create_table(
        "experiment_rating",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("experiment_id", sa.String(length=64), nullable=False),
        sa.Column("left_cell", sa.String(length=64), nullable=False),
        sa.Column("right_cell", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("rater", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"],
            ["experiment.id"],
            name=op.f("fk_experiment_rating_experiment_id_experiment"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["left_cell"],
            ["experiment_cell.id"],
            name=op.f("fk_experiment_rating_left_cell_experiment_cell"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["right_cell"],
            ["experiment_cell.id"],
            name=op.f("fk_experiment_rating_right_cell_experiment_cell"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment_rating")),
    )
    op.create_index(op.f("ix_experiment_rating_experiment_id"), "experiment_rating", ["experiment_id"])


def _prompts() -> None:
    op.create_table(
        "prompt_version",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prompting", sa.JSON(), nullable=False),
        sa.Column("origin", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_prompt_version_project_id_project"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("project_id", "number", name=op.f("pk_prompt_version")),
    )
    op.create_table(
        "prompt_move",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_prompt_move_project_id_project"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_move")),
    )
    op.create_index(op.f("ix_prompt_move_project_id_label"), "prompt_move", ["project_id", "label"])


def downgrade() -> None:
    """Go back."""
    for table in (
        "prompt_move",
        "prompt_version",
        "experiment_rating",
        "experiment_call",
        "experiment_cell",
        "experiment_content",
        "experiment",
    ):
        op.drop_table(table)
