"""Names of files made from names that people, models and other machines give."""

from __future__ import annotations

_LETTERS = 120
_MEANING = '/\\:*?"<>|'


def file_name(name: str) -> str:
    """Return the name as one that a file of any system may have: no folders in it, at most 120 letters."""
    safe = "".join("-" if letter in _MEANING or not letter.isprintable() else letter for letter in name)
    return safe[:_LETTERS].strip(" .") or "project"
