"""Where a text may be cut: into letters, at line ends, and into runs of one direction.

A letter is what a reader calls one: a grapheme cluster, so an accent or a family emoji stays whole.
HarfBuzz finds them; a font without glyphs is enough for that.

Line breaks follow the simple and frequent part of UAX 14: after spaces and hyphens, and between Chinese
and Japanese characters except before closing and after opening marks. Directions follow the simple part of
UAX 9: runs of strong direction in a line, numbers from left to right, no embeddings or isolates.
"""

from __future__ import annotations

import unicodedata

import uharfbuzz as hb

from workbench.kept import Kept

Range = tuple[int, int]
LETTERS_KEPT = 100_000
"""Of texts beyond ASCII that were cut, in all; about 130 bytes each."""
IDLE_SECONDS = 120.0
"""What nobody set or painted for so long is made again in a millisecond when it is needed."""

_NO_GLYPHS = hb.Font(hb.Face(b""))
_CLOSING = set("、。，．：；？！）］｝」』】〉》〕ー…ぁぃぅぇぉっゃゅょァィゥェォッャュョ)]}.,:;!?%")
_OPENING = set("（［｛「『【〈《〔([{")
_HYPHENS = set("-‐–—/")
_IDEOGRAPHIC = ((0x2E80, 0x303F), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))
_WIDE = ((0xFF00, 0xFF60), (0x20000, 0x3FFFF))


def letters(text: str) -> tuple[Range, ...]:
    """Return each letter as (first character, past the last)."""
    if text.isascii():
        return tuple((index, index + 1) for index in range(len(text)))
    return _CUT.get(text) or _CUT.put(text, _clusters(text))


def _clusters(text: str) -> tuple[Range, ...]:
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "ltr"
    buffer.flags = hb.BufferFlags.PRESERVE_DEFAULT_IGNORABLES
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_GRAPHEMES
    hb.shape(_NO_GLYPHS, buffer, {})
    starts = sorted({info.cluster for info in buffer.glyph_infos})
    return tuple(zip(starts, [*starts[1:], len(text)], strict=True))


_CUT: Kept[str, tuple[Range, ...]] = Kept(
    LETTERS_KEPT, weigh=lambda _, found: len(found) + 2, idle_seconds=IDLE_SECONDS
)


def may_break(before: str, after: str) -> bool:
    """Tell whether a line may end between two neighbouring letters."""
    if after.isspace():
        return False
    if before.isspace() and before != "\u00a0":
        return True
    if before in _HYPHENS:
        return after[0].isalpha()
    if after[0] in _CLOSING or before[0] in _OPENING:
        return False
    return _is_ideographic(before) or _is_ideographic(after)


def starts_word(before: str, after: str) -> bool:
    """Tell whether `after` begins a new word: after a space, and at every ideograph."""
    return may_break(before, after) and before not in _HYPHENS


def directed_runs(text: str) -> tuple[bool, tuple[tuple[Range, bool], ...]]:
    """Return whether the text reads from right to left, and its runs in *visual* order with theirs.

    Spaces and signs between two runs of one direction belong to it, others to the text's own direction.
    """
    strong = [_direction(letter) for letter in text]
    base = next((direction for direction in strong if direction is not None), False)
    if True not in strong:
        return False, (((0, len(text)), False),)
    runs: list[tuple[Range, bool]] = []
    for index, direction in enumerate(_resolved(strong, base)):
        if runs and runs[-1][1] is direction:
            runs[-1] = ((runs[-1][0][0], index + 1), direction)
        else:
            runs.append(((index, index + 1), direction))
    return base, tuple(reversed(runs) if base else runs)


def _resolved(strong: list[bool | None], base: bool) -> list[bool]:
    resolved: list[bool] = []
    for index, direction in enumerate(strong):
        if direction is not None:
            resolved.append(direction)
            continue
        before = resolved[-1] if resolved else base
        after = next((later for later in strong[index:] if later is not None), base)
        resolved.append(before if before is after else base)
    return resolved


def _direction(letter: str) -> bool | None:
    kind = unicodedata.bidirectional(letter)
    if kind in {"R", "AL"}:
        return True
    return False if kind in {"L", "EN", "AN"} else None


def _is_ideographic(letter: str) -> bool:
    point = ord(letter[0])
    return point >= 0x2E80 and any(low <= point <= high for low, high in (*_IDEOGRAPHIC, *_WIDE))
