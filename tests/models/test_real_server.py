"""A real server that is not ours, with a model whose weights are chance: the whole way there and back.

The model writes random texts, so what is tested is the way and not the wit: valid plans under a schema, text
as it streams, requests that are cancelled, a server that dies.
"""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.models.conftest import HELLO
from tests.models.real_server import RealServer
from tests.models.tiny import write_tiny_model
from workbench.brain.model import ScriptedModel
from workbench.brain.packet import Packet, ProjectView, SceneView
from workbench.brain.plan import EditScene, Plan
from workbench.brain.remote.json_reading import read_object
from workbench.brain.remote.model import OpenAIModel, Room
from workbench.brain.remote.order import Letter, Order
from workbench.brain.remote.plan_reading import PlanReader
from workbench.brain.remote.plan_schema import layout_schema, plan_schema
from workbench.brain.remote.wire import Wire
from workbench.errors import ModelFailed
from workbench.studio.model_settings import ModelSettings
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace
from workbench.templates.registry import templates

pytestmark = pytest.mark.slow

Wired = Callable[..., Wire]
PACKET = Packet("make it bigger", ProjectView("P", (SceneView("A1", "one", HELLO),)), templates()[:3])


def order(words: str, tokens: int = 40, **more: object) -> Order:
    return Order("tiny.gguf", (Letter("user", words),), tokens, **more)  # type: ignore[arg-type]


@pytest.fixture
def wire(real_server: RealServer, wired: Wired) -> Wire:
    return wired(real_server.url, seconds=40)


def test_the_server_lists_its_model(wire: Wire) -> None:
    """The one model it has is found by asking."""
    assert wire.models() == ("tiny.gguf",)


def test_a_schema_is_enforced_on_random_weights(wire: Wire) -> None:
    """What chance writes under the plan's schema is a whole object or was cut off; one at least is whole."""
    schema = plan_schema(PACKET)
    ends: list[str] = []
    for number in range(6):
        try:
            reply = wire.send(order(f"prompt {number}", 900, mode="json_schema", schema=schema))
        except ModelFailed as failure:
            ends.append(failure.evidence["kind"])
            continue
        answer = read_object(reply.text)
        assert set(answer) == set(schema["properties"])
        PlanReader(PACKET).plan(answer)
        ends.append("whole")
    assert set(ends) <= {"whole", "cut_off"}
    assert "whole" in ends


def test_a_layout_is_enforced_too(wire: Wire) -> None:
    """Numbers stay within the bounds that the schema gives."""
    reply = wire.send(order("a layout", 3_000, mode="json_schema", schema=layout_schema()))
    assert all(0 <= each["starts_tenths"] <= 600 for each in read_object(reply.text)["elements"])
    assert reply.output_tokens


def test_a_prompt_goes_all_the_way(real_server: RealServer, tmp_path: Path) -> None:
    """From the settings to a take: the model is asked, the answer told, the project whole."""
    models = ModelSettings(
        base_url=real_server.url, context_tokens=6_000, output_tokens=200, model_seconds=120
    )
    with Workspace(Settings(data=tmp_path, models=models)) as workspace:
        studio = Studio(workspace, workspace.project("P", create=True))
        take = studio.ask("a title card")
        used = [usage for usage in take.usage if usage.provider.startswith("127.0.0.1")]
        assert take.text
        assert all(usage.input_tokens for usage in used)
        assert [message.role for message in studio.messages] == ["user", "assistant"]


def test_text_streams(wire: Wire) -> None:
    """Pieces come one by one and make up the whole; the usage comes at the end."""
    heard: list[str] = []
    with pytest.raises(ModelFailed) as failure:
        wire.send(order("say something", 60, stream=True), heard.append)
    assert failure.value.evidence["kind"] == "cut_off"
    assert len(heard) > 10


def test_a_request_that_is_stopped_frees_the_server(wire: Wire, real_server: RealServer) -> None:
    """The server notices that the listener of a very long answer left, and answers the next one."""

    class Enough(Exception):
        pass

    def stop(_: str) -> None:
        raise Enough

    with pytest.raises(Enough):
        wire.send(order("a long story", 30_000, stream=True), stop)
    real_server.wait_until_logged("client disconnected")
    with pytest.raises(ModelFailed, match="cut off at 5"):
        wire.send(order("short", 5))


def test_two_at_once_are_both_answered(wire: Wire) -> None:
    """Requests of two threads do not disturb each other."""
    lengths: list[int] = []

    def ask(tokens: int) -> None:
        heard: list[str] = []
        with pytest.raises(ModelFailed, match="cut off"):
            wire.send(order(f"story {tokens}", tokens, stream=True), heard.append)
        lengths.append(len(heard))

    threads = [threading.Thread(target=ask, args=(tokens,)) for tokens in (20, 40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lengths) == 2
    assert min(lengths) > 10


def test_a_context_that_is_too_small_is_told(wire: Wire) -> None:
    """The server's own words are kept: how long the prompt was and what it takes."""
    with pytest.raises(ModelFailed, match="context") as failure:
        wire.send(order("word " * 20_000))
    assert failure.value.evidence["kind"] == "bad_request"


def test_a_server_that_is_killed_in_the_middle_is_a_clear_fault(tmp_path: Path, wired: Wired) -> None:
    """SIGKILL while it writes: an error at once, and nothing half is taken for whole."""
    server = RealServer(write_tiny_model(tmp_path / "mortal.gguf"))
    model = OpenAIModel(
        wired(server.url, seconds=60), room=Room(30_000, 8_000), otherwise=ScriptedModel([Plan("answer")])
    )
    heard: list[str] = []

    def kill(piece: str) -> None:
        if not heard:
            server.kill()
        heard.append(piece)

    with pytest.raises(ModelFailed) as failure:
        model.write(PACKET, EditScene("A1", "make it red"), on_text=kill)
    assert heard
    assert failure.value.evidence["kind"] in {"broken_stream", "unreachable"}
    with pytest.raises(ModelFailed) as gone:
        model.decide(PACKET)
    assert gone.value.evidence["kind"] == "unreachable"
