"""The service over a workspace in a folder of its own, called in this process by an HTTP client.

The suites named in `BOTH_ENGINES` run on SQLite and on a throw-away PostgreSQL server.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.store.conftest import _postgresql_database, empty_file, place, postgresql_server
from workbench.brain.model import ScriptedModel
from workbench.service.app import create_app
from workbench.store import Tokens, Users
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

__all__ = ["empty_file", "place", "postgresql_server"]
BOTH_ENGINES = {
    "test_access",
    "test_alerting",
    "test_contract",
    "test_documents",
    "test_events",
    "test_keeping",
    "test_killing",
    "test_limits",
    "test_once",
    "test_ownership",
    "test_serving",
    "test_smoke",
    "test_watching",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the core suites on both engines."""
    if metafunc.module.__name__.rpartition(".")[2] in BOTH_ENGINES:
        engines = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]
        for name in sorted({"address", "module_address"} & set(metafunc.fixturenames)):
            metafunc.parametrize(name, engines, indirect=True)


@pytest.fixture
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the database URL of a test; empty for the file in its data folder."""
    yield from _address(request)


@pytest.fixture(scope="module")
def module_address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the database URL of all the tests of a module that share one workspace."""
    yield from _address(request)


def _address(request: pytest.FixtureRequest) -> Iterator[str]:
    if getattr(request, "param", "sqlite") == "sqlite":
        yield ""
    else:
        yield from _postgresql_database(request.getfixturevalue("postgresql_server"), "postgres")


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel()


@pytest.fixture
def workspace(tmp_path: Path, address: str, model: ScriptedModel) -> Iterator[Workspace]:
    settings = Settings(data=tmp_path / "data", database=address, workers=1)
    with Workspace(settings, model=model) as workspace:
        yield workspace


@pytest.fixture
def app(workspace: Workspace) -> FastAPI:
    return create_app(workspace)


def bearer(workspace: Workspace, user: str = "local", **options: str) -> dict[str, str]:
    """Return the header of a fresh token; the user is made when he is new."""
    if user not in {each.name for each in Users(workspace.database).list()}:
        Users(workspace.database).create(user)
    return {"Authorization": f"Bearer {Tokens(workspace.database).create('test', user=user, **options)[1]}"}


@pytest.fixture
def client(app: FastAPI, workspace: Workspace) -> Iterator[TestClient]:
    """Give a client that shows a token of the local user."""
    with TestClient(app, headers=bearer(workspace), raise_server_exceptions=False) as client:
        yield client
