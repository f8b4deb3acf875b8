"""The dashboard under `/ops`: a process of its own, started by the first visitor, behind the service's gate.

The dashboard listens on a unix socket that only this user can open. Here its pages and its websockets are
handed on, after the gate (`access.Gate`) has seen an operator's token; so nothing of it can be reached
around the gate, a slow page takes no time from the service, and a dashboard that dies takes nothing with it.
A browser sends its password with a websocket that another site opens, so other origins are refused.
Whatever comes here without an operator's token in its scope is refused once more, and paths are handed on
letter by letter: what the gate judged is what the dashboard is asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

import aiohttp
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from yarl import URL

from workbench.lifecycle.litter import owned
from workbench.service.access import CALLER
from workbench.service.app import Plug
from workbench.service.problems import Refusal, problem
from workbench.service.state import Service

PREFIX = "/ops"
START_SECONDS = 60.0
STOP_SECONDS = 5.0
MOST_MESSAGE_BYTES = 64 * 2**20
_RUN = "from workbench.cli.main import main; main()"
_HOPS = ("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade")
_NOT_HANDED_ON = frozenset({"authorization", "content-length", "host", *_HOPS})
_POLICY_VIOLATION, _TRY_AGAIN = 1008, 1013


def ops_plug(command: Sequence[str] | None = None) -> Plug:
    """Return what puts the dashboard under `/ops`; `command` starts another one, for tests."""
    pages = Pages(command)

    def adds(app: FastAPI, service: Service) -> None:
        pages.service = service
        app.mount(PREFIX, pages)

    @contextlib.asynccontextmanager
    async def running(_: Service) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await pages.close()

    return Plug(adds, running)


class Pages:
    """An ASGI application that hands everything on to the dashboard's process."""

    def __init__(self, command: Sequence[str] | None = None) -> None:
        self.service: Service | None = None
        self._command = command
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._session: aiohttp.ClientSession | None = None
        self._lock = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = scope.get(CALLER)
        if caller is None or caller.scope != "operator":
            await _refused(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(WebSocket(scope, receive, send))
        else:
            response = await self._page(Request(scope, receive, send))
            await response(scope, receive, send)

    @property
    def running(self) -> tuple[subprocess.Popen[bytes] | None, Path | None]:
        """The dashboard's process and the folder of its socket; None until somebody came."""
        return self._process, self._folder

    async def close(self) -> None:
        """End the dashboard's process and everything that leads to it."""
        async with self._lock:
            if self._session is not None:
                await self._session.close()
                self._session = None
            if self._process is not None:
                await asyncio.to_thread(_end, self._process)
                self._process = None
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None

    async def _page(self, request: Request) -> Response:
        path = request.scope["path"]
        if path.rstrip("/") == PREFIX:
            return RedirectResponse(f"{PREFIX}/now")
        try:
            upstream = await self._upstream()
            answer = await upstream.request(
                request.method,
                _address("http", request.scope),
                headers=_handed_on(request.headers),
                data=await request.body(),
                allow_redirects=False,
            )
        except (aiohttp.ClientError, OSError, TimeoutError) as failure:
            return PlainTextResponse(
                f"The dashboard could not be reached: {failure}. Load the page again.\n", 502
            )
        return _streamed(answer)

    async def _websocket(self, visitor: WebSocket) -> None:
        if not _same_origin(visitor.headers):
            await visitor.close(_POLICY_VIOLATION, "another origin")
            return
        try:
            upstream = await self._upstream()
            async with upstream.ws_connect(
                _address("ws", visitor.scope),
                protocols=visitor.scope.get("subprotocols", ()),
                headers={"cookie": visitor.headers.get("cookie", "")},
                max_msg_size=MOST_MESSAGE_BYTES,
            ) as page:
                await visitor.accept(page.protocol)
                await _both_ways(visitor, page)
        except (aiohttp.ClientError, OSError, TimeoutError):
            with contextlib.suppress(RuntimeError):
                await visitor.close(_TRY_AGAIN)

    async def _upstream(self) -> aiohttp.ClientSession:
        """Return the way to the dashboard, which is started when it does not run."""
        async with self._lock:
            if self._process is not None and self._process.poll() is None and self._session is not None:
                return self._session
            if self._session is not None:
                await self._session.close()
            folder = self._folder or owned(Path(tempfile.mkdtemp(prefix="workbench-ops-")))
            self._folder, socket = folder, folder / "dashboard"
            socket.unlink(missing_ok=True)
            self._process = self._started(socket)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.UnixConnector(str(socket), limit=0),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
                auto_decompress=False,
            )
            await _until_there(self._process, socket)
            return self._session

    def _started(self, socket: Path) -> subprocess.Popen[bytes]:
        assert self.service is not None
        settings = self.service.workspace.settings
        command = [
            *(self._command or (sys.executable, "-c", _RUN)),
            *("--data", str(settings.data.absolute()), "dashboard", "--while-stdin"),
            *("--socket", str(socket), "--prefix", PREFIX),
        ]
        # Everybody on this machine can read a process's arguments; the address may hold a password.
        environment = {**os.environ, "WORKBENCH_DATABASE": settings.database_url}
        return subprocess.Popen(  # noqa: S603 - ours
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )


