"""The signed door opens for the right key, in time, and for exactly what was signed."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.lifecycle.signing import SignedRequest, judge_request, sign

KEY, OTHER = b"k" * 32, b"o" * 32
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def request(body: bytes = b"{}", key: bytes = KEY, late_seconds: int = 0) -> SignedRequest:
    sent_at = int(NOW.timestamp()) - late_seconds
    signature = sign(key, "POST", "/ops/cron/lifecycle", "r1", sent_at, body)
    return SignedRequest("POST", "/ops/cron/lifecycle", "r1", str(sent_at), body, signature)


def test_openssl_signs_as_documented() -> None:
    """The shell commands of the documents make the headers that the service accepts."""
    page = (Path(__file__).parents[2] / "docs" / "lifecycle.md").read_text()
    commands = page.split("```sh")[1].split("```")[0].replace("curl -sS", "printf '%s\\n'")
    done = subprocess.run(
        ["sh", "-c", commands], env={**os.environ, "KEY": KEY.decode(), "URL": "http://x"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = dict(line.split(": ") for line in done.stdout.splitlines() if line.startswith("X-"))
    shown = SignedRequest(
        "POST", "/ops/cron/lifecycle", told["X-Workbench-Id"], told["X-Workbench-Time"],
        b'{"dry_run": true}', told["X-Workbench-Signature"],
    )  # fmt: skip
    assert judge_request(shown, [KEY], datetime.fromtimestamp(int(shown.sent_at), UTC)) == "accepted"


@pytest.mark.parametrize("keys", [[KEY], [OTHER, KEY], [KEY, OTHER]])
def test_either_active_key_opens(keys: list[bytes]) -> None:
    """While a key is being replaced both are good."""
    assert judge_request(request(), keys, NOW) == "accepted"


@pytest.mark.parametrize("keys", [[], [b""], [b"short"], [KEY[:31]]])
def test_no_door_without_a_key(keys: list[bytes]) -> None:
    """An empty or short key is no key, so an empty signature never equals an empty secret."""
    assert judge_request(replace(request(), signature="0" * 64), keys, NOW) == "not configured"
    with pytest.raises(InputError, match="at least 32"):
        sign(b"", "POST", "/", "r1", 0, b"")


@pytest.mark.parametrize(
    ("late", "verdict"), [(300, "accepted"), (301, "out of time"), (-301, "out of time")]
)
def test_five_minutes(late: int, verdict: str) -> None:
    """A request is good for five minutes around its time."""
    assert judge_request(request(late_seconds=late), [KEY], NOW) == verdict


@given(
    st.sampled_from(["method", "path", "id", "body", "signature", "sent_at"]),
    st.integers(0, 10_000),
    st.integers(1, 255),
)
def test_any_change_closes(field: str, place: int, flip: int) -> None:
    """Changing any character of any part is never accepted."""
    good = request(b"some body")
    old = getattr(good, field)
    raw = bytearray(old if isinstance(old, bytes) else old.encode())
    raw[place % len(raw)] ^= flip
    changed = bytes(raw) if isinstance(old, bytes) else bytes(raw).decode("latin-1")
    if field == "method" and str(changed).upper() == good.method:
        return
    assert judge_request(replace(good, **{field: changed}), [KEY], NOW) != "accepted"
