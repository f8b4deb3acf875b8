"""The table that says which files hold the telemetry: readers ask it, and never search a folder."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from workbench.store.rows import Moment, metadata

telemetry_segment = Table(
    "telemetry_segment",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("level", Integer, nullable=False),
    Column("bucket", Moment, nullable=False),
    Column("path", Text, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("first_us", BigInteger, nullable=False),
    Column("last_us", BigInteger, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("retired_at", Moment, nullable=True),
    Index(None, "retired_at", "kind"),
)
"""`path` lies below the telemetry folder; `bucket` is the hour its rows arrived in; retired files are still
there for readers that began before."""
