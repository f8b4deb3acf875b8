"""Sets texts with HarfBuzz: shaping, kerning, fallback fonts, line breaks, alignment.

Not done: bidirectional embeddings and isolates, hyphenation, justification, vertical text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import cast

import uharfbuzz as hb

from workbench.kept import Kept
from workbench.render import fonts
from workbench.render.assets import Assets
from workbench.render.lettering import IDLE_SECONDS, Range, directed_runs, letters, may_break, starts_word
from workbench.scene.measure import Glyph, TextBlock, TextLine, TextSpec

GLYPHS_KEPT = 16_000
"""Of set texts, in all; about 420 bytes each."""
_TEXT_GLYPHS = 8
"""What a text weighs besides its glyphs, in glyphs."""
_ALIGN_SHARE = {"left": 0.0, "center": 0.5, "right": 1.0}


class HarfbuzzMeasure:
    """Implements `scene.measure.Measure` with the fonts in `fonts`; set texts are kept and shared."""

    def __init__(self, assets: Assets | None = None) -> None:
        self._assets = assets or Assets()

    def text(self, spec: TextSpec) -> TextBlock:
        """Return the text set by `spec`; equal specs share one block."""
        return set_text(spec)

    def image_size(self, asset: str) -> tuple[int, int] | None:
        return self._assets.size(asset)


@dataclass(frozen=True, slots=True)
class _Shaped:
    """One glyph of a line, in design pixels from the line's start; `character` indexes the content."""

    font: str
    glyph: int
    character: int
    x: float
    dy: float
    advance: float


def set_text(spec: TextSpec) -> TextBlock:
    """Break, shape and place a text; equal specs share one block."""
    return _SET.get(spec) or _SET.put(spec, _set(spec))


def _set(spec: TextSpec) -> TextBlock:
    rows = [(row, _shape_row(spec, row)) for row in _rows(spec)]
    width = max((extent for _, (_, extent) in rows), default=0.0)
    height = spec.size * spec.line_height
    places = _places(spec.content)
    lines: list[TextLine] = []
    glyphs: list[Glyph] = []
    for number, (row, (shaped, extent)) in enumerate(rows):
        left = (width - extent) * _ALIGN_SHARE[spec.align]
        baseline = number * height + height / 2 + spec.size * _baseline_share(spec.font)
        content = spec.content[slice(*row)].rstrip()
        lines.append(TextLine(left, number * height, extent, height, baseline, content))
        for one in shaped:
            letter, word = places[one.character]
            color = _span_color(spec, one.character)
            glyphs.append(
                Glyph(
                    one.font,
                    one.glyph,
                    left + one.x,
                    baseline - one.dy,
                    one.advance,
                    letter,
                    word,
                    number,
                    color,
                )
            )
    last_letter, last_word = places[-1] if places else (-1, -1)
    return TextBlock(
        spec,
        width,
        len(rows) * height,
        tuple(lines),
        tuple(glyphs),
        last_letter + 1,
        last_word + 1,
        fonts.missing_letters(spec.content, spec.font),
    )


def _weight(_: TextSpec, block: TextBlock) -> int:
    return len(block.glyphs) + _TEXT_GLYPHS


_SET: Kept[TextSpec, TextBlock] = Kept(GLYPHS_KEPT, weigh=_weight, least=16, idle_seconds=IDLE_SECONDS)


def _places(content: str) -> list[tuple[int, int]]:
    """Return the letter and word number of every character; newlines are no letters."""
    places: list[tuple[int, int]] = []
    letter, word, before = -1, -1, "\n"
    for start, end in letters(content):
        after = content[start:end]
        if after == "\n":
            places.append((max(letter, 0), max(word, 0)))
        else:
            letter += 1
            word += word < 0 or before == "\n" or starts_word(before, after)
            places.extend([(letter, word)] * (end - start))
        before = after
    return places


def _rows(spec: TextSpec) -> Iterator[Range]:
    start = 0
    for paragraph in spec.content.split("\n"):
        yield from _broken(spec, (start, start + len(paragraph)))
        start += len(paragraph) + 1


