"""`workbench serve`: the studio over HTTP."""

from __future__ import annotations

import ipaddress
import logging
import signal
from typing import Any

import click

from workbench.store.tokens import Tokens
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace


@click.command()
@click.option("--host", help="Address to listen at (default: 127.0.0.1, which only this machine reaches).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port (default: 8600; 0 takes a free one).")
@click.option(
    "--database",
    help="Database, such as postgresql://user@host/name (default: WORKBENCH_DATABASE, or the data folder).",
)
@click.option(
    "--log", is_flag=True, help="Log one line per request on stderr: id, route, status, time, token's id."
)
def serve(host: str | None, port: int | None, database: str | None, log: bool) -> int:
    """Serve the studio over HTTP until Ctrl-C or SIGTERM; callers need a token (`workbench token create`)."""
    from workbench.frugal import keep_apart, settle, share_arenas

    share_arenas()
    keep_apart()
    from workbench.service.alerting import alerting
    from workbench.service.app import create_app
    from workbench.service.keeping import keeping
    from workbench.service.ops import ops_plug
    from workbench.service.serving import serve as serve_app
    from workbench.stress.leaving import end_with_starter

    end_with_starter(signal.SIGTERM)
    if log:
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
        logging.getLogger("workbench.service").setLevel(logging.INFO)
    given: dict[str, Any] = {} if database is None else {"database": database}
    settings = in_service(Settings(**given))
    chosen = {key: value for key, value in {"host": host, "port": port}.items() if value is not None}
    service = settings.service.model_copy(update=chosen)
    with Workspace(settings) as workspace:
        _warn(service.host, Tokens(workspace.database))
        app = create_app(workspace, service, plugs=[keeping(), alerting(), ops_plug()])
        settle()
        serve_app(app, service, when_listening=lambda url: click.echo(f"Serving at {url} (Ctrl-C stops it)."))
    click.echo("Stopped.")
    return 0


def in_service(settings: Settings) -> Settings:
    """Return the settings of a service: pictures are measured apart, unless it was decided otherwise."""
    if settings.pictures.apart is not None:
        return settings
    return settings.model_copy(update={"pictures": settings.pictures.model_copy(update={"apart": True})})


def _warn(host: str, tokens: Tokens) -> None:
    if not tokens.list():
        click.echo("Nobody has a token yet. Make one: workbench token create NAME", err=True)
    if not _is_local(host):
        click.echo(
            "Tokens travel in the open without TLS: put a proxy that speaks TLS in front (docs/service.md).",
            err=True,
        )


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
