"""`workbench mcp`: the workbench for other agents, over standard input and output."""

from __future__ import annotations

import click

from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace


@click.command()
@click.option("--prompts", default=200, show_default=True, help="Prompts this server may answer.")
@click.option("--exports", default=50, show_default=True, help="Films this server may render.")
@click.option("--film-seconds", default=600.0, show_default=True, help="Longest film.")
def mcp(prompts: int, exports: int, film_seconds: float) -> int:
    """Serve the Model Context Protocol on standard input and output."""
    from workbench.service.mcp_server import Limits, build_server

    limits = Limits(prompts=prompts, exports=exports, film_seconds=film_seconds)
    with Workspace(Settings()) as workspace:
        build_server(workspace, limits).run("stdio")
    return 0
