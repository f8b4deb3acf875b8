"""Leaving as one should when somebody ends the command: what it started goes with it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


@contextmanager
def tidy_at_sigterm() -> Iterator[None]:
    """Make SIGTERM leave as Ctrl-C does, through every `finally`, while the block runs; main thread only."""

    def leave(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
