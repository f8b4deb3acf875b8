"""Shapes of letters are kept by their size and while somebody paints them."""

from __future__ import annotations

import pytest

from workbench.render import skia_paint
from workbench.render.canvas import GlyphRun
from workbench.render.skia_paint import GLYPHS_KEPT, text_shape


def run(size: float, letters: int) -> GlyphRun:
    return GlyphRun("sans", size, 700, (40,) * letters, tuple((float(at), 0.0) for at in range(letters)))


def test_the_same_letters_are_one_shape() -> None:
    """What is painted frame after frame is made once."""
    assert text_shape(run(30, 3)) is text_shape(run(30, 3))
    assert text_shape(run(30, 3)).countPoints() > 0


def test_long_texts_leave_no_more_behind_than_short_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many texts of a thousand letters: what is kept stays below a number of letters, not of texts."""
    kept = skia_paint._kept()
    monkeypatch.setattr(skia_paint, "_SHAPES", kept)
    for size in range(20, 60):
        text_shape(run(float(size), 1000))
    assert kept.weight <= GLYPHS_KEPT + 1002
    assert len(kept) == 16
