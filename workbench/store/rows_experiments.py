"""The tables of experiments: what is compared, one row per cell, every paid call, ratings, kept prompts."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from workbench.store.rows import Moment, metadata


def _id() -> Column[str]:
    return Column("id", String(64), primary_key=True)


def _of(table: str) -> Column[str]:
    return Column(f"{table}_id", String(64), ForeignKey(f"{table}.id", ondelete="RESTRICT"), nullable=False)


experiment = Table(
    "experiment",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("spec", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

experiment_cell = Table(
    "experiment_cell",
    metadata,
    _id(),
    _of("experiment"),
    Column("variant", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("case_name", Text, nullable=False),
    Column("repeat", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("holder", String(160)),
    Column("token", Integer, nullable=False),
    Column("scores", JSON(none_as_null=True)),
    Column("result", JSON(none_as_null=True)),
    Column("error", Text, nullable=False),
    Column("error_kind", String(64), nullable=False),
    Column("updated_at", Moment, nullable=False),
    UniqueConstraint("experiment_id", "variant", "model", "case_name", "repeat"),
    Index(None, "experiment_id", "state", "position"),
)

experiment_call = Table(
    "experiment_call",
    metadata,
    _id(),
    _of("experiment"),
    Column("cell_id", String(64), ForeignKey("experiment_cell.id", ondelete="RESTRICT"), nullable=False),
    Column("key", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("model", Text, nullable=False),
    Column("letters", JSON, nullable=False),
    Column("reply", JSON, nullable=False),
    Column("cost_usd", Float),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("cell_id", "key", "number"),
    Index(None, "experiment_id"),
)

experiment_content = Table(
    "experiment_content",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

experiment_rating = Table(
    "experiment_rating",
    metadata,
    _id(),
    _of("experiment"),
    Column("left_cell", String(64), ForeignKey("experiment_cell.id", ondelete="RESTRICT"), nullable=False),
    Column("right_cell", String(64), ForeignKey("experiment_cell.id", ondelete="RESTRICT"), nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("rater", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index(None, "experiment_id"),
)

prompt_version = Table(
    "prompt_version",
    metadata,
    Column("project_id", String(64), ForeignKey("project.id", ondelete="RESTRICT"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("prompting", JSON, nullable=False),
    Column("origin", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

prompt_move = Table(
    "prompt_move",
    metadata,
    _id(),
    _of("project"),
    Column("label", String(64), nullable=False),
    Column("number", Integer),
    Column("why", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index(None, "project_id", "label"),
)
