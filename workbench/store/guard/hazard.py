"""The rules migrations are judged by: what each one sees, how bad it is, and the safe recipe."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

_EXPAND = (
    "Expand and contract: add the new one beside it, fill it, let the code use it, and remove the old one "
    "in a later, reviewed migration."
)
_BOUND = "Name the rows: WHERE key = ... or IN (...), in batches, or leave the removal to a retention policy."
RULES: dict[str, tuple[Severity, str]] = {
    "drop-table": ("error", f"Keep the table. {_EXPAND}"),
    "drop-column": ("error", f"Keep the column. {_EXPAND}"),
    "drop-schema": ("error", "Drop schemas and databases by hand, after a verified backup."),
    "drop-all": ("error", "Write one migration step for each change; never drop or make all tables at once."),
    "truncate": ("error", _BOUND),
    "delete-without-bounds": ("error", _BOUND),
    "update-without-bounds": ("error", "Fill only what is empty: UPDATE ... WHERE the_new_column IS NULL."),
    "replace-rows": ("error", "REPLACE deletes the row it meets: use INSERT ... ON CONFLICT DO NOTHING."),
    "identity-type": ("error", f"Ids stay text: a uuid is a format, not a type. {_EXPAND}"),
    "key-update": ("error", f"A key never changes its value in place. {_EXPAND}"),
    "not-null-without-default": ("error", "Add it nullable or with a server default; fill it; then tighten."),
    "rename-table": ("error", f"Whoever still reads the old name fails. {_EXPAND}"),
    "rename-column": ("error", f"Whoever still reads the old name fails. {_EXPAND}"),
    "detach-partition": ("error", "Let the retention policy remove partitions; it counts them first."),
    "dynamic-sql": ("error", "Write the statement out as one literal text, so that it can be judged."),
    "opaque-code": ("error", "Write Alembic operations and literal SQL, so that they can be judged."),
    "own-transaction": ("error", "Leave BEGIN, COMMIT and the engine to the guard: all steps are one whole."),
    "checks-off": ("error", "Leave foreign keys and triggers on; the guard handles rebuilds itself."),
    "batch-rebuild": ("error", "Turn foreign keys off around it: dropping the old table takes its children."),
    "unreadable": ("error", "Write it so that it parses; what cannot be read is not let through."),
    "unbounded-merge": ("error", _BOUND),
    "drop-constraint": ("warning", "Say what keeps the rows right without it; add the new one first."),
    "drop-index": ("warning", "Make its successor first; a unique index is also a promise."),
    "type-change": ("warning", f"Check that every value fits and how long the table is locked. {_EXPAND}"),
    "delete-rows": ("warning", "Say in the migration why exactly these rows may go."),
    "set-not-null": ("warning", "Fill the column first; it fails on the first empty value."),
    "add-constraint": ("warning", "On PostgreSQL add it NOT VALID and validate it in a later step."),
}  # fmt: skip
_ALLOWED = re.compile(r"(?:#|--)\s*guard:\s*allow\s+([a-z-]+)\s*[,:;]\s*(\S.*)")


@dataclass(frozen=True, slots=True)
class Hazard:
    """One thing a migration does that may lose data: the rule, where, and what was seen."""

    rule: str
    place: str
    line: int
    message: str

    @property
    def severity(self) -> Severity:
        return RULES[self.rule][0]

    @property
    def recipe(self) -> str:
        """What to do instead."""
        return RULES[self.rule][1]


def unless_allowed(hazards: Iterable[Hazard], text: str) -> tuple[Hazard, ...]:
    """Leave out what the text allows with a reason, on the line itself or the one before.

    The form is `# guard: allow drop-column, unused since 0007` (or `--` in SQL).
    """
    allowed = {
        (number, found[1])
        for number, line in enumerate(text.splitlines(), 1)
        if (found := _ALLOWED.search(line))
    }
    return tuple(
        each
        for each in sorted(hazards, key=lambda each: (each.line, each.rule))
        if not {(each.line, each.rule), (each.line - 1, each.rule)} & allowed
    )


def is_identity(column: str) -> bool:
    """Whether a column of that name holds the identity of a row: `id`, `uuid`, `user_id`, ..."""
    name = column.lower()
    return name in {"id", "uuid", "guid", "key", "pk"} or name.endswith(("_id", "_uuid", "_guid", "_key"))
