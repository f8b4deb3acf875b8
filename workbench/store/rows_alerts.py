"""The table of alerts: one row for each incident of a rule."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, String, Table, Text, text

from workbench.store.rows import Moment, metadata

alert = Table(
    "alert",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("rule", String(64), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("since", Moment, nullable=False),
    Column("value", Float),
    Column("worst", Float),
    Column("bound", Float, nullable=False),
    Column("told", Text, nullable=False),
    Column("fired_at", Moment),
    Column("noticed_at", Moment),
    Column("acknowledged_at", Moment),
    Column("acknowledged_by", Text, nullable=False),
    Column("good_since", Moment),
    Column("resolved_at", Moment),
    Index(None, "since"),
)
Index(
    "uq_alert_open_rule",
    alert.c.rule,
    unique=True,
    sqlite_where=text("resolved_at IS NULL"),
    postgresql_where=text("resolved_at IS NULL"),
)
"""At most one incident of a rule is open."""
