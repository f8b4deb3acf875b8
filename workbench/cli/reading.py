"""How commands read what they are given."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import overload

from workbench.errors import InputError

ParamValue = str | float | bool


@overload
def read_text(path: str | Path) -> str: ...
@overload
def read_text(path: None) -> None: ...
def read_text(path: str | Path | None) -> str | None:
    """Return a file's text; "-" is standard input, None stays None."""
    if path is None:
        return None
    if str(path) == "-":
        return sys.stdin.read()
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.", remedy="Give a UTF-8 text file.") from None


def read_params(pairs: Iterable[str]) -> dict[str, ParamValue]:
    """Read `name=value` pairs; `true`, `false` and numbers are what they look like."""
    values: dict[str, ParamValue] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name:
            raise InputError(f"{pair!r} is not a parameter.", remedy="Write it as name=value.")
        values[name] = _value(text)
    return values


def _value(text: str) -> ParamValue:
    if text in {"true", "false"}:
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text