def _broken(spec: TextSpec, paragraph: Range) -> Iterator[Range]:
    """Yield the lines of a paragraph: filled up to `max_width`, cut within a word only when it must be."""
    start, end = paragraph
    widths = _letter_widths(spec, paragraph) if spec.max_width else []
    if sum(width for _, width in widths) <= spec.max_width:
        yield paragraph
        return
    row_start, used, used_since, chance = start, 0.0, 0.0, start
    before = ""
    for (first, past), width in widths:
        letter = spec.content[first:past]
        if before and may_break(before, letter):
            chance, used_since = first, 0.0
        while used + width > spec.max_width + 1e-6 and not letter.isspace() and first > row_start:
            cut = chance if chance > row_start else first
            yield row_start, cut
            used = used_since if cut == chance and cut != first else 0.0
            row_start = cut
        used += width
        used_since += width
        before = letter
    yield row_start, end


def _letter_widths(spec: TextSpec, row: Range) -> list[tuple[Range, float]]:
    shaped, _ = _shape_row(spec, row)
    start, end = row
    advance = [0.0] * (end - start)
    for glyph in shaped:
        advance[glyph.character - start] += glyph.advance
    cuts = letters(spec.content[start:end])
    return [((start + first, start + past), sum(advance[first:past])) for first, past in cuts]


def _shape_row(spec: TextSpec, row: Range) -> tuple[list[_Shaped], float]:
    """Return a line's glyphs in visual order and its width without the spaces it ends with."""
    start, end = row
    content = spec.content[start:end]
    visible = content.rstrip()
    from_right, runs = directed_runs(visible)
    shaped: list[_Shaped] = []
    pen = 0.0
    for (first, past), rtl in runs:
        for font, (low, high) in _font_runs(spec.font, visible, (first, past), reverse=rtl):
            glyphs, pen = _shape_run(spec, font, (start + low, start + high), rtl, pen)
            shaped.extend(glyphs)
    extent = max(pen - spec.letter_spacing * spec.size, 0.0) if shaped else 0.0
    if not from_right:
        spaces, _ = _shape_run(spec, spec.font, (start + len(visible), end), False, pen)
        shaped.extend(spaces)
    return shaped, extent


def _font_runs(font: str, text: str, part: Range, *, reverse: bool) -> list[tuple[str, Range]]:
    chain = fonts.FALLBACK[font]
    first, past = part
    named = [
        (fonts.font_for(text[first + low : first + high], chain), (first + low, first + high))
        for low, high in letters(text[first:past])
    ]
    runs: list[tuple[str, Range]] = []
    for key, group in groupby(named, key=lambda item: item[0]):
        members = [item[1] for item in group]
        runs.append((key, (members[0][0], members[-1][1])))
    return runs[::-1] if reverse else runs


def _shape_run(spec: TextSpec, font: str, part: Range, rtl: bool, pen: float) -> tuple[list[_Shaped], float]:
    start, end = part
    if start == end:
        return [], pen
    cut = fonts.instance(font, spec.weight, spec.size)
    buffer = hb.Buffer()
    buffer.add_str(spec.content[start:end])
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if rtl else "ltr"
    hb.shape(fonts.shaper(cut), buffer, _features(spec))
    unit = spec.size / fonts.face(font).upem
    spacing = spec.letter_spacing * spec.size
    shaped = []
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    for index, (info, position) in enumerate(zip(infos, positions, strict=True)):
        ends_letter = index + 1 == len(infos) or infos[index + 1].cluster != info.cluster
        advance = position.x_advance * unit + (spacing if ends_letter else 0.0)
        x = pen + position.x_offset * unit
        shaped.append(
            _Shaped(font, info.codepoint, start + info.cluster, x, position.y_offset * unit, advance)
        )
        pen += advance
    return shaped, pen


def _features(spec: TextSpec) -> dict[str, bool]:
    features = {"kern": True}
    if spec.letter_spacing:
        features |= {"liga": False, "clig": False}
    if spec.font == "mono":
        features |= {"liga": False, "calt": False}
    if spec.tabular:
        features["tnum"] = True
    return features


@lru_cache(maxsize=8)
def _baseline_share(font: str) -> float:
    """Return how far below the middle of a line its baseline is, in ems: half of ascent minus descent."""
    extents = fonts.shaper(fonts.instance(font, 400, 32)).get_font_extents("ltr")
    return cast(float, (extents.ascender + extents.descender) / 2 / fonts.face(font).upem)


def _span_color(spec: TextSpec, character: int) -> str | None:
    return next((color for first, past, color in reversed(spec.spans) if first <= character < past), None)
