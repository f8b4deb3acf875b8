"""Ending a run from another thread: on a machine of a cluster no Ctrl-C reaches it.

The cell is interrupted and goes through its `finally`, no further one begins, and the kernel ends. The kernel
of a cell that does not heed it is killed.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from jupyter_client.manager import AsyncKernelManager

ENDED = "stopped by Ctrl-C or SIGTERM"
HEED_SECONDS = 15.0
"""How long a cell may take to its end once it is interrupted."""
_LOOK_SECONDS = 0.5
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


class Ending:
    """Ends one run as soon as `asked` is set, which any thread may do."""

    def __init__(self, asked: threading.Event) -> None:
        self._asked = asked
        self._over = threading.Event()
        self._kernel: AsyncKernelManager | None = None
        self._is_at_a_cell = False

    @property
    def is_asked(self) -> bool:
        """Whether somebody wants the run to end."""
        return self._asked.is_set()

    def begins(self) -> None:
        """Hear that a cell begins. Raises KeyboardInterrupt when the run is to end."""
        if self.is_asked:
            raise KeyboardInterrupt
        self._is_at_a_cell = True

    def kernels(self) -> type[AsyncKernelManager]:
        """Return the kind of kernel that papermill is to start: one that can be ended from here."""
        ending = self

        class Known(AsyncKernelManager):
            def __init__(self, *given: Any, **options: Any) -> None:
                super().__init__(*given, **options)
                ending._kernel = self

        return Known

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """Look whether it is asked for while the block runs."""
        threading.Thread(target=self._watch, name="batch ending", daemon=True).start()
        try:
            yield
        finally:
            self._over.set()

    def _watch(self) -> None:
        while not self._asked.wait(_LOOK_SECONDS):
            if self._over.is_set():
                return
        asyncio.run(self._tell(signal.SIGINT))
        if not self._over.wait(HEED_SECONDS):
            asyncio.run(self._tell(_KILL))

    async def _tell(self, what: signal.Signals) -> None:
        if self._kernel is not None and self._is_at_a_cell:
            with suppress(RuntimeError, OSError):  # it has ended by itself
                await self._kernel.signal_kernel(what)
