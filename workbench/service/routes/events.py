"""The events of a project as a stream."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.responses import StreamingResponse

from workbench.errors import WorkbenchError
from workbench.service.access import OwnStudio, TheCaller, TheService
from workbench.service.feed import stream
from workbench.service.problems import problem_responses

router = APIRouter(
    prefix="/projects/{project}", tags=["events"], responses=problem_responses(401, 404, 422, 429)
)
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
    after: Annotated[int | None, Query(ge=0, le=2**31 - 1, description="As Last-Event-ID.")] = None,
) -> StreamingResponse:
    """Hear what happens in a project, in order: changes once each and numbered, the rest live.

    A reader that comes back with the last number it saw (`Last-Event-ID`) gets every change since.
    """
    seen = last_event_id if last_event_id and last_event_id.isdecimal() else None
    start = int(seen) if seen is not None else after

    def allowed() -> bool:
        try:
            service.studios.studio(caller.user, studio.project_id)
        except WorkbenchError:
            return False
        return service.tokens.alive(caller.id)

    service.refuse_more_streams(caller)
    told = stream(service.feed, studio, start, over=service.closing.is_set, allowed=allowed)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(service.counted(caller, told), media_type="text/event-stream", headers=headers)
