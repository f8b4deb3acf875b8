"""Whom a row belongs to, and whether somebody holds it: asked of rows and of those in their grace."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Inspector

_DEEPEST_OWNER = 4
Value = Callable[[str], str]
"""The SQL that gives a row's value in a column."""


def held_where(inspector: Inspector, table: str, key: tuple[str, ...], value: Value) -> str:
    """Return the SQL that tells whether a row or somebody it belongs to is held; empty when nobody can be.

    A hold that was released counts too, when that was at `:made_at` or later.
    """
    owners = _owners(inspector, table, value, 0)
    if len(key) == 1:
        owners.append((table, value(key[0])))
    if not owners:
        return ""
    held = " OR ".join(f"(h.kind = '{kind}' AND h.key = {expression})" for kind, expression in owners)
    active = "h.released_at IS NULL OR h.released_at >= :made_at"
    return f"EXISTS (SELECT 1 FROM hold h WHERE ({active}) AND ({held}))"


def _owners(inspector: Inspector, table: str, value: Value, depth: int) -> list[tuple[str, str]]:
    """Return each table a row belongs to, and the SQL that gives its id there."""
    found: list[tuple[str, str]] = []
    for column, parent, key in _parents(inspector, table) if depth < _DEEPEST_OWNER else ():
        mine = value(column)
        found.append((parent, mine))
        above = f"o{depth}"
        for kind, expression in _owners(inspector, parent, _of(above), depth + 1):
            found.append(
                (kind, f'(SELECT {expression} FROM "{parent}" {above} WHERE {above}."{key}" = {mine})')
            )
    return found


def _of(alias: str) -> Value:
    return lambda column: f'{alias}."{column}"'


def _parents(inspector: Inspector, table: str) -> Iterator[tuple[str, str, str]]:
    """Give the columns that name a row elsewhere, with its table and key: declared, or by the name alone."""
    declared = set()
    for foreign in inspector.get_foreign_keys(table):
        declared |= set(foreign["constrained_columns"])
        if len(foreign["constrained_columns"]) == 1 and foreign["referred_table"] != table:
            yield foreign["constrained_columns"][0], foreign["referred_table"], foreign["referred_columns"][0]
    names = set(inspector.get_table_names()) - {table}
    for column in sorted(each["name"] for each in inspector.get_columns(table)):
        parent = column.removesuffix("_id")
        if parent != column and parent in names and column not in declared:
            yield column, parent, "id"
