"""Signed requests that came in, so that none is obeyed twice, and rows whose parent is gone, since when."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table, Text

from workbench.store.rows import Moment, metadata

signed_request = Table(
    "signed_request",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("seen_at", Moment, nullable=False, index=True),
)

orphan = Table(
    "orphan",
    metadata,
    Column("reference", String(255), primary_key=True),
    Column("row_key", Text, primary_key=True),
    Column("table_name", String(64), nullable=False),
    Column("reported_at", Moment, nullable=False),
    Index(None, "table_name", "reported_at"),
)
"""`row_key` is the row's key as a JSON list; `reference` the way to the parent that is missing."""
