"""Which rows have lost their parent, in SQL: of any table, declared or named by a column alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Inspector

from workbench.store.guard.census import Reference, references_of

BOOKS = frozenset({"cleanup", "removed_row", "hold", "lease", "orphan", "signed_request", "alembic_version"})
"""The retention's own tables, in which nothing is ever an orphan."""
_FARTHEST = 3


@dataclass(frozen=True, slots=True)
class Loss:
    """One way rows `t` of a table can be without a parent; a `soft` one leaves a row that can do without."""

    table: str
    reference: str
    soft: bool
    where: str


def ways_to_lose(inspector: Inspector, keep: Collection[str]) -> tuple[Loss, ...]:
    """Return every way, the farthest tables first; what belongs to an orphan of a kept table is none."""
    references: dict[str, list[tuple[Reference, bool]]] = {}
    for each in references_of(inspector):
        if each.table not in BOOKS:
            references.setdefault(each.table, []).append((each, _soft(inspector, each)))
    order = sorted(references, key=lambda table: (-_depth(references, table), table))
    return tuple(loss for table in order for loss in _losses(references, frozenset(keep), table, "t", 0))


def key_of_row(key: Sequence[str], sqlite: bool) -> str:
    """Return the SQL that gives the key of a row `t` as a JSON list."""
    columns = ", ".join(f't."{name}"' for name in key)
    return f"json_array({columns})" if sqlite else f"CAST(json_build_array({columns}) AS text)"


_References = Mapping[str, Sequence[tuple[Reference, bool]]]


def _losses(
    references: _References, keep: frozenset[str], table: str, alias: str, depth: int
) -> Iterator[Loss]:
    for each, soft in references.get(table, ()):
        mine, above = f'{alias}."{each.column}"', f"p{depth}"
        found = f'SELECT 1 FROM "{each.parent}" {above} WHERE {above}."{each.parent_column}" = {mine}'
        yield Loss(table, str(each), soft, f"({mine} IS NOT NULL AND NOT EXISTS ({found}))")
        if soft or each.parent in keep | {each.table} or depth >= _FARTHEST:
            continue
        for farther in _losses(references, keep, each.parent, above, depth + 1):
            if not farther.soft:
                way = f"{each.table}.{each.column} -> {farther.reference}"
                yield Loss(table, way, False, f"EXISTS ({found} AND {farther.where})")


def _soft(inspector: Inspector, reference: Reference) -> bool:
    """Whether the database itself would only empty the column when the parent goes."""
    return any(
        (foreign.get("options") or {}).get("ondelete") == "SET NULL"
        for foreign in inspector.get_foreign_keys(reference.table)
        if foreign["constrained_columns"] == [reference.column]
    )


def _depth(references: _References, table: str, above: int = 0) -> int:
    """Return how many tables a row of this one depends on at most, one above the other."""
    if above > _FARTHEST:
        return 0
    parents = {each.parent for each, _ in references.get(table, ())} - {table}
    return max((1 + _depth(references, parent, above + 1) for parent in parents), default=0)
