"""The tables. Ids are opaque text forever: a uuid is a format, never a column type.

A scene lives exactly while it has a position; a deleted one has none, so positions of the living are
unique by a plain constraint on both engines.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the timezone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _id() -> Column[str]:
    return Column("id", String(64), primary_key=True)


def _owner(table: str) -> Column[str]:
    return Column(f"{table}_id", String(64), ForeignKey(f"{table}.id", ondelete="RESTRICT"), nullable=False)


def _when(name: str, *, nullable: bool = False) -> Column[datetime]:
    return Column(name, Moment, nullable=nullable)


user = Table("user", metadata, _id(), Column("name", Text, nullable=False, unique=True), _when("created_at"))

project = Table(
    "project",
    metadata,
    _id(),
    _owner("user"),
    Column("name", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("fps", Integer, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("message_count", Integer, nullable=False),
    _when("created_at"),
    _when("updated_at"),
    _when("deleted_at", nullable=True),
)
Index(
    "uq_project_living_name",
    project.c.user_id,
    project.c.name,
    unique=True,
    sqlite_where=text("deleted_at IS NULL"),
    postgresql_where=text("deleted_at IS NULL"),
)

scene = Table(
    "scene",
    metadata,
    _id(),
    _owner("project"),
    Column("position", Integer),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("params", JSON, nullable=False),
    Column("duration_seconds", Float, nullable=False),
    Column("transition", JSON, nullable=False),
    Column("excerpt", JSON, nullable=False, server_default="{}"),
    Column("revision", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    _when("created_at"),
    _when("updated_at"),
    _when("deleted_at", nullable=True),
    UniqueConstraint("project_id", "position"),
    CheckConstraint("(position IS NULL) = (deleted_at IS NOT NULL)", name="living_has_position"),
)

revision = Table(
    "revision",
    metadata,
    Column("scene_id", String(64), ForeignKey("scene.id", ondelete="RESTRICT"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("params", JSON, nullable=False),
    Column("duration_seconds", Float, nullable=False),
    Column("transition", JSON, nullable=False),
    Column("excerpt", JSON, nullable=False, server_default="{}"),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("base", Integer),
    Column("pinned", Boolean(create_constraint=False), nullable=False),
    _when("created_at"),
    Index(None, "created_at"),
)

message = Table(
    "message",
    metadata,
    _id(),
    _owner("project"),
    Column("number", Integer, nullable=False),
    Column("role", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("take", JSON(none_as_null=True)),
    Column("scene_id", String(64), ForeignKey("scene.id", ondelete="SET NULL"), index=True),
    _when("created_at"),
    UniqueConstraint("project_id", "number"),
    Index(None, "created_at"),
)

asset = Table(
    "asset",
    metadata,
    _id(),
    _owner("project"),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("media_type", Text, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("bytes", Integer, nullable=False),
    _when("created_at"),
    _when("deleted_at", nullable=True),
)
Index(
    "uq_asset_living_name",
    asset.c.project_id,
    asset.c.name,
    unique=True,
    sqlite_where=text("deleted_at IS NULL"),
    postgresql_where=text("deleted_at IS NULL"),
)

change = Table(
    "change",
    metadata,
    Column("project_id", String(64), ForeignKey("project.id", ondelete="RESTRICT"), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("undone_by", Integer),
    Column("reverses", Integer),
    _when("created_at"),
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    _when("expires_at"),
)

hold = Table(
    "hold",
    metadata,
    _id(),
    Column("kind", String(64), nullable=False),
    Column("key", String(64), nullable=False, index=True),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    _when("created_at"),
    _when("released_at", nullable=True),
)

cleanup = Table(
    "cleanup",
    metadata,
    _id(),
    Column("plan_digest", String(64), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("table_name", String(64), nullable=False),
    _when("cutoff"),
    Column("state", String(16), nullable=False),
    Column("cursor", JSON, nullable=False),
    Column("planned_rows", BigInteger, nullable=False),
    Column("removed_rows", BigInteger, nullable=False),
    Column("removed_bytes", BigInteger, nullable=False),
    Column("undone_rows", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    _when("started_at"),
    _when("updated_at"),
    Column("sequence", Integer, nullable=False, unique=True),
    Column("previous_digest", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    UniqueConstraint("plan_digest", "rule"),
)

removed_row = Table(
    "removed_row",
    metadata,
    _id(),
    Column(
        "cleanup_id", String(64), ForeignKey("cleanup.id", ondelete="RESTRICT"), nullable=False, index=True
    ),
    Column("table_name", String(64), nullable=False),
    Column("content", Text, nullable=False),
    _when("removed_at"),
    _when("purge_at"),
    Index(None, "purge_at"),
)

job = Table(
    "job",
    metadata,
    _id(),
    Column("kind", String(64), nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    Column("project_id", String(64), index=True),
    Column("payload", JSON, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("most_attempts", Integer, nullable=False),
    _when("due_at"),
    Column("holder", String(64)),
    Column("token", Integer, nullable=False),
    Column("result", JSON(none_as_null=True)),
    Column("error", Text, nullable=False),
    Column("progress", JSON(none_as_null=True)),
    Column("trace", JSON(none_as_null=True)),
    _when("created_at"),
    _when("updated_at"),
    Index(None, "state", "due_at"),
)
"""`due_at` is when somebody may take the job: of a running one, when its lease ends."""

OPEN_JOB = text("state IN ('queued', 'failed', 'running')")
"""Which jobs somebody may take; these very words, or the index below is not used."""
Index(
    "ix_job_open",
    job.c.kind,
    job.c.priority.desc(),
    job.c.due_at,
    job.c.id,
    sqlite_where=OPEN_JOB,
    postgresql_where=OPEN_JOB,
)

image_analysis = Table(
    "image_analysis",
    metadata,
    _id(),
    _owner("asset"),
    Column("sha256", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("facts", JSON, nullable=False),
    _when("created_at"),
    UniqueConstraint("asset_id", "version"),
    Index(None, "created_at"),
)

preference = Table(
    "preference",
    metadata,
    _id(),
    _owner("user"),
    Column("project_id", String(64), ForeignKey("project.id", ondelete="RESTRICT")),
    Column("key", String(32), nullable=False),
    Column("value", String(64), nullable=False),
    _when("created_at"),
    _when("pinned_at", nullable=True),
)
Index(
    "uq_preference_of_project",
    preference.c.project_id,
    preference.c.key,
    preference.c.value,
    unique=True,
    sqlite_where=text("project_id IS NOT NULL"),
    postgresql_where=text("project_id IS NOT NULL"),
)
Index(
    "uq_preference_of_user",
    preference.c.user_id,
    preference.c.key,
    preference.c.value,
    unique=True,
    sqlite_where=text("project_id IS NULL"),
    postgresql_where=text("project_id IS NULL"),
)

preference_evidence = Table(
    "preference_evidence",
    metadata,
    _id(),
    _owner("preference"),
    Column("sign", Integer, nullable=False),
    Column("stance", String(16), nullable=False),
    Column("source", String(16), nullable=False),
    Column("source_id", String(64), nullable=False),
    Column("project_id", String(64), nullable=False),
    Column("said", Text, nullable=False),
    _when("created_at"),
    _when("forgotten_at", nullable=True),
    UniqueConstraint("preference_id", "source_id", "sign"),
    Index(None, "source_id"),
)
