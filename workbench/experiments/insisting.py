"""Asking the ledger again while it is busy, so that a moment's crowd loses no cell and no paid answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from workbench.errors import Busy
from workbench.experiments.pace import Stopped, never

PATIENCE_SECONDS = 60.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.05, 1.0

Answer = TypeVar("Answer")


def insisted(ask: Callable[[], Answer], stopped: Stopped = never) -> Answer:
    """Return what `ask` gives; while it raises Busy it is asked again, for a minute, or until `stopped`."""
    ends, pause = time.monotonic() + PATIENCE_SECONDS, _FIRST_PAUSE_SECONDS
    while True:
        try:
            return ask()
        except Busy:
            if stopped() or time.monotonic() > ends:
                raise
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
