"""Opaque ids as text whose alphabetical order is their order of creation.

The form is a ULID (github.com/ulid/spec): 48 bits of milliseconds, then 80 bits that are random, or
one more than the last id's when both fall into the same millisecond. Time order keeps neighbours in
time neighbours on disk, which makes retention deletes sequential.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from random import Random

from workbench.clock import Clock, SystemClock

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS = 80

NewId = Callable[[], str]


def id_maker(clock: Clock, random_bits: Callable[[int], int]) -> NewId:
    """Return a thread-safe function that makes a new 26-character id at every call."""
    lock = threading.Lock()
    last = 0

    def make() -> str:
        nonlocal last
        milliseconds = int(clock.now().timestamp() * 1000)
        with lock:
            fresh = (milliseconds << _RANDOM_BITS) | random_bits(_RANDOM_BITS)
            last = fresh if fresh >> _RANDOM_BITS > last >> _RANDOM_BITS else last + 1
            return _text(last)

    return make


def seeded_ids(clock: Clock, seed: int = 0) -> NewId:
    """Return an id maker that repeats itself; for tests and examples."""
    return id_maker(clock, Random(seed).getrandbits)


def _text(number: int) -> str:
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


new_id: NewId = id_maker(SystemClock(), secrets.randbits)
