from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.telemetry.making import World
from workbench.store.database import Database


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables, to be copied."""
    path = tmp_path_factory.mktemp("blank") / "workbench.db"
    Database.open(path).close()
    return path


@pytest.fixture
def world(tmp_path: Path, blank: Path) -> Iterator[World]:
    made = World(tmp_path, blank)
    yield made
    made.close()
