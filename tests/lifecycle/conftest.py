"""The same engines as the store's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.store.conftest import (  # noqa: F401
    blank_postgresql,
    database,
    empty_file,
    place,
    postgresql_server,
    project,
)
from workbench.store.engines import open_engine, parse_url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Give a database without any table."""
    address = (
        str(tmp_path / "blank.db")
        if request.param == "sqlite"
        else request.getfixturevalue("blank_postgresql")
    )
    engine = open_engine(parse_url(address), power_safe=False)
    yield engine
    engine.dispose()


@pytest.fixture
def blank_place(place: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:  # noqa: F811
    """Give the address of a second, empty database of the same engine."""
    if place.startswith("postgresql"):
        return str(request.getfixturevalue("blank_postgresql"))
    return str(tmp_path / "second.db")
