"""Pictures and clips over HTTP: painted in a few threads of their own, and not sent again when unchanged."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import version
from typing import Annotated

from anyio import to_thread
from fastapi import Query, Request
from starlette.responses import Response

from workbench.service.state import Service

Height = Annotated[int, Query(ge=90, le=1080, description="Height in pixels at most.")]
_CACHE = "private, no-cache"
_OURS = version("workbench")


def tag_of(*facts: object) -> str:
    """Return a tag that is the same exactly for the same facts and the same workbench."""
    return f'"{sha256(chr(0).join(map(str, (_OURS, *facts))).encode()).hexdigest()[:32]}"'


async def painted(
    service: Service, request: Request, tag: str, media_type: str, paint: Callable[[], bytes]
) -> Response:
    """Return what is painted, or say that the caller has it already."""
    headers = {"ETag": tag, "Cache-Control": _CACHE}
    shown = request.headers.get("if-none-match", "")
    if tag in {each.strip().removeprefix("W/") for each in shown.split(",")}:
        return Response(status_code=304, headers=headers)
    content = await to_thread.run_sync(paint, limiter=service.paints)
    return Response(content, media_type=media_type, headers=headers)
