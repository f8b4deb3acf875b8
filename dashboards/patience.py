"""Facts that cost more than a glance are looked at now and then; between, what was seen last is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from workbench.clock import Clock

Given = ParamSpec("Given")
Seen = TypeVar("Seen")


def patient(look: Callable[Given, Seen], seconds: float, clock: Clock) -> Callable[Given, Seen]:
    """Return `look` that really looks once in `seconds`; a look that raises is tried again at once."""
    lock = threading.Lock()
    held: list[tuple[float, Any]] = []

    def glance(*given: Given.args, **named: Given.kwargs) -> Seen:
        with lock:
            if held and clock.monotonic() - held[0][0] < seconds:
                seen: Seen = held[0][1]
                return seen
            seen = look(*given, **named)
            held[:] = [(clock.monotonic(), seen)]
            return seen

    return glance
