"""Messages between the workbench and its render processes: a JSON head and binary parts.

A message is the head's length (4 bytes, big endian), the head, then the parts, whose lengths the head
gives under `parts`. JSON and not pickle: a render process handles pictures from outside, and nothing
it sends can make the other side run code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO, Any

CARRIED, SPANS = "carried", "spans"
"""Where a job says what it is part of, and an answer what took how long."""

MAX_HEAD_BYTES = 16 * 1024 * 1024
MAX_PART_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """What kind it is, which job it belongs to, plain data, and bytes."""

    kind: str
    job: int
    data: dict[str, Any]
    parts: tuple[bytes, ...] = ()


def send(stream: IO[bytes], message: Message) -> None:
    """Write one message and flush it."""
    lengths = [len(part) for part in message.parts]
    head = json.dumps([message.kind, message.job, message.data, lengths]).encode()
    stream.write(len(head).to_bytes(4, "big") + head)
    stream.writelines(message.parts)
    stream.flush()


def receive(stream: IO[bytes]) -> Message | None:
    """Read one message; None when the other side is gone, also in the middle of a message."""
    size = _exactly(stream, 4)
    if size is None or int.from_bytes(size, "big") > MAX_HEAD_BYTES:
        return None
    head = _exactly(stream, int.from_bytes(size, "big"))
    if head is None:
        return None
    kind, job, data, lengths = json.loads(head)
    parts = []
    for length in lengths:
        part = _exactly(stream, length) if 0 <= length <= MAX_PART_BYTES else None
        if part is None:
            return None
        parts.append(part)
    return Message(kind, job, data, tuple(parts))


def _exactly(stream: IO[bytes], size: int) -> bytes | None:
    pieces = bytearray()
    while len(pieces) < size:
        piece = stream.read(size - len(pieces))
        if not piece:
            return None
        pieces += piece
    return bytes(pieces)
