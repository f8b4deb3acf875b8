"""What takes seconds and must not keep records waiting, in a thread of its own: loading Arrow, tidying up."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

_PARQUET = "workbench.telemetry.parquet"
_LAST_LINE = "described"


def parquet() -> Any | None:
    """Return the module that writes Parquet once it is loaded, whoever loaded it; None until then."""
    module = sys.modules.get(_PARQUET)
    return module if hasattr(module, _LAST_LINE) else None


class Housekeeper:
    """Loads Arrow when it is first called, then tidies up at each call; failures are nobody's trouble."""

    def __init__(self, tidy: Callable[[], object] | None = None) -> None:
        self._steps: list[Callable[[], object]] = [lambda: import_module(_PARQUET)]
        self._steps += [tidy] if tidy else []
        self._called, self._idle = threading.Event(), threading.Event()
        self._idle.set()
        self._closing = False
        self._thread: threading.Thread | None = None

    def call(self) -> None:
        """Do it soon; returns at once."""
        self._called.set()
        if self._thread is None and not self._closing:
            self._thread = threading.Thread(target=self._run, name="telemetry-tidying", daemon=True)
            self._thread.start()

    def close(self, patience_seconds: float) -> None:
        """Begin nothing more, and wait for what has begun: no interpreter should end in the middle of it."""
        self._closing = True
        self._called.set()
        self._idle.wait(patience_seconds)

    def _run(self) -> None:
        while not self._closing:
            self._called.wait()
            self._called.clear()
            self._idle.clear()
            for step in self._steps:
                if not self._closing:
                    with suppress(Exception):
                        step()
            self._idle.set()
