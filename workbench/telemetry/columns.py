"""One row of telemetry: its columns, and how records become them.

`ts` is the end of a span or the moment of a count, in UTC. A null is something that is not known: a null
`cost_usd` is a call whose price nobody told, never a call that cost nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from workbench.spans import Record
from workbench.telemetry.faults import fingerprint, redacted, stack

VERSION = 1
"""Changes with the columns; files of several versions are read by the names of their columns."""

LONGEST_TEXT = 200
MOST_ATTRIBUTE_LETTERS = 2000

ColumnType = Literal["moment", "text", "whole", "number", "truth"]

COLUMNS: dict[str, ColumnType] = {
    "ts": "moment",
    "kind": "text",
    "name": "text",
    "trace_id": "text",
    "span_id": "text",
    "parent_id": "text",
    "project_id": "text",
    "scene_id": "text",
    "user_id": "text",
    "process": "text",
    "duration_us": "whole",
    "value": "number",
    "outcome": "text",
    "error_type": "text",
    "fingerprint": "text",
    "provider": "text",
    "model": "text",
    "input_tokens": "whole",
    "cached_tokens": "whole",
    "output_tokens": "whole",
    "cost_usd": "number",
    "first_token_us": "whole",
    "attributes": "text",
    "sample": "truth",
}

_TEXTS = ("provider", "model")
_WHOLES = ("input_tokens", "cached_tokens", "output_tokens", "first_token_us")


def row(record: Record, process: str, secrets: Sequence[str] = ()) -> dict[str, Any]:
    """Return a record as one row; attributes that have a column of their own go there."""
    more = dict(record.attributes)
    known: dict[str, Any] = {name: _text(more.pop(name, None)) for name in _TEXTS}
    known |= {name: _whole(more.pop(name, None)) for name in _WHOLES}
    known["cost_usd"] = _number(more.pop("cost_usd", None))
    trouble = record.trouble
    if trouble is not None and trouble.first:
        more |= {"error.message": redacted(trouble.message, secrets), "error.stack": stack(trouble)}
    counted_error = trouble is not None and trouble.first and record.outcome == "error"
    return {
        "ts": record.time_ns // 1000,
        "kind": record.kind,
        "name": _text(record.name),
        "trace_id": f"{record.trace_id:032x}" if record.trace_id else None,
        "span_id": f"{record.span_id:016x}" if record.span_id else None,
        "parent_id": f"{record.parent_id:016x}" if record.parent_id else None,
        "project_id": _text(record.project_id),
        "scene_id": _text(record.scene_id),
        "user_id": _text(record.user_id),
        "process": process,
        "duration_us": None if record.duration_ns is None else record.duration_ns // 1000,
        "value": _number(record.value),
        "outcome": record.outcome if record.kind == "span" else None,
        "error_type": trouble.type if trouble else None,
        "fingerprint": fingerprint(record.name, trouble) if trouble and counted_error else None,
        **known,
        "attributes": _plain(more, secrets),
        "sample": False,
    }


def _text(value: object) -> str | None:
    return None if value is None else _writable(str(value)[:LONGEST_TEXT])


def _writable(text: str) -> str:
    """Return the text with what no file can hold, half a surrogate pair, as a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _number(value: object) -> float | None:
    try:
        return None if value is None else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def _whole(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and abs(number) < 2**62 else None


def _plain(more: dict[str, Any], secrets: Sequence[str]) -> str | None:
    if not more:
        return None
    told = {str(key)[:LONGEST_TEXT]: _value(value, secrets) for key, value in more.items()}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    if len(text) <= MOST_ATTRIBUTE_LETTERS:
        return _writable(text)
    kept = {key: value for key, value in told.items() if len(str(value)) <= LONGEST_TEXT}
    return _writable(json.dumps(kept | {"cut": True}, ensure_ascii=False))


def _value(value: object, secrets: Sequence[str]) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, list | tuple):
        return [_value(each, secrets) for each in value[:20]]
    return redacted(str(value), secrets)[:LONGEST_TEXT]
