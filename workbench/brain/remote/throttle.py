"""How many requests may run at once: one more after a good round, half after the server said "too many"."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Throttle:
    """A gate for requests whose width follows the server: additive increase, multiplicative decrease."""

    def __init__(self, start: int = 4, most: int = 16) -> None:
        self._width = float(start)
        self._most = most
        self._inside = 0
        self._changed = asyncio.Condition()

    @property
    def width(self) -> int:
        """How many requests may be inside now; at least one."""
        return max(1, int(self._width))

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a place and hold it."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._inside < self.width)
            self._inside += 1
        try:
            yield
        finally:
            async with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def went_well(self) -> None:
        """Open by one place for every full round of good answers."""
        self._width = min(self._most, self._width + 1 / self.width)

    def too_many(self) -> None:
        """Halve the gate."""
        self._width = max(1.0, self._width / 2)
