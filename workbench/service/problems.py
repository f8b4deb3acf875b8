"""Errors as RFC 9457 problem documents: what happened, what to do now, and the facts; never a stack of calls.

A problem's `type` is stable and what a program branches on; `detail` and `remedy` are for people.
"""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from workbench.errors import (
    Busy,
    Cancelled,
    Conflict,
    EnvironmentFault,
    InputError,
    ModelFailed,
    NotFound,
    RenderFailed,
    SceneBroken,
    TooSlow,
    WorkbenchError,
)
from workbench.scene.finding import Finding

MEDIA_TYPE = "application/problem+json"
REQUEST_ID = "workbench.request_id"
BUSY_SECONDS = "1"
"""After how long what was busy may be asked again."""
_URN = "urn:workbench:problem:"
_LOG = logging.getLogger("workbench.service")

_KINDS: tuple[tuple[type[WorkbenchError], int, str, str], ...] = (
    (NotFound, 404, "not-found", "Not found"),
    (Conflict, 409, "conflict", "It changed since it was read"),
    (InputError, 422, "wrong-input", "The request itself is wrong"),
    (SceneBroken, 422, "scene-broken", "A scene cannot be painted"),
    (Cancelled, 409, "cancelled", "The work was stopped"),
    (ModelFailed, 502, "model-failed", "The language model did not answer usefully"),
    (TooSlow, 503, "too-slow", "It took too long to paint"),
    (RenderFailed, 500, "render-failed", "The painter or the encoder failed"),
    (Busy, 503, "busy", "Not just now; the same again will do"),
    (EnvironmentFault, 503, "environment", "This machine lacks something"),
    (WorkbenchError, 500, "failed", "It failed"),
)
_EVIDENCE = ("known", "yours", "theirs", "base_revision", "current_revision")
_PLAIN = {
    400: ("bad-request", "The request cannot be read"),
    401: ("not-known", "Who are you?"),
    403: ("not-allowed", "Not allowed"),
    404: ("not-found", "Not found"),
    405: ("wrong-method", "Not with this method"),
    409: ("conflict", "Not now"),
    413: ("too-large", "The body is too large"),
    415: ("wrong-type", "Not of that media type"),
    422: ("wrong-input", "The request itself is wrong"),
    429: ("too-many", "Too many requests"),
    503: ("not-now", "Not at the moment"),
}


class Problem(BaseModel):
    """What went wrong (RFC 9457), with the next step in `remedy` and, where there are any, findings."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=[f"{_URN}not-found"])
    title: str
    status: int
    detail: str
    remedy: str = ""
    instance: str = Field("", description="The request, as the service's log names it.")


class Refusal(WorkbenchError):
    """A request that is turned away before any work: no token, too fast, too large, closing."""

    def __init__(
        self, status: int, message: str, *, remedy: str = "", sort: str = "", **headers: str
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.status = status
        self.sort = sort
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def problem(error: Exception, scope: Scope) -> Response:
    """Return the response for whatever was raised; what nobody foresaw is logged and not shown."""
    body = problem_body(error, scope)
    return JSONResponse(body, int(body["status"]), headers=_headers(error), media_type=MEDIA_TYPE)


def _headers(error: Exception) -> dict[str, str]:
    if isinstance(error, Refusal | HTTPException):
        return dict(error.headers or {})
    return {"Retry-After": BUSY_SECONDS} if isinstance(error, Busy) else {}


def problem_body(error: Exception, scope: Scope) -> dict[str, Any]:
    """Return the document for whatever was raised."""
    if isinstance(error, Refusal):
        sort, title = _PLAIN[error.status]
        return _body(scope, error.status, error.sort or sort, title, error.message, error.remedy)
    if isinstance(error, HTTPException):
        sort, title = _PLAIN.get(error.status_code, ("failed", "It failed"))
        return _body(scope, error.status_code, sort, title, str(error.detail), "")
    if isinstance(error, WorkbenchError):
        status, sort, title = next(each[1:] for each in _KINDS if isinstance(error, each[0]))
        return _body(scope, status, sort, title, error.message, error.remedy, **_facts(error))
    _LOG.error("request %s failed", scope.get(REQUEST_ID, ""), exc_info=error)
    told = "The service failed in a way that it does not know."
    remedy = "This is a fault of ours; the service's log has it under this instance."
    return _body(scope, 500, "failed", "It failed", told, remedy)


def add_problem_handlers(app: FastAPI) -> None:
    """Have every error that a route raises answered by a problem document."""

    async def answer(request: Request, error: Exception) -> Response:
        return problem(error, request.scope)

    async def misread(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        faults = [
            {"at": [str(part) for part in each["loc"]], "message": each["msg"]} for each in error.errors()
        ]
        places = [f"{'.'.join(each['at'][1:]) or 'the body'}: {each['message']}" for each in faults]
        told = "; ".join(places[:4])
        title = _PLAIN[422][1]
        body = _body(request.scope, 422, "wrong-input", title, told, "See /openapi.json.", faults=faults)
        return JSONResponse(body, 422, media_type=MEDIA_TYPE)

    for kind in (WorkbenchError, HTTPException, Exception):
        app.add_exception_handler(kind, answer)
    app.add_exception_handler(RequestValidationError, misread)


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what a route declares in the OpenAPI document about the problems it may answer with."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": _PLAIN.get(status, ("", "It failed"))[1], "content": content}
        for status in statuses
    }


def _facts(error: WorkbenchError) -> dict[str, Any]:
    facts = {key: error.evidence[key] for key in _EVIDENCE if key in error.evidence}
    findings = [each.as_dict() for each in error.evidence.get("findings", ()) if isinstance(each, Finding)]
    return facts | ({"findings": findings} if findings else {})


def _body(
    scope: Scope, status: int, sort: str, title: str, detail: str, remedy: str, **facts: Any
) -> dict[str, Any]:
    instance = f"urn:workbench:request:{scope[REQUEST_ID]}" if REQUEST_ID in scope else ""
    return {
        "type": f"{_URN}{sort}",
        "title": title,
        "status": status,
        "detail": detail,
        "remedy": remedy,
        "instance": instance,
        **facts,
    }
