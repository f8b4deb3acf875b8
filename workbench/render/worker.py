"""A render process: reads jobs, paints, answers. Started by `process.RenderProcess`, one job at a time.

It ends when its parent does: a thread waits on the pipe from the parent, and its end is ours. The same
thread hears cancellations, which painting looks at between two frames.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Any, BinaryIO

from workbench.errors import Cancelled, WorkbenchError
from workbench.frugal import give_back, settle
from workbench.render.easel import Easel
from workbench.render.jobs import JOBS, Desk
from workbench.render.wire import CARRIED, SPANS, Message, receive, send
from workbench.spans import gathered, resumed, span

LIGHTER_EVERY_SECONDS = 30.0
IDLE_SECONDS = 2.0
"""After so long without a job a painter gives back: a film leaves up to 80 MB that nobody else could use."""


class Inbox:
    """Jobs from the parent, in order, and which of them are no longer wanted."""

    def __init__(self, stream: BinaryIO, at_the_end: Callable[[], object] = lambda: os._exit(0)) -> None:
        self._stream = stream
        self._at_the_end = at_the_end
        self._jobs: queue.Queue[Message] = queue.Queue()
        self._cancelled: set[int] = set()
        threading.Thread(target=self._listen, daemon=True).start()

    def next(self, seconds: float | None = None) -> Message | None:
        """Wait for the next job, for so many seconds at most; None when there was none."""
        try:
            return self._jobs.get(timeout=seconds)
        except queue.Empty:
            return None

    def is_cancelled(self, job: int) -> bool:
        return job in self._cancelled

    def _listen(self) -> None:
        while message := receive(self._stream):
            if message.kind == "cancel":
                self._cancelled.add(message.job)
            else:
                self._jobs.put(message)
        self._at_the_end()


class Outbox:
    """Answers to the parent, each whole: painting and encoding tell from threads of their own."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def put(self, message: Message) -> None:
        """Write one message when no other is being written."""
        with self._lock:
            send(self._stream, message)


def work(easel: Easel, inbox: Inbox, answers: Outbox) -> None:
    """Say that we are ready, then do jobs for ever.

    What they leave behind goes back as soon as nothing is to be done, and twice a minute while there is.
    """
    answers.put(Message("ready", 0, {}))
    lightened, heavy = time.monotonic(), False
    while True:
        message = inbox.next(IDLE_SECONDS if heavy else None)
        if message is not None:
            answers.put(_answer(easel, inbox, answers, message))
            heavy = True
        if message is None or time.monotonic() - lightened > LIGHTER_EVERY_SECONDS:
            gc.collect()
            give_back()
            lightened, heavy = time.monotonic(), False


def _answer(easel: Easel, inbox: Inbox, answers: Outbox, message: Message) -> Message:
    ticket = message.data.pop(CARRIED, None) or {}
    if not ticket:
        return _painted(easel, inbox, answers, message)
    with gathered() as records, resumed(ticket):
        answer = _painted(easel, inbox, answers, message)
    answer.data[SPANS] = [record.plain() for record in records]
    return answer


def _painted(easel: Easel, inbox: Inbox, answers: Outbox, message: Message) -> Message:
    def tell(kind: str, data: dict[str, Any], *parts: bytes) -> None:
        if inbox.is_cancelled(message.job):
            raise Cancelled("The render was cancelled.")
        answers.put(Message(kind, message.job, data, parts))

    try:
        with span(f"paint.{message.kind}"):
            data, parts = JOBS[message.kind](Desk(easel, message, tell))
    except Cancelled:
        return Message("cancelled", message.job, {})
    except Exception as error:  # noqa: BLE001 - whatever painting raises is the answer to this job alone
        return Message("failed", message.job, _failure(error))
    return Message("done", message.job, data, parts)


def _failure(error: Exception) -> dict[str, Any]:
    known = isinstance(error, WorkbenchError)
    return {
        "error": type(error).__name__,
        "message": error.message if isinstance(error, WorkbenchError) else f"{type(error).__name__}: {error}",
        "remedy": error.remedy if isinstance(error, WorkbenchError) else "",
        "traceback": "" if known else traceback.format_exc(limit=-6),
    }


def load_easel(name: str) -> Easel:
    """Return a new easel of the class `package.module:Class`."""
    module, _, kind = name.partition(":")
    easel: Easel = getattr(import_module(module), kind)()
    return easel


def main() -> None:
    """Work for the parent at the other end of stdin and stdout; whatever prints goes to stderr."""
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    easel = load_easel(sys.argv[1])
    settle()
    work(easel, Inbox(sys.stdin.buffer), Outbox(answers))


if __name__ == "__main__":
    main()
