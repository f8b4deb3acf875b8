"""`workbench dashboard`: the pages for those who operate it, on 127.0.0.1."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import click

from workbench.studio.settings import Settings


@click.command()
@click.option("--sample", is_flag=True, help="Show made-up data, kept in a folder of its own.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port on 127.0.0.1 (default: 5006; 0: any).")
@click.option("--socket", type=click.Path(path_type=Path), help="Listen on this unix socket instead.")
@click.option("--prefix", default="", help="Path before every address, behind another server.")
@click.option("--refresh", type=click.FloatRange(0.5, 3600), help="Seconds between looks (default: 5).")
@click.option("--database", help="Database URL (default: WORKBENCH_DATABASE, or a file in the data folder).")
@click.option("--while-stdin", is_flag=True, hidden=True, help="End when standard input does.")
@click.option("--once", is_flag=True, help="Fill the sample, and leave.")
def dashboard(
    sample: bool,
    port: int | None,
    socket: Path | None,
    prefix: str,
    refresh: float | None,
    database: str | None,
    while_stdin: bool,
    once: bool,
) -> None:
    """Serve the operations dashboard: latency, errors, cost, lifecycle, alerts, capacity."""
    from dashboards.serving import serve
    from dashboards.site import Site

    if while_stdin:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    given: dict[str, Any] = {} if database is None else {"database": database}
    with Site.open(Settings(**given), sample=sample, refresh_seconds=refresh) as site:
        if not once:
            serve(
                site, port=port, socket=socket, prefix=prefix.rstrip("/"),
                when_listening=lambda where: click.echo(f"The dashboard is at {where} (Ctrl-C ends it)"),
            )  # fmt: skip


def _end_with_stdin() -> None:
    """Leave as at SIGTERM once whoever started this closes our input, or dies."""
    while os.read(sys.stdin.fileno(), 4096):  # not through a buffer, whose lock would be held at exit
        pass
    os.kill(os.getpid(), signal.SIGTERM)
