"""The tables of the service: who may call it, and what was answered under which idempotency key."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from workbench.store.rows import Moment, metadata

api_token = Table(
    "api_token",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_id", String(64), ForeignKey("user.id", ondelete="RESTRICT"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("scope", String(16), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
)
"""`digest` is the SHA-256 of a secret of 256 random bits; the secret itself is never kept."""

kept_answer = Table(
    "kept_answer",
    metadata,
    Column("user_id", String(64), ForeignKey("user.id", ondelete="RESTRICT"), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("status", Integer),
    Column("headers", JSON(none_as_null=True)),
    Column("body", LargeBinary),
    Column("created_at", Moment, nullable=False),
    Index(None, "created_at"),
)
"""`request` is the SHA-256 of what was asked. A row is `begun`, `kept` with its effect, then `answered`."""
