"""Serving: one uvicorn process that says where it listens, and goes down without losing anything.

At SIGTERM or Ctrl-C the service first says that it is not ready any more and ends its event streams; then
uvicorn waits for the requests under way, and the workspace gives back the leases of jobs that take longer.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from fastapi import FastAPI

from workbench.errors import EnvironmentFault
from workbench.service.state import Service
from workbench.studio.service_settings import ServiceSettings

KEEP_ALIVE_SECONDS = 20
MOST_CONNECTIONS = 1000
BACKLOG = 2048


class Server(uvicorn.Server):
    """A uvicorn server that tells the service as soon as it is to go down."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._service.begin_closing()
        super().handle_exit(sig, frame)


def serve(
    app: FastAPI, settings: ServiceSettings, *, when_listening: Callable[[str], None] = lambda _: None
) -> None:
    """Serve until SIGTERM or Ctrl-C; `when_listening` hears the address once it is bound."""
    config = configured(app, settings)
    listening = bound(settings.host, settings.port)
    try:
        host, port = listening.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        when_listening(f"http://{shown}:{port}")
        with _signals_end_with_the_server():
            Server(config, app.state.service).run(sockets=[listening])
    finally:
        listening.close()


def configured(app: FastAPI, settings: ServiceSettings) -> uvicorn.Config:
    """Return how uvicorn serves; a caller's address is believed from the proxies in the settings alone."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=True,
        forwarded_allow_ips=settings.proxies,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=max(1, round(settings.shutdown_seconds)),
        limit_concurrency=MOST_CONNECTIONS,
    )


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; who calls before the service is ready waits and is not refused.

    It names its protocol: asyncio turns Nagle's algorithm off for such sockets alone, and with it on each
    answer waits 40 ms.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as failure:
        raise _cannot_listen(host, port, failure) from None
    listening = socket.socket(family, kind, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as failure:
        listening.close()
        raise _cannot_listen(host, port, failure) from None
    return listening


def _cannot_listen(host: str, port: int, failure: OSError) -> EnvironmentFault:
    return EnvironmentFault(
        f"Nothing can listen at {host}:{port}: {failure.strerror}.",
        remedy="Another program may do so already; choose another --port.",
    )


@contextmanager
def _signals_end_with_the_server() -> Iterator[None]:
    """Keep the signal that uvicorn raises anew after it has stopped from ending us before we have closed."""
    before = {kind: signal.signal(kind, lambda *_: None) for kind in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
