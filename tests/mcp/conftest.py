"""An MCP server over a workspace in a folder of its own, and the SDK's own client to talk to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from mcp.server import MCPServer

from workbench.service.mcp_server import Limits, build_server
from workbench.studio.model_settings import ModelSettings
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

HELLO = 'text("Hello", size=96, enter=fade(), name="title")\n'


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    settings = Settings(data=tmp_path / "data", workers=1, models=ModelSettings(model="offline"))
    with Workspace(settings) as workspace:
        yield workspace


@pytest.fixture
def server(workspace: Workspace) -> MCPServer:
    return build_server(workspace, Limits(prompts=2, exports=2, film_seconds=60))
