"""A small sample at a fixed moment, opened once: a week and a day of a team that asks a little."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboards.site import Site
from tests.store.conftest import database, empty_file, place, postgresql_server
from workbench.clock import FrozenClock
from workbench.studio.settings import Settings

__all__ = ["database", "empty_file", "place", "postgresql_server"]

AFTERNOON = datetime(2026, 6, 17, 15, 30, tzinfo=UTC)
SMALL = {"days": 9, "takes_a_day": 150}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a dashboard of the sample."""
    settings = Settings(data=tmp_path_factory.mktemp("sample"))
    with Site.open(
        settings, sample=True, refresh_seconds=3600, clock=FrozenClock(AFTERNOON), sample_options=SMALL
    ) as opened:
        yield opened


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Site]:
    """Give a dashboard of a data folder in which nothing happened yet."""
    with Site.open(Settings(data=tmp_path), refresh_seconds=3600, clock=FrozenClock(AFTERNOON)) as opened:
        yield opened
