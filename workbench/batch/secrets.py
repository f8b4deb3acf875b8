"""What counts as a secret, and how none gets into a notebook that is kept.

papermill writes a parameter into its output twice, as a cell and as metadata, so a secret may not be a
parameter. It comes by an environment variable, and wherever its value would be written it is replaced.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from workbench.errors import InputError

_NAME = re.compile(
    r"(?:^|[_-])(?:(?:api|access|secret|private|signing)?[_-]?key|token|secret|(?:pg)?passw(?:or)?d|passphrase|"
    r"pwd|credentials?|bearer)(?:$|[_-])",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"(?:^|[_-])(?:keys|tokens|secrets|passw(?:or)?ds)$", re.IGNORECASE)
"""A variable of several secrets, with commas between; by its name alone, a count of tokens is one too."""
_VALUE = re.compile(
    r"\bsk-[A-Za-z0-9_-]{8,}|\bgh[pousr]_[A-Za-z0-9]{16,}|\bgithub_pat_\w{16,}|\bxox[abprs]-[\w-]{10,}"
    r"|\bA(?:KIA|SIA)[A-Z0-9]{16}\b|\bAIza[\w-]{30,}|\bey[JK][\w-]{8,}\.[\w-]{8,}\.[\w-]+"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bBearer\s+\S{8,}|\bwb_[\w-]{8,}_[\w-]{43}"
)
_URL_PASSWORD = re.compile(
    r"\b[a-z][a-z0-9+.-]*://[^\s/@:]*:(?P<password>[^\s/@]+)@|[?&]password=(?P<asked>[^\s&#]+)", re.IGNORECASE
)
_SHORTEST = 6
"""Values shorter than this are left: replacing "1" or "true" everywhere would spoil the notebook."""
_LONG_LINE = 16
_NUMBER = re.compile(r"[\d_.eE+-]+")
_FOLDERS = frozenset({"PWD", "OLDPWD"})
"""Variables in which every shell keeps a folder, whatever their names sound like."""


def is_secret_name(name: str) -> bool:
    """Whether a parameter or variable of that name holds a secret, as `api_key` and `DB_PASSWORD` do."""
    return bool(_NAME.search(name))


def refuse_secret(name: str, value: object, known: Mapping[str, str]) -> None:
    """Raise InputError when a parameter is or carries a secret; `known` are the secrets of `secrets_in`."""
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    carried = (
        _VALUE.search(text) or _URL_PASSWORD.search(text) or any(part in text for part in known.values())
    )
    if is_secret_name(name) or carried:
        raise InputError(
            f"The parameter {name!r} looks like a secret, and parameters are written into the notebook.",
            remedy="Set it as an environment variable and let the notebook read it there.",
        )


def secrets_in(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the values of an environment that must not be written anywhere, by a name to show instead."""
    found = {
        name: value
        for name, value in environment.items()
        if is_secret_name(name) and name not in _FOLDERS and len(value) >= _SHORTEST
    }
    for name, value in environment.items():
        for number, part in enumerate(_several(name, value), start=1):
            found[f"{name} {number}"] = part
        if password := _password(value):
            found.setdefault(f"{name} password", password)
    return found


class Scrubber:
    """Replaces secrets in text that is about to be written, also where they are escaped."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        shown = {form: f"[{name}]" for name, value in secrets.items() for form in _forms(value)}
        self._shown = shown
        longest_first = sorted(shown, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if shown else None

    def clean(self, text: str) -> str:
        """Return the text with every secret replaced by its name in brackets."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self._shown[found.group()], text)

    def clean_json(self, text: str) -> str:
        """Return a JSON document with every secret in its texts replaced; it stays a JSON document."""
        if self._pattern is None:
            return text
        return json.dumps(self._cleaned(json.loads(text)), indent=1, ensure_ascii=False) + "\n"

    def _cleaned(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.clean(value)
        if isinstance(value, list):
            return [self._cleaned(each) for each in value]
        if isinstance(value, dict):
            return {self.clean(name): self._cleaned(each) for name, each in value.items()}
        return value


def _password(value: str) -> str | None:
    found = _URL_PASSWORD.search(value)
    if found is None:
        return None
    password = urlsplit(value).password if "://" in value else None
    password = password or found["password"] or found["asked"]
    return password if len(password) >= _SHORTEST else None


def _several(name: str, value: str) -> list[str]:
    """Return each secret of a variable that holds several; a number is a count, such as of tokens."""
    if not _SEVERAL.search(name):
        return []
    parts = [part.strip() for part in value.split(",")]
    return [part for part in parts if len(part) >= _SHORTEST and not _NUMBER.fullmatch(part)]


def _forms(value: str) -> Iterable[str]:
    """Yield how a value may look: as it is, in an address, in Python's repr, in JSON, in a page.

    A notebook keeps a text line by line, so each long line of a secret counts as well.
    """
    lines = [line for line in value.splitlines() if len(line) >= _LONG_LINE]
    for text in {value, unquote(value), quote(value, safe=""), *lines}:
        yield from (text, repr(text)[1:-1], html.escape(text), json.dumps(text)[1:-1])
        yield json.dumps(text, ensure_ascii=False)[1:-1]
