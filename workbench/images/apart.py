"""Facts measured in processes of their own, so that measuring shares no interpreter lock with whoever serves.

A process is started when there is a picture to measure, takes one after the other, and rests after a minute
without work. A picture that ends its process is measured once more in a fresh one and refused after that; the
processes have a limit of memory, and are replaced after some hundreds of pictures whatever they hold.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, Self

from workbench.errors import Cancelled, InputError, TooSlow, WorkbenchError
from workbench.images.values import ImageFacts
from workbench.spans import carried, deliver

MEASURING = "workbench.images.apart_process"
MEMORY_BYTES = 3 * 2**30
PATIENCE_SECONDS = 120.0
IDLE_SECONDS = 60.0
GRACE_SECONDS = 2.0
PICTURES_A_PROCESS = 300
_EVIDENCE_BYTES = 4000
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class _Died(Exception):
    """The process ended while it measured."""


class _Line:
    """A running process with its pipes."""

    def __init__(self, module: str, memory_bytes: int) -> None:
        self.left = PICTURES_A_PROCESS
        self.overdue = False
        self._words = TemporaryFile()  # noqa: SIM115 - closed with the process
        self.process = subprocess.Popen(  # noqa: S603 - our own module in our own interpreter
            [sys.executable, "-P", "-m", module, str(memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            env=os.environ | _ONE_THREAD | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def ask(self, head: Mapping[str, Any], content: bytes, patience_seconds: float) -> dict[str, Any]:
        """Send a picture and return the answer; raises _Died when there is none."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.left -= 1
        watch = threading.Timer(patience_seconds, self._give_up)
        watch.daemon = True
        watch.start()
        try:
            self.process.stdin.write(json.dumps({**head, "bytes": len(content)}).encode() + b"\n")
            self.process.stdin.write(content)
            self.process.stdin.flush()
            answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        except (OSError, ValueError):
            raise _Died from None
        finally:
            watch.cancel()
        return answer

    def stop(self) -> None:
        """End the process, by closing its pipe when it listens; it is gone after that."""
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError, ValueError):
                assert pipe is not None
                pipe.close()
        try:
            self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._words.close()

    def buried(self) -> tuple[str, str]:
        """Return how the process ended and the end of what it wrote to stderr."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE_SECONDS)
        self.process.kill()
        code = self.process.wait()
        self._words.seek(max(0, self._words.seek(0, os.SEEK_END) - _EVIDENCE_BYTES))
        words = self._words.read().decode(errors="replace")
        self.stop()
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}", words

    def _give_up(self) -> None:
        self.overdue = True
        self.process.kill()


class Measurer:
    """Measures pictures in other processes: one for each thread that asks at the same time.

    A context manager; closing it twice does no harm, and it measures nothing more after that.
    """

    def __init__(
        self,
        *,
        module: str = MEASURING,
        memory_bytes: int = MEMORY_BYTES,
        patience_seconds: float = PATIENCE_SECONDS,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._module = module
        self._memory_bytes = memory_bytes
        self._patience_seconds = patience_seconds
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._idle: list[_Line] = []
        self._busy: set[_Line] = set()
        self._rest: threading.Timer | None = None
        self._closed = False

    @property
    def pids(self) -> tuple[int, ...]:
        """The ids of the processes that run."""
        with self._lock:
            return tuple(each.process.pid for each in (*self._idle, *self._busy) if each.running)

    def facts(self, content: bytes, label: str = "the picture") -> ImageFacts:
        """Measure a picture as `workbench.images.facts` does, reading text where a reader is installed.

        Raises InputError also for a picture that needs too much memory or ends its process twice, TooSlow
        when it was not measured in its time, and Cancelled when this is closed meanwhile.
        """
        with suppress(_Died):
            return self._measured(content, label, last=False)
        return self._measured(content, label, last=True)

    def close(self) -> None:
        """End the processes; what is being measured raises Cancelled in its caller."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            busy = tuple(self._busy)
            if self._rest is not None:
                self._rest.cancel()
        for line in busy:
            line.process.kill()
            line.process.wait()
        for line in idle:
            line.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _measured(self, content: bytes, label: str, *, last: bool) -> ImageFacts:
        line = self._taken()
        try:
            answer = line.ask({"label": label, "carried": carried()}, content, self._patience_seconds)
        except _Died:
            self._bury(line, label, last=last)
            raise
        self._put_back(line)
        deliver(answer.get("spans"))
        if "facts" in answer:
            return ImageFacts.from_json(answer["facts"])
        kind = InputError if answer["refused"] else WorkbenchError
        raise kind(answer["message"], remedy=answer["remedy"])

    def _bury(self, line: _Line, label: str, *, last: bool) -> None:
        """Clear away a process that ended, and raise where another try is of no use."""
        how, words = line.buried()
        with self._lock:
            self._busy.discard(line)
            if self._closed:
                raise Cancelled("The measuring of pictures is closing.") from None
        if line.overdue:
            raise TooSlow(
                f"{label!r} was not measured within {self._patience_seconds:g} s.",
                remedy="Make the picture smaller, or try again when the machine is less busy.",
            ) from None
        if last:
            raise InputError(
                f"Measuring {label!r} ended its process twice: {how}.",
                remedy="It may be damaged; save it anew with an image program.",
                stderr=words,
            ) from None

    def _taken(self) -> _Line:
        with self._lock:
            while self._idle:
                line = self._idle.pop()
                if line.running:
                    break
                line.stop()
            else:
                if self._closed:
                    raise Cancelled("The measuring of pictures is closing.")
                line = _Line(self._module, self._memory_bytes)
            self._busy.add(line)
            return line

    def _put_back(self, line: _Line) -> None:
        with self._lock:
            self._busy.discard(line)
            spent = self._closed or not line.left
            if not spent:
                self._idle.append(line)
                if self._rest is not None:
                    self._rest.cancel()
                self._rest = threading.Timer(self._idle_seconds, self._take_a_rest)
                self._rest.daemon = True
                self._rest.start()
        if spent:
            line.stop()

    def _take_a_rest(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for line in idle:
            line.stop()
