"""People who look at a page of the dashboard, without a browser: the page, its websocket, what comes over it.

A viewer does what Bokeh's own script does: it loads the page, which makes a session, connects with the token
that the page holds, asks for the document and then listens. It draws nothing.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from contextlib import suppress
from types import TracebackType

import aiohttp

from workbench.errors import EnvironmentFault

_TOKEN = re.compile(r'"token":\s*"([^"]+)"')
_HEADER_FRAMES = 3
"""A message is its header, metadata and content, then two frames for each buffer."""
_REQUEST = ('{"msgid": "1", "msgtype": "PULL-DOC-REQ"}', "{}", "{}")


class Viewer:
    """One session; `news` are the moments (seconds since 1970) at which something new came."""

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        self._http = http
        self._address = address
        self._listening: asyncio.Task[None] | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self.news: list[float] = []
        self.document_bytes = 0

    async def come(self) -> None:
        """Load the page and its document; from then on what is new is heard."""
        async with self._http.get(self._address) as page:
            found = _TOKEN.search(await page.text())
        if not found:
            raise EnvironmentFault(
                f"{self._address} is no page of a dashboard.", remedy="Look at it in a browser."
            )
        where = self._address.partition("?")[0].replace("http", "ws", 1) + "/ws"
        self._socket = await self._http.ws_connect(
            where, protocols=("bokeh", found[1]), max_msg_size=0, origin=_origin(self._address)
        )
        while await self._message(self._socket) != "ACK":
            pass
        for frame in _REQUEST:
            await self._socket.send_str(frame)
        while await self._message(self._socket) != "PULL-DOC-REPLY":
            pass
        self._listening = asyncio.create_task(self._listen(self._socket))

    async def leave(self) -> None:
        """Close the page."""
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
        if self._socket is not None:
            await self._socket.close()

    async def __aenter__(self) -> Viewer:
        await self.come()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.leave()

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            if await self._message(socket) == "PATCH-DOC":
                self.news.append(time.time())

    async def _message(self, socket: aiohttp.ClientWebSocketResponse) -> str:
        """Read one message whole, and return its type."""
        header = json.loads(await socket.receive_str())
        frames = _HEADER_FRAMES - 1 + 2 * int(header.get("num_buffers", 0))
        read = [(await socket.receive()).data for _ in range(frames)]
        if header["msgtype"] == "PULL-DOC-REPLY":
            self.document_bytes = sum(map(len, read))
        return str(header["msgtype"])


def _origin(address: str) -> str:
    return "/".join(address.split("/")[:3])
