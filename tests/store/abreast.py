"""Things that are done at once, in threads that come to the database side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import Connection

from workbench.store import Database


def abreast(*works: Callable[[], object]) -> None:
    """Do each in a thread of its own; none begins its first write before all have come to theirs."""
    gate = threading.Barrier(len(works), timeout=60)
    first = threading.local()
    write = Database.write

    def writes(mine: Database) -> AbstractContextManager[Connection]:
        if getattr(first, "to_come", False):
            first.to_come = False
            gate.wait()
        return write(mine)

    def does(work: Callable[[], object]) -> None:
        first.to_come = True
        work()

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(len(works)) as pool:
        patch.setattr(Database, "write", writes)
        list(pool.map(does, works))
