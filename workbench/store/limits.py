"""What may be kept: each check returns the value as it is stored, or says what is wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from workbench.errors import InputError

MAX_NAME_LETTERS = 120
MAX_SOURCE_BYTES = 64 * 1024
MAX_MESSAGE_BYTES = 1024 * 1024
MAX_SECONDS = 120.0
MAX_SCENES = 500
MAX_SIDE_PIXELS = 7680
MAX_JSON_BYTES = 256 * 1024
MAX_DEPTH = 32
"""How deep lists and tables may lie in each other."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def name(value: str, kind: str) -> str:
    """Return the name without outer spaces: 1 to 120 letters on one line."""
    trimmed = value.strip()
    if not trimmed:
        raise InputError(f"The {kind} has no name.", remedy="Give it a name of 1 to 120 letters.")
    if len(trimmed) > MAX_NAME_LETTERS:
        raise InputError(
            f"The {kind} name {trimmed[:30]!r}… has {len(trimmed)} letters.",
            remedy=f"Use at most {MAX_NAME_LETTERS}.",
        )
    if _CONTROL.search(trimmed):
        raise InputError(
            f"The {kind} name {trimmed!r} holds a line break or control character.",
            remedy="Write it on one line.",
        )
    return trimmed


def text(value: str, kind: str, most_bytes: int = MAX_SOURCE_BYTES) -> str:
    """Return the text as it is: at most `most_bytes` of UTF-8, without NUL and lone surrogates."""
    found = _UNSTORABLE.search(value)
    if found:
        raise InputError(
            f"The {kind} holds the character U+{ord(found[0]):04X} at offset {found.start()}.",
            remedy="Remove it; it cannot be stored as text.",
        )
    size = len(value.encode())
    if size > most_bytes:
        raise InputError(f"The {kind} has {size} bytes.", remedy=f"Keep it within {most_bytes // 1024} kB.")
    return value


def seconds(value: float) -> float:
    """Return the duration: more than 0 and at most 120 seconds."""
    if not 0 < value <= MAX_SECONDS:
        raise InputError(
            f"A duration of {value:g} seconds is out of range.",
            remedy=f"Give more than 0 and at most {MAX_SECONDS:g}.",
        )
    return float(value)


def excerpt(value: Mapping[str, Any]) -> dict[str, float]:
    """Return which part of a performance a scene plays: nothing, or where it begins and of how much."""
    if not value:
        return {}
    begin, whole = value.get("begin_seconds"), value.get("of_seconds")
    numbers = [each for each in (begin, whole) if isinstance(each, int | float) and math.isfinite(each)]
    if set(value) != {"begin_seconds", "of_seconds"} or len(numbers) < 2 or not 0 <= numbers[0] < numbers[1]:
        raise InputError(
            f"{dict(value)!r} is no part of a performance.",
            remedy='Write it as {"begin_seconds": 2.0, "of_seconds": 5.0}.',
        )
    return {"begin_seconds": float(numbers[0]), "of_seconds": seconds(numbers[1])}


def picture(width: int, height: int, fps: int) -> dict[str, int]:
    """Return width, height (even pixels) and frames per second when video can hold them."""
    for side in (width, height):
        if not 16 <= side <= MAX_SIDE_PIXELS or side % 2:
            raise InputError(
                f"A picture of {width}x{height} cannot be kept.",
                remedy=f"Give even sides from 16 to {MAX_SIDE_PIXELS} pixels.",
            )
    if not 1 <= fps <= 120:
        raise InputError(f"{fps} frames per second is out of range.", remedy="Give 1 to 120.")
    return {"width": width, "height": height, "fps": fps}


def plain(value: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return a copy of plain data: text, finite numbers, switches, lists and tables of them; no null."""
    copied = {str(key): _plain(item, f"{kind}.{key}") for key, item in value.items()}
    size = len(repr(copied))
    if size > MAX_JSON_BYTES:
        raise InputError(
            f"The {kind} takes {size} bytes.", remedy=f"Keep it within {MAX_JSON_BYTES // 1024} kB."
        )
    return copied


def _plain(value: Any, place: str, depth: int = 1) -> Any:
    match value:
        case bool() | int():
            return value
        case float() if math.isfinite(value):
            return value
        case str():
            return text(value, place)
        case list() | tuple() | Mapping() if depth > MAX_DEPTH:
            raise InputError(
                f"{place[:60]}… lies more than {MAX_DEPTH} deep.", remedy="Use flatter lists and tables."
            )
        case list() | tuple():
            return [_plain(item, f"{place}[{index}]", depth + 1) for index, item in enumerate(value)]
        case Mapping():
            return {
                text(str(key), place): _plain(item, f"{place}.{key}", depth + 1)
                for key, item in value.items()
            }
    raise InputError(
        f"{place} is {value!r}, which cannot be kept.",
        remedy="Use text, finite numbers, true or false, lists and tables of them.",
    )
