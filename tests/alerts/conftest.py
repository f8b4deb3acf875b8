"""The same engines as the store's tests, with a clock that moves when told to."""

from __future__ import annotations

import pytest

from tests.store.conftest import blank_postgresql, database, empty_file, place, postgresql_server
from workbench.clock import FrozenClock
from workbench.store import Database

__all__ = ["blank_postgresql", "database", "empty_file", "place", "postgresql_server"]


@pytest.fixture
def clock(database: Database) -> FrozenClock:
    """Give the clock that the database is read by."""
    database.clock = clock = FrozenClock()
    return clock
