"""The server: Panel's own, on 127.0.0.1 or on a unix socket, with what it must never fetch from elsewhere.

Behind another server (the service at `/ops`, JupyterLab's proxy) it listens on a unix socket that only this
user can reach; whoever is in front decides who may come in, and hands the same origin on.
"""

from __future__ import annotations

import logging
import signal
import threading
import traceback
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import panel as pn
from tornado.web import RedirectHandler, StaticFileHandler
from tornado.websocket import WebSocketClosedError

from dashboards.answers import AnswerHandler, HealthHandler, PointHandler
from dashboards.hosts import Names, answer_only_to
from dashboards.login import login_of
from dashboards.pages import ALL, Page
from dashboards.session import HERE, page_of
from dashboards.site import Site
from workbench.errors import EnvironmentFault
from workbench.studio.dashboard_settings import DashboardSettings

ADDRESS = "127.0.0.1"
FORGET_SECONDS = 10_000
_LEFT_EARLY = str(Path("bokeh", "server", "connection.py"))


def serve(
    site: Site,
    *,
    port: int | None = None,
    socket: Path | None = None,
    prefix: str = "",
    when_listening: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until SIGTERM or Ctrl-C; on `socket` when one is given, else on a port of 127.0.0.1."""
    server = server_of(site, port=port, socket=socket, prefix=prefix)
    _say_nothing_of_leaving()
    where = f"unix:{socket}" if socket else f"http://{ADDRESS}:{server.port}{prefix}/now"
    loop = server.io_loop

    def stop(*_: object) -> None:
        loop.add_callback_from_signal(loop.stop)

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
    server.start()
    when_listening(where)
    try:
        loop.start()
    finally:
        server.stop(wait=False)
        if socket:
            socket.unlink(missing_ok=True)


def server_of(site: Site, *, port: int | None = None, socket: Path | None = None, prefix: str = "") -> Any:
    """Return the server, not started yet."""
    settings = site.settings.dashboard
    version = _version()
    pn.extension(inline=True)
    pages = {f"/{key}": _maker(site, page, version) for key, page in ALL.items()}
    patterns = [
        (r"/?", RedirectHandler, {"url": f"{prefix}/now", "permanent": False}),
        (r"/assets/(.*)", StaticFileHandler, {"path": str(HERE / "static")}),
        (r"/answers/([a-z_]+)\.(csv|parquet)", AnswerHandler, {"site": site}),
        (r"/point", PointHandler, {"site": site}),
        (r"/health", HealthHandler, {"site": site}),
    ]
    try:
        server = pn.serve(
            pages,
            show=False,
            start=False,
            threaded=False,
            port=_port(settings, port, socket),
            address=ADDRESS,
            prefix=prefix,
            websocket_origin=_origins(settings, socket),
            extra_patterns=patterns,
            verbose=False,
            title={f"/{key}": page.title for key, page in ALL.items()},
            location=False,
            use_index=False,
            session_token_expiration=FORGET_SECONDS,
            **({"unix_socket": str(socket)} if socket else {}),  # then no port is opened
            **login_of(settings, version),
        )
    except OSError as taken:
        at = socket or f"{ADDRESS}:{_port(settings, port, socket)}"
        option = "--socket" if socket else "--port"
        raise EnvironmentFault(
            f"Nothing can listen at {at}: {taken.strerror}.",
            remedy=f"Another program may do so already; choose another {option}.",
        ) from taken
    if not socket:  # else whoever is in front of it has looked at the name
        answer_only_to(Names(settings.origins), server._tornado)  # noqa: SLF001 - Bokeh shows it nowhere else
    return server


def _say_nothing_of_leaving() -> None:
    """Whoever closes a page while it is brought up to date is no trouble; Bokeh and Tornado say it is."""

    def worth_saying(record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        left_early = isinstance(error, AssertionError) and _raised_in(error).endswith(_LEFT_EARLY)
        return not left_early and not isinstance(error, WebSocketClosedError)

    logging.getLogger("bokeh.server.views.ws").setLevel(logging.ERROR)
    for name in ("asyncio", "tornado.application"):
        logging.getLogger(name).addFilter(worth_saying)


def _raised_in(error: BaseException) -> str:
    """Return the file whose line raised an error."""
    frames = list(traceback.walk_tb(error.__traceback__))
    return frames[-1][0].f_code.co_filename if frames else ""


def _maker(site: Site, page: Page, version: str) -> Callable[[], Any]:
    """Return a plain function that builds the page: Panel takes anything else for something to show."""

    def make() -> Any:
        return page_of(site, page, version)

    return make


def _port(settings: DashboardSettings, port: int | None, socket: Path | None) -> int:
    if socket:
        return 0
    return settings.port if port is None else port


def _origins(settings: DashboardSettings, socket: Path | None) -> list[str] | None:
    if socket:
        logging.getLogger("bokeh.server.util").setLevel(logging.ERROR)  # it warns of what follows
        return ["*"]  # whoever is in front of the socket has looked at the origin
    return list(settings.origins) or None


def _version() -> str:
    """Return what changes with the page's own files, so that no browser shows an old one."""
    told = sha256()
    for place in sorted((HERE / "static").iterdir()):
        told.update(place.read_bytes())
    return told.hexdigest()[:10]
