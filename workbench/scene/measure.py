"""The seam between layout and fonts: what the scene asks, and what a text engine answers.

Layout has to know how wide words are, and the scene floor knows no fonts; so `stage` is given a
`Measure`. `render.shaping` implements it with HarfBuzz; `MonospaceMeasure` here is the fake that
gives every letter the same width.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TextSpec:
    """Everything that decides how a text is set; sizes in design pixels.

    `max_width` 0 never breaks lines except at newlines; `letter_spacing` is in ems; `tabular` gives all
    digits one width. `spans` colour parts of the text: (first character, past the last, colour).
    """

    content: str
    font: str = "sans"
    size: float = 64.0
    weight: int = 500
    align: str = "center"
    max_width: float = 0.0
    line_height: float = 1.2
    letter_spacing: float = 0.0
    tabular: bool = False
    spans: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Glyph:
    """One shaped glyph: its font file key and id, its pen position, and the text it stands for.

    `x` and `y` are the baseline origin from the block's top left corner. `letter`, `word` and `line`
    count from 0 in reading order over the whole block; spaces belong to the word before them.
    """

    font: str
    glyph: int
    x: float
    y: float
    advance: float
    letter: int
    word: int
    line: int
    color: str | None = None


@dataclass(frozen=True, slots=True)
class TextLine:
    """One set line: its box from the block's top left corner, and the baseline."""

    left: float
    top: float
    width: float
    height: float
    baseline: float
    content: str


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A set text: `width` of its widest line, `height` of all lines, what to draw where.

    `missing` names the letters that no font has, each once; they are painted as boxes.
    """

    spec: TextSpec
    width: float
    height: float
    lines: tuple[TextLine, ...]
    glyphs: tuple[Glyph, ...]
    letters: int
    words: int
    missing: tuple[str, ...] = ()


class Measure(Protocol):
    """Sets texts and knows pictures' sizes."""

    def text(self, spec: TextSpec) -> TextBlock:
        """Break, shape and place the text."""
        ...

    def image_size(self, asset: str) -> tuple[int, int] | None:
        """Return the picture's width and height in its own pixels, or None when there is none."""
        ...


class MonospaceMeasure:
    """The fake: every letter is `0.6 * size` wide, no fonts needed; it lacks the Chinese characters."""

    def __init__(self, images: dict[str, tuple[int, int]] | None = None) -> None:
        self._images = images or {}

    def text(self, spec: TextSpec) -> TextBlock:
        advance = spec.size * (0.6 + spec.letter_spacing)
        rows = [row for line in spec.content.split("\n") for row in _wrap(line, advance, spec.max_width)]
        width = max((len(row) * advance for row in rows), default=0.0)
        height = spec.size * spec.line_height
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[spec.align]
        lines: list[TextLine] = []
        glyphs: list[Glyph] = []
        word = 0
        for number, row in enumerate(rows):
            left = (width - len(row) * advance) * share
            baseline = number * height + height / 2 + spec.size * 0.35
            lines.append(TextLine(left, number * height, len(row) * advance, height, baseline, row))
            for column, letter in enumerate(row):
                x = left + column * advance
                glyphs.append(Glyph("fake", ord(letter), x, baseline, advance, len(glyphs), word, number))
                word += letter == " " and not row[column + 1 : column + 2].isspace()
            word += 1
        missing = tuple(dict.fromkeys(letter for letter in spec.content if "\u4e00" <= letter <= "\u9fff"))
        drawn = tuple(glyphs)
        return TextBlock(spec, width, len(rows) * height, tuple(lines), drawn, len(drawn), word, missing)

    def image_size(self, asset: str) -> tuple[int, int] | None:
        return self._images.get(asset)


def _wrap(line: str, advance: float, max_width: float) -> list[str]:
    if not max_width:
        return [line]
    rows, current = [], ""
    for word in line.split(" "):
        longer = f"{current} {word}".strip() if current else word
        if current and len(longer) * advance > max_width:
            rows.append(current)
            current = word
        else:
            current = longer
    return [*rows, current]
