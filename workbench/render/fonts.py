"""The fonts texts are set in: files by key, never the system's fonts by name.

`sans` is Inter, `mono` is JetBrains Mono (both variable, weights 100 to 900 and 100 to 800), `emoji` is
Twemoji with colour layers. A letter that its own font lacks is looked for down the fallback chain.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import fontpkg_inter
import fontpkg_jetbrains_mono
import uharfbuzz as hb

from workbench.errors import NotFound

OPTICAL_SIZES = (14.0, 32.0)
"""Design pixels between which Inter's letterforms go from text to display."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """One font file: its key, where it is, the weights it has, and whether it has optical sizes."""

    key: str
    path: Path
    weights: tuple[int, int] = (400, 400)
    optical: bool = False


@dataclass(frozen=True, slots=True)
class Instance:
    """One cut of a font file: `axes` are the variation settings; equal cuts are equal values."""

    key: str
    axes: tuple[tuple[str, float], ...]


FILES: dict[str, FontFile] = {
    file.key: file
    for file in (
        FontFile("sans", fontpkg_inter.ROOT / "files" / "Inter[opsz,wght].ttf", (100, 900), optical=True),
        FontFile("mono", fontpkg_jetbrains_mono.ROOT / "files" / "JetBrainsMono[wght].ttf", (100, 800)),
        FontFile("emoji", Path(__file__).with_name("fonts_data") / "twemoji-colr.ttf"),
    )
}
FALLBACK: dict[str, tuple[str, ...]] = {"sans": ("sans", "emoji"), "mono": ("mono", "sans", "emoji")}
EMOJI = "emoji"


def instance(key: str, weight: int, size: float) -> Instance:
    """Return the cut of font `key` for a weight and a size in design pixels, both clamped to what it has."""
    file = font_file(key)
    axes: list[tuple[str, float]] = []
    if file.weights[0] != file.weights[1]:
        axes.append(("wght", float(min(max(weight, file.weights[0]), file.weights[1]))))
    if file.optical:
        axes.append(("opsz", float(round(min(max(size, OPTICAL_SIZES[0]), OPTICAL_SIZES[1])))))
    return Instance(key, tuple(axes))


def font_file(key: str) -> FontFile:
    """Return the font file of that key; raises `NotFound`."""
    try:
        return FILES[key]
    except KeyError:
        raise NotFound.among("font", key, FILES) from None


@cache
def face(key: str) -> hb.Face:
    """Return HarfBuzz's view of the font file."""
    return hb.Face(hb.Blob.from_file_path(str(font_file(key).path)))


@cache
def shaper(cut: Instance) -> hb.Font:
    """Return a HarfBuzz font for that cut, in font units."""
    font = hb.Font(face(cut.key))
    if cut.axes:
        font.set_variations(dict(cut.axes))
    return font


@cache
def letters_of(key: str) -> frozenset[int]:
    """Return the code points the font file has glyphs for."""
    return frozenset(face(key).unicodes)


def font_for(cluster: str, chain: Iterable[str]) -> str:
    """Return the first font of the chain that has the whole letter; the first of all when none has.

    Letters that ask to be pictures (emoji presentation) go to the emoji font first.
    """
    order = list(chain)
    if wants_emoji(cluster):
        order.sort(key=lambda key: key != EMOJI)
    return next((key for key in order if _has(key, cluster)), next(key for key in order if key != EMOJI))


def missing_letters(text: str, font: str = "sans") -> tuple[str, ...]:
    """Return the letters of `text` that no font in the chain has, each once; they are painted as boxes."""
    chain = FALLBACK[font]
    absent = (letter for letter in text if not any(_has(key, letter) for key in chain))
    return tuple(dict.fromkeys(absent))


def wants_emoji(cluster: str) -> bool:
    """Tell whether a letter is meant as a colour picture rather than as a text sign."""
    if "\ufe0e" in cluster:
        return False
    first = ord(cluster[0])
    return "\ufe0f" in cluster or "\u200d" in cluster or 0x1F1E6 <= first <= 0x1FAFF or "\u20e3" in cluster


def _has(key: str, cluster: str) -> bool:
    known = letters_of(key)
    return all(ord(letter) in known or _is_invisible(letter) for letter in cluster)


def _is_invisible(letter: str) -> bool:
    point = ord(letter)
    return (
        point < 0x20 or 0xFE00 <= point <= 0xFE0F or 0x200B <= point <= 0x200F or 0xE0020 <= point <= 0xE007F
    )
