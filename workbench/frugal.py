"""Memory that is free again goes back to the system, where the C library is glibc.

glibc gives threads up to eight arenas for each processor and keeps in each what was freed there. A service
has some forty threads that work for a moment and rest; on two processors, 50 MB lay free in 16 arenas after a
few hundred requests, and 20 to 25 MB in two. The interpreter's lock makes more than two useless to us.
One arena is no cure for work that takes and frees tens of megabytes between small things that live on: what
is free lies between them, and only `give_back` returns it, by whole pages.

What is large need not lie between them. glibc asks the system for each piece of 128 KB or more by itself and
gives it back at once, until the first of them is freed: from then on the threshold is that piece's size, up
to 32 MB. `keep_apart` pins it.

Arrow brings an allocator of its own, which reserves a gigabyte and gives little back: 12 MB of it were in use
after 25 minutes of a service's telemetry, 0.3 MB more a minute, of which Arrow knew 0.1. `share_arenas` lets
it ask the C library as all others do, where it is not loaded yet.

The interpreter takes away what only points at itself once a quarter as many new containers came as there are
old ones. A service has 300,000 of those, so up to 75,000 lie between what lives on; looking through all
of them stops every thread. `settle` leaves out for good what is loaded; then it costs little to look often.
"""

from __future__ import annotations

import ctypes
import gc
import os
from typing import Any

_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
ARENAS = 2
APART_BYTES = 64 * 1024


def share_arenas(arenas: int = ARENAS) -> bool:
    """Let all threads use so many arenas, before most are started; returns whether the C library does so."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    library = _glibc()
    return library is not None and bool(library.mallopt(_M_ARENA_MAX, arenas))


def keep_apart(least_bytes: int = APART_BYTES) -> bool:
    """Let each piece of so many bytes or more be the system's own, gone when freed; answers as above."""
    library = _glibc()
    return library is not None and bool(library.mallopt(_M_MMAP_THRESHOLD, least_bytes))


def settle() -> None:
    """Take what is there for what stays, before work begins: no collection looks at it again."""
    gc.collect()
    gc.freeze()


def give_back() -> bool:
    """Give free pages of every arena back; returns whether there were any. Takes some milliseconds."""
    library = _glibc()
    return library is not None and bool(library.malloc_trim(0))


def _glibc() -> Any:
    """Return the C library when it has what is needed (glibc), else None."""
    try:
        library = ctypes.CDLL(None)
        _ = library.mallopt, library.malloc_trim
    except (OSError, AttributeError, TypeError):
        return None
    return library
