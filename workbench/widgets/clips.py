"""Previews that were painted, kept for the next view and for going back and forth."""

from __future__ import annotations

from collections import OrderedDict

_KEPT_BYTES = 48 * 2**20


class Clips:
    """Previews that were painted, by what they show; the latest up to `most_bytes` are kept."""

    def __init__(self, most_bytes: int = _KEPT_BYTES) -> None:
        self._most = most_bytes
        self._held: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        """Return the preview of that key, or None."""
        if key in self._held:
            self._held.move_to_end(key)
        return self._held.get(key)

    def put(self, key: str, content: bytes) -> None:
        """Keep a preview, and let the oldest go when there are too many."""
        self._held[key] = content
        while sum(map(len, self._held.values())) > self._most:
            self._held.popitem(last=False)
