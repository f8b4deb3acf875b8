"""The events of a project as a stream."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from workbench.errors import InputError, WorkbenchError
from workbench.service.access import OwnStudio, TheCaller, TheService
from workbench.service.feed import stream
from workbench.service.problems import problem_responses
from workbench.service.state import Service
from workbench.store.tokens import Token

router = APIRouter(
    prefix="/projects/{project}", tags=["events"], responses=problem_responses(401, 404, 422, 429)
)
MOST_NUMBER = 2**31 - 1
_EXAMPLE = 'id: 12\nevent: project_changed\ndata: {"scene_id": "...", "data": {"action": "save_scene"}}\n\n'


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events, without end",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
        }
    },
)
def events(
    studio: OwnStudio,
    service: TheService,
    caller: TheCaller,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
    after: Annotated[int | None, Query(ge=0, le=MOST_NUMBER, description="As Last-Event-ID.")] = None,
) -> StreamingResponse:
    """Hear what happens in a project, in order: changes once each and numbered, the rest live.

    A reader that comes back with the last number it saw (`Last-Event-ID`) gets every change since.
    """
    start = after if (seen := _number(last_event_id)) is None else seen

    def allowed() -> bool:
        try:
            service.studios.studio(caller.user, studio.project_id)
        except WorkbenchError:
            return False
        return service.tokens.alive(caller.id)

    told = stream(service.feed, studio, start, over=service.closing.is_set, allowed=allowed)
    return _Stream(service, caller, told)


class _Stream(StreamingResponse):
    """A stream that counts among its token's for as long as it is sent; 429 when these are too many."""

    def __init__(self, service: Service, caller: Token, told: AsyncIterator[bytes]) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(told, media_type="text/event-stream", headers=headers)
        self._service, self._caller = service, caller

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._service.one_more_stream(self._caller):
            await super().__call__(scope, receive, send)


def _number(told: str | None) -> int | None:
    """Return the number that a reader saw last; None when it tells none, or not one of ours."""
    if not told or not told.isdecimal():
        return None
    if (number := int(told)) > MOST_NUMBER:
        raise InputError(
            f"No change has the number {number}.", remedy="Send the Last-Event-ID that was sent."
        )
    return number
