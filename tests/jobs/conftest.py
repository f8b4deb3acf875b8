"""Jobs on both engines, with a clock that moves when told to."""

from __future__ import annotations

import pytest

from tests.store.conftest import database, empty_file, place, postgresql_server
from workbench.clock import FrozenClock
from workbench.store import Database
from workbench.store.jobs import Jobs

__all__ = ["database", "empty_file", "place", "postgresql_server"]


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def jobs(database: Database, clock: FrozenClock) -> Jobs:
    database.clock = clock
    return Jobs(database)
