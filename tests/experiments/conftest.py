"""A workspace, and a server that plays a model and counts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.experiments.model_server import ModelServer
from tests.models.real_server import RealServer
from tests.models.tiny import write_tiny_model
from workbench.studio.model_settings import ModelSettings
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace


@pytest.fixture
def server() -> Iterator[ModelServer]:
    server = ModelServer()
    yield server
    server.close()


@pytest.fixture
def offline(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(Settings(data=tmp_path / "data", models=ModelSettings(model="offline"))) as workspace:
        yield workspace


@pytest.fixture
def workspace(tmp_path: Path, server: ModelServer) -> Iterator[Workspace]:
    with Workspace(connected(tmp_path / "data", server.url)) as workspace:
        yield workspace


def connected(data: Path, url: str) -> Settings:
    models = ModelSettings(base_url=url, api_key=SecretStr("none"), model="m1", model_seconds=30)
    return Settings(data=data, models=models)


@pytest.fixture(scope="module")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    server = RealServer(write_tiny_model(tmp_path_factory.mktemp("model") / "tiny.gguf"))
    yield server
    server.close()
