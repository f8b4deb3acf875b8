"""How much a model server may send for one request.

The client reads an answer into memory before anybody can look at it, so its bytes are counted as they come
from the connection. They are taken as they are: nothing compressed is asked for, and what comes compressed
all the same is refused, since little of that can become much. Of a stream it is the bytes of one event that
are counted; whoever hears its words counts those.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextvars import ContextVar

import httpx2

MOST_BYTES = 8 * 2**20
"""A million letters as JSON writes them, and what stands around them."""
AS_IT_IS = {"accept-encoding": "identity"}
streaming: ContextVar[bool] = ContextVar("streaming", default=False)
"""Whether a stream was asked for; what the server says that it sends counts for nothing."""

_EVENT_ENDS = (b"\n\n", b"\r\n\r\n", b"\r\r")
_LONGEST_END = 4


class Endless(Exception):
    """An answer grew larger than one may be."""


class Compressed(Exception):
    """An answer came compressed, which was not asked for."""


async def bounded(response: httpx2.Response) -> None:
    """Have the content of a response counted while it is read: a hook of the client."""
    if response.headers.get("content-encoding", "").strip().lower() not in {"", "identity"}:
        raise Compressed
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    response.stream = _Counted(response.stream, events=streaming.get() and response.is_success)


class _Counted(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, *, events: bool) -> None:
        self._stream = stream
        self._events = events

    async def __aiter__(self) -> AsyncIterator[bytes]:
        count, tail = 0, b""
        async for piece in self._stream:
            count += len(piece)
            if self._events:
                seen = tail + piece
                ended = max(seen.rfind(end) + len(end) if end in seen else 0 for end in _EVENT_ENDS)
                count = len(seen) - ended if ended else count
                tail = seen[1 - _LONGEST_END :]
            if count > MOST_BYTES:
                raise Endless
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()
