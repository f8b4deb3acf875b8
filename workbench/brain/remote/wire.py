"""The way to a server and back: one thread with an event loop, one deadline, tries, a throttle.

Callers are ordinary threads, also a notebook's main thread, whose own loop is busy. `send` waits; when the
waiting is interrupted, or whoever hears the text raises, the request is cancelled and its connection closed,
which frees the server. When the wire is closed, whoever waits is told so.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from queue import Empty, SimpleQueue
from random import Random
from time import perf_counter
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx2
from openai import AsyncOpenAI, AsyncStream
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from workbench.brain.model import OnText, unheard
from workbench.brain.remote import faults
from workbench.brain.remote.bounded import AS_IT_IS, bounded, streaming
from workbench.brain.remote.order import OPENAI_URL, Order, Reply, Server, Stopped
from workbench.brain.remote.patience import Patience
from workbench.brain.remote.throttle import Throttle
from workbench.errors import Cancelled, ModelFailed

_MOST_LETTERS = 1_000_000
_CONNECT_SECONDS = 5.0
_LOOK_SECONDS = 0.1
_HOME = ("localhost", "127.0.0.1", "::1")
_LIMIT_NAMES = ("max_tokens", "max_completion_tokens")

Given = TypeVar("Given")
Hear = Callable[[str], None]


class Wire:
    """Sends orders to one server. Closing it twice is harmless."""

    def __init__(
        self, server: Server, patience: Patience | None = None, chance: Random | None = None
    ) -> None:
        self.server = server
        self.patience = patience or Patience()
        self._chance = chance or Random()
        self._limit_name = _LIMIT_NAMES[server.base_url.rstrip("/") == OPENAI_URL]
        self._throttle = Throttle()
        self._client: AsyncOpenAI | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._limit_names_tried = {self._limit_name}
        self._lock = threading.Lock()

    @property
    def places(self) -> int:
        """How many requests may run at once now."""
        return self._throttle.width

    def send(self, order: Order, on_text: OnText = unheard, stopped: Stopped | None = None) -> Reply:
        """Return the whole answer, telling `on_text` its pieces as they come. Raises ModelFailed.

        While nothing comes, `stopped` is asked now and then; when it says yes, Cancelled is raised, and also
        when the wire is closed meanwhile.
        """
        heard: SimpleQueue[str | None] = SimpleQueue()
        future = self._begun(self._delivered(order, heard.put))
        future.add_done_callback(lambda _: heard.put(None))
        try:
            while (piece := _next(heard, stopped)) is not None:
                on_text(piece)
            return _result(future)
        except BaseException:
            future.cancel()
            raise

    def models(self) -> tuple[str, ...]:
        """Return the names of the server's models. Raises ModelFailed, and Cancelled as `send` does."""
        return _result(self._begun(self._models()))

    def close(self) -> None:
        """Break off what is being asked, close the connections and end the thread."""
        with self._lock:
            loop, self._loop = self._loop, None
            if loop is not None:
                try:
                    asyncio.run_coroutine_threadsafe(self._ended(), loop).result()
                finally:
                    loop.call_soon_threadsafe(loop.stop)

    def __repr__(self) -> str:
        return f"Wire({self.server.host})"

    def _begun(self, work: Coroutine[Any, Any, Given]) -> Future[Given]:
        """Begin some work; under the lock, so that no closing comes between finding the loop and using it."""
        with self._lock:
            return asyncio.run_coroutine_threadsafe(work, self._running())

    def _running(self) -> asyncio.AbstractEventLoop:
        """Return the loop, begun when there is none; the lock is held. A throttle belongs to its loop."""
        if self._loop is None:
            self._throttle = Throttle()
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=_run, args=(self._loop,), name="model-wire", daemon=True).start()
        return self._loop

    async def _ended(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _delivered(self, order: Order, hear: Hear) -> Reply:
        return await self._within(lambda: self._tried(order, hear))

    async def _models(self) -> tuple[str, ...]:
        async def listed() -> tuple[str, ...] | ModelFailed:
            try:
                page = await self._connected().models.list()
                return tuple(str(model.id) for model in page.data)
            except Exception as error:  # noqa: BLE001 - whatever a server does is told in words
                return faults.translated(error, self.server.host, self.server.sent_key)

        return await self._within(listed)

    async def _within(self, work: Callable[[], Coroutine[Any, Any, Given | ModelFailed]]) -> Given:
        """Do the work within the deadline; its fault is raised with nothing of the client behind it."""
        outcome: Given | ModelFailed
        try:
            async with asyncio.timeout(self.patience.deadline_seconds):
                outcome = await work()
        except TimeoutError:
            outcome = faults.timed_out(self.server.host)
        if isinstance(outcome, ModelFailed):
            raise outcome
        return outcome

    async def _tried(self, order: Order, hear: Hear) -> Reply | ModelFailed:
        ends = perf_counter() + self.patience.deadline_seconds
        spoken = False
        lost: Reply | None = None

        def hears(piece: str) -> None:
            nonlocal spoken
            spoken = True
            hear(piece)

        for number in range(1, self.patience.tries + 2):
            outcome = await self._once(order, hears, number)
            if isinstance(outcome, Reply):
                self._throttle.went_well()
                return outcome.after(lost)
            lost = _lost(outcome, lost)
            if self._renamed_limit(outcome):
                continue
            pause = None if spoken else self._pause(outcome, number, ends - perf_counter())
            if pause is None:
                return outcome
            await asyncio.sleep(pause)
        return outcome

    def _pause(self, failure: ModelFailed, number: int, left_seconds: float) -> float | None:
        kind = failure.evidence["kind"]
        if kind in {"rate_limited", "overloaded"}:
            self._throttle.too_many()
        if kind not in faults.RETRIED:
            return None
        asked = failure.evidence.get("retry_after_seconds")
        return self.patience.pause(number, left_seconds, asked, self._chance.random)

    def _renamed_limit(self, failure: ModelFailed) -> bool:
        """Learn what this server calls the output limit, when that is what it complains about."""
        other = _LIMIT_NAMES[1 - _LIMIT_NAMES.index(self._limit_name)]
        said = str(failure.evidence.get("told", ""))
        if failure.evidence["kind"] != "bad_request" or other not in said or other in self._limit_names_tried:
            return False
        self._limit_names_tried.add(other)
        self._limit_name = other
        return True

    async def _once(self, order: Order, hear: Hear, number: int) -> Reply | ModelFailed:
        where = self.server.host
        try:
            async with self._throttle.turn():
                began = perf_counter()
                streaming.set(order.stream)
                answer = await self._connected().chat.completions.create(**order.body(self._limit_name))
                if isinstance(answer, AsyncStream):
                    return await self._streamed(answer, order, hear, began, number)
                return self._read(answer, order, began, number)
        except Exception as error:  # noqa: BLE001 - whatever a server does is told in words
            if isinstance(error, httpx2.TransportError):
                return faults.broken_off(where)
            return faults.translated(error, where, self.server.sent_key)

    def _read(self, answer: ChatCompletion, order: Order, began: float, number: int) -> Reply:
        where = self.server.host
        if not isinstance(answer, ChatCompletion):
            raise faults.no_model_server(where)
        reply = _reply("", answer.usage, None, began, number)
        if not answer.choices:
            raise _of_no_use(faults.empty(where), reply)
        choice = answer.choices[0]
        reply = replace(reply, text=choice.message.content or "")
        self._look_at_end(reply, choice.finish_reason, choice.message.refusal or "", order)
        return reply

    async def _streamed(
        self, stream: AsyncStream[ChatCompletionChunk], order: Order, hear: Hear, began: float, number: int
    ) -> Reply:
        pieces: list[str] = []
        letters, refusal, finish, usage, first = 0, "", None, None, None
        async with stream:
            async for chunk in stream:
                usage = chunk.usage or usage
                for choice in chunk.choices[:1]:
                    finish = choice.finish_reason or finish
                    refusal += choice.delta.refusal or ""
                    letters += len(choice.delta.content or "") + len(choice.delta.refusal or "")
                    if letters > _MOST_LETTERS:
                        reply = _reply("".join(pieces), usage, first, began, number)
                        raise _of_no_use(faults.cut_off(self.server.host, order.most_tokens), reply)
                    if choice.delta.content:
                        first = first or perf_counter() - began
                        pieces.append(choice.delta.content)
                        hear(choice.delta.content)
        reply = _reply("".join(pieces), usage, first, began, number)
        self._look_at_end(reply, finish, refusal, order)
        return reply

    def _look_at_end(self, reply: Reply, finish: str | None, refusal: str, order: Order) -> None:
        """Raise why an answer is of no use, with what it took: the server was paid for it all the same."""
        where = self.server.host
        if refusal:
            raise _of_no_use(faults.refused(where, refusal, self.server.sent_key), reply)
        if finish == "content_filter":
            raise _of_no_use(faults.refused(where, "its content filter stopped the answer", ""), reply)
        if finish == "length":
            raise _of_no_use(faults.cut_off(where, order.most_tokens), reply)
        if finish is None:
            raise faults.broken_off(where) if reply.text else faults.no_model_server(where)
        if not reply.text.strip():
            raise _of_no_use(faults.empty(where), reply)

    def _connected(self) -> AsyncOpenAI:
        if self._client is None:
            seconds = self.patience.deadline_seconds
            timeout = httpx2.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))
            at_home = urlsplit(self.server.base_url).hostname in _HOME
            self._client = AsyncOpenAI(
                api_key=self.server.sent_key,
                base_url=self.server.base_url,
                max_retries=0,
                timeout=timeout,
                http_client=httpx2.AsyncClient(
                    timeout=timeout,
                    trust_env=not at_home,
                    follow_redirects=False,
                    headers=AS_IT_IS,
                    event_hooks={"response": [bounded]},
                ),
            )
        return self._client