def _address(kind: str, scope: Scope) -> URL:
    """Return where the dashboard is asked for this very path, with nothing resolved or encoded anew."""
    query = scope.get("query_string", b"").decode("latin-1")
    path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
    return URL(f"{kind}://dashboard{path}{'?' * bool(query)}{query}", encoded=True)


async def _refused(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await WebSocket(scope, receive, send).close(_POLICY_VIOLATION, "not allowed")
    else:
        refusal = Refusal(
            401,
            "These pages are for operators.",
            remedy="Show a token of the scope operator.",
            WWW_Authenticate='Basic realm="workbench", charset="UTF-8"',
        )
        await problem(refusal, scope)(scope, receive, send)


def _handed_on(headers: Headers) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _NOT_HANDED_ON}


def _streamed(answer: aiohttp.ClientResponse) -> Response:
    async def body() -> AsyncIterator[bytes]:
        try:
            async for piece in answer.content.iter_chunked(65_536):
                yield piece
        finally:
            answer.release()

    response = StreamingResponse(body(), status_code=answer.status)
    response.raw_headers = [
        (name.lower(), value)
        for name, value in answer.raw_headers
        if name.decode("latin-1").lower() not in _NOT_HANDED_ON - {"content-length"}
    ]
    return response


def _same_origin(headers: Headers) -> bool:
    """Tell whether a websocket comes from a page of this very server; programs send no origin."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


async def _both_ways(visitor: WebSocket, page: aiohttp.ClientWebSocketResponse) -> None:
    """Hand messages on until either side leaves."""
    ways = [asyncio.create_task(_down(visitor, page)), asyncio.create_task(_up(visitor, page))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        with contextlib.suppress(RuntimeError):
            await visitor.close()


async def _down(visitor: WebSocket, page: aiohttp.ClientWebSocketResponse) -> None:
    async for message in page:
        if message.type is aiohttp.WSMsgType.TEXT:
            await visitor.send_text(message.data)
        elif message.type is aiohttp.WSMsgType.BINARY:
            await visitor.send_bytes(message.data)


async def _up(visitor: WebSocket, page: aiohttp.ClientWebSocketResponse) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            message = await visitor.receive()
            if message["type"] == "websocket.disconnect":
                return
            if (text := message.get("text")) is not None:
                await page.send_str(text)
            elif (data := message.get("bytes")) is not None:
                await page.send_bytes(data)


async def _until_there(process: subprocess.Popen[bytes], socket: Path) -> None:
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while not socket.exists():
        if process.poll() is not None:
            raise OSError(f"it ended with code {process.returncode}; try: workbench dashboard")
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError("it takes very long to start")
        await asyncio.sleep(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end, by what it waits for; insist when it does not."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
