"""Signed requests for the door that starts a cleanup from outside: who may, when, and never twice.

The signature is HMAC-SHA256 over method, path, id, time and a digest of the body. Two keys may be active, so
that one can be replaced without a gap. Without a key of 32 bytes the door is not there at all.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workbench.errors import InputError

LEAST_KEY_BYTES = 32
MOST_KEYS = 2
TOLERANCE_SECONDS = 300
_MOST_ID_LETTERS = 64

Verdict = Literal["accepted", "not configured", "malformed", "out of time", "wrong signature"]


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What came in: `sent_at` is seconds since 1970 as text, `signature` is hexadecimal."""

    method: str
    path: str
    id: str
    sent_at: str
    body: bytes
    signature: str


def sign(key: bytes, method: str, path: str, request_id: str, sent_at: int, body: bytes) -> str:
    """Return the signature a caller sends along."""
    if len(key) < LEAST_KEY_BYTES:
        raise InputError(
            f"The key has {len(key)} bytes.", remedy=f"Use at least {LEAST_KEY_BYTES} random ones."
        )
    return _signature(key, method, path, request_id, str(sent_at), body)


def judge_request(request: SignedRequest, keys: Sequence[bytes], now: datetime) -> Verdict:
    """Tell whether a request is to be accepted; that it was not seen before is for the caller to keep.

    Every key is tried in constant time, and a key that is too short is no key.
    """
    usable = [key for key in keys if len(key) >= LEAST_KEY_BYTES][:MOST_KEYS]
    if not usable:
        return "not configured"
    if not _well_formed(request):
        return "malformed"
    expected = [
        _signature(key, request.method, request.path, request.id, request.sent_at, request.body)
        for key in usable
    ]
    matches = [hmac.compare_digest(each.encode(), request.signature.encode()) for each in expected]
    if not any(matches):
        return "wrong signature"
    if abs(now.timestamp() - int(request.sent_at)) > TOLERANCE_SECONDS:
        return "out of time"
    return "accepted"


def _well_formed(request: SignedRequest) -> bool:
    return (
        request.sent_at.isascii()
        and request.sent_at.isdecimal()
        and len(request.sent_at) <= 12
        and 0 < len(request.id) <= _MOST_ID_LETTERS
        and request.id.isascii()
        and request.id.isprintable()
        and len(request.signature) == 64
        and request.signature.isascii()
    )


def _signature(key: bytes, method: str, path: str, request_id: str, sent_at: str, body: bytes) -> str:
    parts = (method.upper(), path, request_id, sent_at, hashlib.sha256(body).hexdigest())
    return hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()
