"""Who may come in: one gate before everything, and the dependencies by which routes learn who came.

The gate is plain ASGI around the whole application, so that it also holds for what is mounted or put in
as middleware later (Panel installs itself so), for websockets as for HTTP. Everything is closed unless its
whole path is listed as open, and a path that goes roundabout (over `..`) is none at all: what lies behind
the gate might read it as another. The routes then reach projects only through their caller's own workspace.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import unquote

from anyio import to_thread
from fastapi import Depends, Path, Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from workbench.errors import WorkbenchError
from workbench.images.opening import MOST_BYTES
from workbench.service.problems import Refusal, problem
from workbench.service.state import Service
from workbench.store.tokens import Token
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

CALLER = "workbench.caller"
OPEN_PATHS = frozenset({"/health/live", "/health/ready", "/openapi.json"})
CRON_PATH = "/ops/cron/lifecycle"
"""Opened by its signature: see `routes.keeping`."""
UPLOADS_END_WITH = "/assets"
MOST_UPLOAD_BYTES = MOST_BYTES + 2**20
"""A picture, and what a form holds besides."""
MOST_ENCODINGS = 8
"""A path that is percent-encoded more often than this is not read any further."""
_POLICY_VIOLATION = 1008
_LENGTH = re.compile("[0-9]{1,20}")
_LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Doors:
    """Which paths need no token (they judge callers themselves), which want an operator, and which are
    pages that a browser opens, which may show the token as the password of HTTP Basic."""

    open: frozenset[str] = OPEN_PATHS | {CRON_PATH}
    operators_under: Sequence[str] = ("/metrics", "/ops")
    pages_under: Sequence[str] = ("/ops",)


class Gate:
    """Lets in whoever shows a living token; refuses the rest, HTTP and websocket alike."""

    def __init__(self, app: ASGIApp, service: Service, doors: Doors) -> None:
        self._app = app
        self._service = service
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        try:
            _refuse_odd(scope)
            self._refuse_large(scope)
            if scope["path"] not in self._doors.open:
                scope[CALLER] = await self._caller(scope)
        except WorkbenchError as refusal:
            await _refuse(refusal, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _refuse_large(self, scope: Scope) -> None:
        """Refuse a body by the length it announces; one that announces none is counted while it is read."""
        told = announced_bytes(Headers(scope=scope))
        uploads = scope["path"].endswith(UPLOADS_END_WITH)
        most = MOST_UPLOAD_BYTES if uploads else self._service.settings.body_bytes
        if told is not None and told > most:
            raise Refusal(
                413, f"The body has {told} bytes.", remedy=f"At most {most} are taken.", Connection="close"
            )

    async def _caller(self, scope: Scope) -> Token:
        page = under(scope["path"], self._doors.pages_under)
        shown = shown_token(Headers(scope=scope), basic=page)
        known, threads = self._service.tokens.known, self._service.gate_threads
        token = await to_thread.run_sync(known, shown, limiter=threads) if shown else None
        if token is None:
            stranger = (scope.get("client") or ("unknown",))[0]
            if wait := self._service.strangers.wait_seconds(stranger):
                raise Refusal(
                    429,
                    "Too many refused requests came from here.",
                    remedy=f"Wait {wait} seconds, then send a token that is known.",
                    Retry_After=str(wait),
                )
            challenge = 'Basic realm="workbench", charset="UTF-8"' if page else 'Bearer realm="workbench"'
            raise Refusal(
                401,
                "The token is not known, has expired or was revoked." if shown else "No token was shown.",
                remedy='Send "Authorization: Bearer TOKEN"; make one with: workbench token create NAME',
                WWW_Authenticate=challenge,
            )
        if token.scope != "operator" and under(scope["path"], self._doors.operators_under):
            raise Refusal(
                403, "This needs a token of the scope operator.", remedy="Ask whoever runs the service."
            )
        if wait := self._service.requests.wait_seconds(token.id):
            raise Refusal(
                429, "This token asks too often.", remedy=f"Wait {wait} seconds.", Retry_After=str(wait)
            )
        return token


def announced_bytes(headers: Headers) -> int | None:
    """Return the length of the body that a request announces; None when it announces none. Raises Refusal."""
    told = {each.strip(" \t") for each in headers.getlist("content-length")}
    for each in told:
        if len(told) > 1 or not _LENGTH.fullmatch(each):
            raise Refusal(
                400,
                f"The Content-Length {each[:_LONGEST_SHOWN]!r} is no length of a body.",
                remedy="Send one, in digits, or send the body in chunks.",
                Connection="close",
            )
    return int(told.pop()) if told else None


def _refuse_odd(scope: Scope) -> None:
    if "\x00" in scope["path"] or b"%00" in scope.get("query_string", b""):
        raise Refusal(400, "The address holds a NUL character.", remedy="Leave it out.")
    sent = scope.get("raw_path") or b""
    if roundabout(scope["path"]) or roundabout(sent.decode("latin-1")):
        raise Refusal(
            400,
            "The address goes over `.` or `..`.",
            remedy="Write the path itself, or use the project's id.",
        )


def roundabout(path: str) -> bool:
    """Whether a path has a segment `.` or `..`, also one that is percent-encoded, once or several times."""
    for _ in range(MOST_ENCODINGS):
        if not {".", ".."}.isdisjoint(re.split(r"[/\\]", path)):
            return True
        read = unquote(path)
        if read == path:
            return False
        path = read
    return True


def under(path: str, prefixes: Sequence[str]) -> bool:
    """Whether a path is one of the prefixes or lies below it."""
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in prefixes)


def shown_token(headers: Headers, *, basic: bool = False) -> str:
    """Return the token that a request shows, empty when none; with `basic`, a password counts too."""
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if basic and scheme.lower() == "basic":
        try:
            return b64decode(credentials, validate=True).decode().partition(":")[2]
        except ValueError:
            return ""
    return ""


async def _refuse(refusal: WorkbenchError, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": "not allowed"})
    else:
        await problem(refusal, scope)(scope, receive, send)


def service(request: Request) -> Service:
    """Give a route the service it belongs to."""
    found: Service = request.app.state.service
    return found


def caller(request: Request) -> Token:
    """Give a route the token that came through the gate."""
    found: Token = request.scope[CALLER]
    return found


TheService = Annotated[Service, Depends(service)]
TheCaller = Annotated[Token, Depends(caller)]


def own_workspace(service: TheService, caller: TheCaller) -> Workspace:
    """Give a route the workspace as its caller sees it."""
    return service.studios.workspace(caller.user)


def own_studio(
    service: TheService,
    caller: TheCaller,
    project: Annotated[str, Path(description="The project's id or name.", max_length=200)],
) -> Studio:
    """Give a route the studio of the project in its path; another user's is not found."""
    return service.studios.studio(caller.user, project)


OwnWorkspace = Annotated[Workspace, Depends(own_workspace)]
OwnStudio = Annotated[Studio, Depends(own_studio)]
