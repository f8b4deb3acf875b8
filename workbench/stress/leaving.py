"""Leaving as one should when somebody ends the command, or it dies: what it started goes with it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

STARTER = "WORKBENCH_ENDS_WITH"
"""The variable that names the process with which one that it started is to end."""
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
_LOOK_SECONDS = 0.5
_PATIENCE_SECONDS = 45.0


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


def with_me() -> dict[str, str]:
    """Return what to add to the environment of a process that is to end when this one does."""
    return {STARTER: str(os.getpid())}


def end_with_starter(by: signal.Signals = _KILL) -> None:
    """End this process by that signal once its starter is gone, killed with -9 too; without one, do nothing.

    A process whose starter dies gets another parent, whichever way it died. That is looked for twice a
    second: what Linux has for it, a signal at the parent's death, comes when a mere thread of it ends.
    """
    starter = os.environ.pop(STARTER, "")
    if starter.isdecimal():
        threading.Thread(target=_follow, args=(int(starter), by), name="starter", daemon=True).start()


def _follow(starter: int, by: signal.Signals) -> None:
    while os.getppid() == starter:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), by)
    time.sleep(_PATIENCE_SECONDS)
    os.kill(os.getpid(), _KILL)
