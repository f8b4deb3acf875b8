"""Every request has an id, a span and a line in the log; none of them holds a token, a query or a body.

The id comes back in `X-Request-Id` and names the request in problem documents. A `traceparent` that a caller
sends makes the span part of the caller's trace; nothing else of his is believed. How many are under way is
counted apart from the spans (`in_flight`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.identity import NewId, new_id
from workbench.service.access import CALLER
from workbench.service.in_flight import InFlight
from workbench.service.problems import REQUEST_ID
from workbench.spans import resumed, span
from workbench.store.tokens import Token

_LOG = logging.getLogger("workbench.service.requests")
_EVENTS = b"text/event-stream"
_HARDENING = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


class Watch:
    """Names, measures, counts and logs each request."""

    def __init__(self, app: ASGIApp, in_flight: InFlight, make_id: NewId = new_id) -> None:
        self._app = app
        self._in_flight = in_flight
        self._make_id = make_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope[REQUEST_ID] = name = self._make_id()
        leave = self._in_flight.enter()
        try:
            await self._measured(scope, receive, send, name, leave)
        finally:
            leave()

    async def _measured(
        self, scope: Scope, receive: Receive, send: Send, name: str, leave: Callable[[], None]
    ) -> None:
        began, status = perf_counter(), 0
        with (
            resumed(_trace(scope)),
            span("http.request", method=scope["method"], request_id=name) as measured,
        ):

            async def answered(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    if _is_stream(message):
                        leave()
                        measured.set(stream=True)
                    message["headers"] = [*message["headers"], (b"x-request-id", name.encode()), *_HARDENING]
                await send(message)

            try:
                await self._app(scope, receive, answered)
            finally:
                caller: Token | None = scope.get(CALLER)
                route = _template(scope)
                measured.set(route=route, status=status, user_id=caller.user.id if caller else None)
                _log(scope, name, route, status, perf_counter() - began, caller)


def _is_stream(message: Message) -> bool:
    """Return whether an answer begins that tells events for as long as its caller listens."""
    return any(key == b"content-type" and value.startswith(_EVENTS) for key, value in message["headers"])


def _trace(scope: Scope) -> dict[str, str]:
    found = next((value for key, value in scope["headers"] if key == b"traceparent"), b"")
    return {"traceparent": found.decode("latin-1")} if found else {}


def _template(scope: Scope) -> str:
    """Return the route without what was filled in, so that there are few of them."""
    template = getattr(scope.get("route"), "path_format", None) or getattr(scope.get("route"), "path", None)
    return str(template) if template else "unknown"


def _log(scope: Scope, name: str, route: str, status: int, seconds: float, caller: Token | None) -> None:
    who = caller.id if caller else "-"
    milliseconds = seconds * 1000
    _LOG.info("%s %s %s %d %.1f ms token=%s", name, scope["method"], route, status, milliseconds, who)
