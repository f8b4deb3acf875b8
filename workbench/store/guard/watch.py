"""Watches a migration while it runs: nothing in it may end, leave or loosen the transaction around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from workbench.errors import InputError

_LEAVES = re.compile(
    r"\s*(COMMIT|END\b|BEGIN|ROLLBACK(?!\s+TO)|ABORT|ATTACH|DETACH|VACUUM|PREPARE\s+TRANSACTION"
    r"|PRAGMA\s+(foreign_keys|writable_schema|journal_mode|ignore_check_constraints)\s*[=(]"
    r"|SET\s+(SESSION\s+|LOCAL\s+)?session_replication_role)",
    re.IGNORECASE,
)


@contextmanager
def watched(connection: Connection) -> Iterator[None]:
    """Refuse statements that would end the transaction or turn its checks off."""

    def look(_: Connection, __: Any, statement: str, *___: Any) -> None:
        if _LEAVES.match(statement):
            raise _left(statement)

    def refuse(_: Connection) -> None:
        raise _left("COMMIT")

    event.listen(connection, "before_cursor_execute", look)
    event.listen(connection, "commit", refuse)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", look)
        event.remove(connection, "commit", refuse)


def _left(statement: str) -> InputError:
    return InputError(
        f"The migration tried to leave its transaction with {' '.join(statement.split())[:60]!r}.",
        remedy="Nothing was changed. Remove that step: all steps are kept as a whole or not at all.",
    )
