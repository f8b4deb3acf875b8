"""Work done in another process, which kills itself with SIGKILL after so many statements."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

from tests.forking import processes


def done_or_dead(work: Callable[..., None], *arguments: Any) -> bool:
    """Run `work` in a process of its own; False when it was killed."""
    process = processes.Process(target=work, args=arguments)
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode == 0


def die_after(engine: Engine | type[Engine], statements: int) -> None:
    """Kill this process once the engine, or every engine, ran so many statements."""
    left = statements

    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "after_cursor_execute", count)
