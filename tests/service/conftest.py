"""The service over a workspace in a folder of its own, called in this process by an HTTP client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from workbench.brain.model import ScriptedModel
from workbench.service.app import create_app
from workbench.store import Tokens, Users
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel()


@pytest.fixture
def workspace(tmp_path: Path, model: ScriptedModel) -> Iterator[Workspace]:
    with Workspace(Settings(data=tmp_path / "data", workers=1), model=model) as workspace:
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
