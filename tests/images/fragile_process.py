"""The process that measures pictures, with holes: certain words after the end of a picture open them."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from workbench.images import ImageFacts, apart_process
from workbench.images.facts import facts

ENDS, ENDS_ONCE, WAITS, FILLS = b"ends", b"ends once:", b"waits", b"fills"


def fragile(content: bytes, **options: Any) -> ImageFacts:
    """Measure a picture, or end, wait, or take ten gigabytes as its last bytes say."""
    if content.endswith(ENDS):
        os.kill(os.getpid(), signal.SIGKILL)
    if content.endswith(WAITS):
        signal.pause()
    if content.endswith(FILLS):
        bytearray(10**10)
    place = content.rpartition(ENDS_ONCE)[2] if ENDS_ONCE in content else b""
    if place and not Path(place.decode()).exists():
        Path(place.decode()).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return facts(content, **options)


if __name__ == "__main__":
    apart_process.facts = fragile  # type: ignore[attr-defined]
    apart_process.main()
