"""How long to wait for a server: one deadline for everything, and pauses between tries.

Pauses double, up to eight seconds, and lose up to a quarter by chance, so that clients which failed
together do not come back together. A server's own Retry-After is longer law, but never past the deadline.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_LONGEST_SECONDS = 8.0
_CHANCE = 0.25


@dataclass(frozen=True, slots=True)
class Patience:
    """The time one request may take, tries and pauses together; how often it is tried; the first pause."""

    deadline_seconds: float = 120.0
    tries: int = 4
    first_seconds: float = 0.5

    def pause(
        self, failed: int, left_seconds: float, asked_seconds: float | None, chance: Callable[[], float]
    ) -> float | None:
        """Return the seconds to wait after the `failed`-th try (from 1); None when it is time to give up.

        `chance` gives 0..1. `asked_seconds` is what the server asked for.
        """
        if failed >= self.tries:
            return None
        own = min(_LONGEST_SECONDS, self.first_seconds * 2 ** (failed - 1)) * (1 - _CHANCE * chance())
        seconds = own if asked_seconds is None else max(asked_seconds, 0.0)
        return seconds if seconds < left_seconds else None
