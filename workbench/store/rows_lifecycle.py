"""The table of signed requests that came in, so that none is obeyed twice."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from workbench.store.rows import Moment, metadata

signed_request = Table(
    "signed_request",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("seen_at", Moment, nullable=False, index=True),
)
