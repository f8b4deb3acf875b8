"""Servers for models: one that fails on request, and a real one with a model whose weights are chance."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.models.real_server import RealServer
from tests.models.tiny import write_tiny_model
from tests.models.troubled_server import TroubledServer
from workbench.brain.packet import Packet, ProjectView, SceneView
from workbench.brain.remote.model import OpenAIModel, Roles
from workbench.brain.remote.order import Server
from workbench.brain.remote.patience import Patience
from workbench.brain.remote.wire import Wire
from workbench.templates.registry import templates

CANARY = "sk-canary-4f9a1c77d2"
HELLO = 'text("Hello", size=96, enter=fade(), name="title")\n'


@pytest.fixture
def troubled() -> Iterator[TroubledServer]:
    server = TroubledServer()
    yield server
    server.close()


@pytest.fixture
def wired() -> Iterator[Callable[..., Wire]]:
    """Wires that are closed at the end; waiting between tries takes no time worth mentioning."""
    made: list[Wire] = []

    def make(url: str, seconds: float = 5.0, tries: int = 2) -> Wire:
        made.append(Wire(Server(url, SecretStr(CANARY)), Patience(seconds, tries, first_seconds=0.001)))
        return made[-1]

    yield make
    for wire in made:
        wire.close()


@pytest.fixture
def model(troubled: TroubledServer, wired: Callable[..., Wire]) -> OpenAIModel:
    return OpenAIModel(wired(troubled.url), Roles("m1"))


@pytest.fixture
def packet() -> Packet:
    scenes = (SceneView("A1", "one", HELLO), SceneView("B2", "two", HELLO.replace("Hello", "Bye")))
    return Packet("make it bigger", ProjectView("P", scenes), templates())


@pytest.fixture(scope="module")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    folder = tmp_path_factory.mktemp("model")
    server = RealServer(write_tiny_model(Path(folder) / "tiny.gguf"))
    yield server
    server.close()
