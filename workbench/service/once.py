"""Idempotency keys: a request that is sent twice under one key is done once.

The key travels in the header `Idempotency-Key`. That the work was done is noted in the transaction that
does it, so a server that is killed at any moment neither loses nor repeats it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from anyio import to_thread
from fastapi import Request
from fastapi.routing import APIRoute
from sqlalchemy import Connection, select
from starlette.responses import Response

from workbench.errors import ModelFailed, WorkbenchError
from workbench.service.access import CALLER
from workbench.service.problems import Refusal, problem
from workbench.service.state import Service
from workbench.store.database import accompanied
from workbench.store.kept_answers import Effect, KeptAnswer, KeptAnswers
from workbench.store.rows import project as projects
from workbench.store.tokens import Token

HEADER = "idempotency-key"
REPLAYED = "Idempotency-Replayed"
_BOUNDARY = re.compile(r'boundary="?([^";,]+)')
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_KEPT_HEADERS = ("content-type", "location", "etag")
Handle = Callable[[Request], Awaitable[Response]]
Recover = Callable[[Service, Token, Mapping[str, Any]], Response]
recoveries: dict[str, Recover] = {}
"""How a route, by the name of its function, answers for work that was done when its answer was lost."""


class OnceRoute(APIRoute):
    """A route whose changes are done once under one idempotency key."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None or request.method in _SAFE:
                return await handle(request)
            return await _answered(request, key, handle, self.name)

        return once


@dataclass(slots=True)
class _Noting:
    """Notes the first change that a request makes."""

    answers: KeptAnswers
    user_id: str
    key: str
    attempt: int
    project_id: str | None
    noted: bool = field(default=False, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, connection: Connection) -> None:
        with self._lock:
            if self.noted:
                return
            facts: dict[str, Any] = {}
            if self.project_id is not None:
                asked = select(projects.c.sequence).where(projects.c.id == self.project_id)
                facts = {"project_id": self.project_id, "sequence": connection.scalar(asked)}
            self.answers.note_effect(connection, self.user_id, self.key, self.attempt, facts)
            self.noted = True


async def _answered(request: Request, key: str, handle: Handle, name: str) -> Response:
    service: Service = request.app.state.service
    caller: Token = request.scope[CALLER]
    place = (caller.user.id, key)
    if not service.begin_once(place):
        raise Refusal(409, "This request is being done right now.", remedy="Wait for it.", Retry_After="1")
    try:
        digest = await _digest(request)
        found = await to_thread.run_sync(service.answers.begin, caller.user.id, key, digest)
        if isinstance(found, KeptAnswer):
            return Response(found.body, found.status, {**found.headers, REPLAYED: "true"})
        if isinstance(found, Effect):
            return await to_thread.run_sync(_recovered, service, caller, name, found)
        project_id = await to_thread.run_sync(_project_of, service, caller, request)
        noting = _Noting(service.answers, caller.user.id, key, found.attempt, project_id)
        return await _done(request, handle, noting)
    finally:
        service.end_once(place)


async def _done(request: Request, handle: Handle, noting: _Noting) -> Response:
    answers, place = noting.answers, (noting.user_id, noting.key, noting.attempt)
    response = None
    try:
        with accompanied(noting):
            response = await handle(request)
    except ModelFailed as failure:
        if noting.noted:  # a prompt was kept and no more; other failures after a change are recovered from it
            response = problem(failure, request.scope)
        raise
    else:
        return response
    finally:
        if response is not None and (response.status_code < 300 or noting.noted):
            headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
            keep = partial(answers.answer, *place, response.status_code, headers, bytes(response.body))
            await to_thread.run_sync(keep)
        elif not noting.noted:
            await to_thread.run_sync(answers.release, *place)


def _recovered(service: Service, caller: Token, name: str, effect: Effect) -> Response:
    if name in recoveries:
        response = recoveries[name](service, caller, effect.facts)
        response.headers[REPLAYED] = "recovered"
        return response
    raise Refusal(
        409,
        "This was done before, and what was answered then was not kept.",
        remedy="Look at the project as it is now.",
        sort="already-done",
    )


def _project_of(service: Service, caller: Token, request: Request) -> str | None:
    name = request.path_params.get("project")
    if not name:
        return None
    try:
        return service.studios.studio(caller.user, name).project_id
    except WorkbenchError:
        return None


async def _digest(request: Request) -> str:
    """Return what tells this request from others: where it goes and what it says.

    The boundary of a form is chosen anew by every client at every try, so it does not count.
    """
    digest = sha256()
    for part in (request.method, request.url.path, request.url.query):
        digest.update(part.encode() + b"\0")
    body = await request.body()
    boundary = _BOUNDARY.search(request.headers.get("content-type", ""))
    digest.update(body.replace(boundary[1].encode(), b"") if boundary else body)
    return digest.hexdigest()


def purge_answers(service: Service) -> int:
    """Forget the keys that are older than the settings keep them."""
    kept = timedelta(hours=service.settings.answers_kept_hours)
    return service.answers.purge(service.workspace.database.now() - kept)
