"""Another agent drives the workbench through the SDK's own client."""

import asyncio
import base64
import json
import os
import re
import sys
from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.server import MCPServer
from mcp.shared.exceptions import MCPError
from PIL import Image

import workbench
from tests.mcp.conftest import HELLO
from workbench.service.mcp_actions import action_types
from workbench.studio.actions import action_kinds
from workbench.studio.workspace import Workspace


def talk(server: MCPServer, conversation: Callable[[Client], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with Client(server) as client:
            return await conversation(client)

    return asyncio.run(run())


def call(server: MCPServer, tool: str, **arguments: Any) -> Any:
    return talk(server, lambda client: client.call_tool(tool, arguments))


def with_scene(server: MCPServer, source: str = HELLO) -> None:
    call(server, "create_project", name="P", format="640x360@30")
    call(server, "add_scene", project="P", source=source, name="one", duration_seconds=1)


def test_every_action_is_a_tool_with_its_own_fields(server: MCPServer) -> None:
    """The tools are made from the actions, so none is missing and none has other fields."""
    tools = {tool.name: tool for tool in talk(server, lambda client: client.list_tools()).tools}
    assert set(action_kinds()) <= set(tools)
    for kind in action_types():
        schema = tools[kind.model_fields["kind"].default].input_schema
        assert set(schema["properties"]) == {"project", *kind.model_fields} - {"kind"}


def test_a_client_is_told_which_workbench_it_speaks_to(server: MCPServer) -> None:
    """Name, version and how to work with it come with the connection."""

    async def introduced(client: Client) -> tuple[str, str, str | None]:
        return client.server_info.name, client.server_info.version, client.instructions

    name, version, instructions = talk(server, introduced)
    assert (name, version) == ("workbench", workbench.__version__)
    assert "workbench://language" in (instructions or "")


def test_tools_say_what_they_may_change(server: MCPServer) -> None:
    """Looking is marked as such, and deleting as the only destructive tool."""
    tools = talk(server, lambda client: client.list_tools()).tools
    hints = {tool.name: tool.annotations for tool in tools}
    assert hints["check"].read_only_hint
    assert [name for name, hint in hints.items() if hint.destructive_hint] == ["delete_scene"]


@pytest.mark.slow
def test_a_scene_is_added_changed_and_undone(server: MCPServer, workspace: Workspace) -> None:
    """What a tool answers is what the store holds."""
    with_scene(server)
    saved = call(server, "save_scene", project="P", scene="1", source=HELLO.replace("96", "120"))
    assert "120" in saved.structured_content["told"][0]
    call(server, "undo", project="P")
    project = workspace.project("P")
    assert workspace.scenes.list(project.id)[0].source == HELLO


@pytest.mark.slow
def test_a_stale_save_is_refused_in_words(server: MCPServer) -> None:
    """A conflict reaches the agent as an error that says what to do."""
    with_scene(server)
    call(server, "save_scene", project="P", scene="1", source=HELLO + "\n")
    stale = call(server, "save_scene", project="P", scene="1", source=HELLO, base_revision=1)
    assert stale.is_error
    assert "revision" in stale.content[0].text


@pytest.mark.parametrize(
    ("tool", "arguments", "word"),
    [
        ("show_project", {"project": "Nope"}, "no project named 'Nope'"),
        ("create_project", {"name": "X", "format": "3:7"}, "not a format"),
        ("accept_take", {"project": "Nope", "take": "x"}, "no take"),
        ("delete_scene", {"project": "Nope", "scene": "1"}, "no project"),
    ],
)
def test_errors_say_what_happened_and_what_to_do(
    server: MCPServer, tool: str, arguments: dict[str, Any], word: str
) -> None:
    """Nothing is hidden behind "error executing tool"."""
    answer = call(server, tool, **arguments)
    assert answer.is_error
    assert word in answer.content[0].text


@pytest.mark.slow
def test_findings_are_data(server: MCPServer) -> None:
    """A mistake comes back with its code and line, and nothing is saved by checking."""
    with_scene(server)
    found = call(server, "check", project="P", scene="1", source='text("Hi", sise=9)').structured_content
    assert not found["ok"]
    assert found["findings"][0]["code"] == "argument"
    assert found["findings"][0]["line"] == 1
    assert call(server, "check", project="P", scene="1").structured_content["ok"]


@pytest.mark.slow
def test_frames_are_pictures(server: MCPServer) -> None:
    """Frames at the asked seconds, in the project's shape, and not more than allowed."""
    with_scene(server)
    shown = call(server, "frames", project="P", scene="one", seconds=[0.0, 0.9], height=180).content
    pictures = [Image.open(BytesIO(base64.b64decode(part.data))) for part in shown if part.type == "image"]
    assert [picture.size for picture in pictures] == [(320, 180)] * 2
    assert pictures[0].tobytes() != pictures[1].tobytes()
    assert call(server, "frames", project="P", scene="one", seconds=[0.0] * 7).is_error


@pytest.mark.slow
def test_a_prompt_is_answered_and_counted(server: MCPServer) -> None:
    """`ask` does what it says, reports its stages, and stops at the server's limit."""
    with_scene(server)
    stages: list[str] = []

    async def ask(client: Client) -> Any:
        async def heard(_: float, __: float | None, stage: str | None) -> None:
            stages.append(stage or "")

        return await client.call_tool(
            "ask", {"project": "P", "prompt": "make the title red"}, progress_callback=heard
        )

    take = talk(server, ask).structured_content
    assert take["ok"]
    assert stages[0] == "deciding"
    assert stages[-1] == "done"
    call(server, "plan", project="P", prompt="make it blue")
    assert "used its 2 prompts" in call(server, "ask", project="P", prompt="again").content[0].text


@pytest.mark.slow
def test_a_film_is_a_link_that_can_be_read(server: MCPServer, workspace: Workspace) -> None:
    """Export reports progress that only grows, links the film, and keeps it in the project's own folder."""
    with_scene(server)
    progress: list[float] = []

    async def export(client: Client) -> Any:
        async def heard(done: float, _: float | None, __: str | None) -> None:
            progress.append(done)

        options = {"project": "P", "quality": "draft", "name": "my film"}
        answer = await client.call_tool("export", options, progress_callback=heard)
        return answer, await client.read_resource(answer.structured_content["uri"])

    answer, film = talk(server, export)
    link = next(part for part in answer.content if part.type == "resource_link")
    assert link.uri == answer.structured_content["uri"]
    assert base64.b64decode(film.contents[0].blob)[4:8] == b"ftyp"
    assert progress == sorted(set(progress))
    assert progress[-1] == 30
    folder = workspace.settings.data / "exports" / workspace.project("P").id
    assert [path.name for path in folder.iterdir()] == ["my film.mp4"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["../film", "/etc/passwd", "a/b", "..", "a\x00b", "con\\x", ""])
def test_no_film_leaves_its_folder(server: MCPServer, workspace: Workspace, name: str) -> None:
    """Names that are paths are refused before anything is written."""
    with_scene(server)
    assert call(server, "export", project="P", name=name).is_error
    assert not (workspace.settings.data / "exports").exists()


@pytest.mark.slow
def test_long_films_are_refused(server: MCPServer) -> None:
    """The server's limit on length holds before a frame is painted."""
    with_scene(server)
    call(server, "save_scene", project="P", scene="1", duration_seconds=90)
    assert "would last 90 s" in call(server, "export", project="P").content[0].text


@pytest.mark.slow
@pytest.mark.parametrize(
    "uri", ["project://P/exports/..%2F..%2Fworkbench.db", "project://P/exports/nothing.mp4"]
)
def test_resources_give_nothing_else_away(server: MCPServer, uri: str) -> None:
    """No address reads a file that export did not write."""
    with_scene(server)

    async def read(client: Client) -> str:
        with pytest.raises(MCPError) as refused:
            await client.read_resource(uri)
        return str(refused.value)

    assert re.search("Unknown resource|no film|cannot be the name", talk(server, read))


@pytest.mark.slow
def test_resources_show_the_project_and_the_language(server: MCPServer) -> None:
    """What an agent needs to write a scene can be read without a tool."""
    with_scene(server)
    read = lambda uri: talk(server, lambda client: client.read_resource(uri)).contents[0].text  # noqa: E731
    assert json.loads(read("project://P"))["scenes"][0]["name"] == "one"
    assert read("project://P/scenes/1") == HELLO
    assert "bar_chart(" in read("workbench://language")
    assert "title" in [each["id"] for each in json.loads(read("workbench://templates"))]


@pytest.mark.slow
def test_the_command_serves_over_standard_input_and_output(tmp_path: Path) -> None:
    """`workbench mcp` answers a client in another process, and nothing else is printed there."""
    environment = {**os.environ, "WORKBENCH_DATA": str(tmp_path / "data"), "WORKBENCH_MODEL": "offline"}
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-c", "from workbench.cli.main import main; main()", "mcp"],
        env=environment,
    )

    async def run() -> Any:
        async with Client(parameters) as client:
            await client.call_tool("create_project", {"name": "Over there"})
            return await client.call_tool(
                "ask", {"project": "Over there", "prompt": 'a title that says "Hi"'}
            )

    take = asyncio.run(run()).structured_content
    assert take["ok"]
    assert [scene["number"] for scene in take["scenes"]] == [1]