def _next(heard: SimpleQueue[str | None], stopped: Stopped | None) -> str | None:
    while stopped is not None:
        try:
            return heard.get(timeout=_LOOK_SECONDS)
        except Empty:
            if stopped():
                raise Cancelled("The request was broken off.") from None
    return heard.get()


def _result(future: Future[Given]) -> Given:
    try:
        return future.result()
    except CancelledError:
        raise Cancelled(
            "The connection to the model was closed.", remedy="Open the workspace anew and ask again."
        ) from None


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.close()


def _of_no_use(failure: ModelFailed, reply: Reply) -> ModelFailed:
    """Return the fault with what the answer took, and without its text."""
    failure.evidence["reply"] = replace(reply, text="")
    return failure


def _lost(failure: ModelFailed, earlier: Reply | None) -> Reply | None:
    """Return what answers of no use took so far, and have the fault tell it."""
    last = Reply.of_no_use(failure)
    lost = earlier if last is None else last.after(earlier)
    if lost is not None:
        failure.evidence["reply"] = lost
    return lost


def _reply(text: str, usage: CompletionUsage | None, first: float | None, began: float, number: int) -> Reply:
    took = perf_counter() - began
    if usage is None:
        return Reply(text, first_token_seconds=first, seconds=took, tries=number)
    details = usage.prompt_tokens_details
    return Reply(
        text,
        usage.prompt_tokens,
        details.cached_tokens if details else None,
        usage.completion_tokens,
        first,
        took,
        number,
    )
