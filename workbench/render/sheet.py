"""A project on one page: a row of frames for each scene, with names and times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from workbench.errors import InputError
from workbench.render.plates import GREY, RED, Plate
from workbench.render.timeline import FilmScene, Source, source_of
from workbench.render.warm import WarmRenderer, spread
from workbench.scene.format import MAX_SIDE, Format

SHEET_WIDTH = 1600
MARGIN = 56
LABEL_WIDTH = 230
GAP = 16
CAPTION = 34
ROW_GAP = 26
HEADER = 120
MAX_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class _Layout:
    """Sizes in the sheet's pixels; `thumb` is the size of one frame."""

    thumb: tuple[int, int]
    row: int
    height: int


def contact_sheet(
    scenes: Sequence[FilmScene],
    picture: Format,
    renderer: WarmRenderer,
    *,
    title: str = "",
    columns: int = 5,
) -> bytes:
    """Return a PNG, 1600 pixels wide, with `columns` frames of every scene; broken ones show their card.

    Frames get smaller when there are very many scenes, so that the sheet is never over 7680 pixels high.
    """
    if not scenes:
        raise InputError("There is no scene to show.", remedy="Add a scene first.")
    if not 1 <= columns <= MAX_COLUMNS:
        raise InputError(f"{columns} frames a scene do not fit.", remedy=f"Ask for 1 to {MAX_COLUMNS}.")
    layout = _layout(len(scenes), columns, picture)
    page = Format(SHEET_WIDTH, layout.height, picture.fps)
    plate = Plate(1 / page.scale)
    assets: dict[str, bytes | Path] = {}
    frames = [_frames(scene, picture) for scene in scenes]
    _header(plate, title, len(scenes), sum(frames), picture)
    starts = list(accumulate(frames, initial=0))
    for number, scene in enumerate(scenes):
        top = HEADER + number * layout.row
        _label(plate, top, number, scene, starts[number] / picture.fps, frames[number] / picture.fps)
        for column, frame in enumerate(spread(frames[number], columns)):
            name = f"{number}-{column}"
            assets[name] = _thumb(renderer, scene, frame, layout, picture)
            _place(plate, column, top, layout, name, (starts[number] + frame) / picture.fps)
    sheet = source_of(plate.graph(page), "contact sheet", assets)
    return renderer.still(sheet, 0, layout.height, "png", picture=page)


def _frames(scene: FilmScene, picture: Format) -> int:
    return scene.graph.frames if scene.graph else picture.frames(scene.duration_seconds)


def _layout(scenes: int, columns: int, picture: Format) -> _Layout:
    room = SHEET_WIDTH - 2 * MARGIN - LABEL_WIDTH - GAP * columns
    highest = (MAX_SIDE - HEADER - MARGIN) / scenes - CAPTION - ROW_GAP
    height = min(room / columns * picture.height / picture.width, highest, 420)
    thumb = (_even(height * picture.width / picture.height), _even(height))
    row = thumb[1] + CAPTION + ROW_GAP
    return _Layout(thumb, row, _even(HEADER + scenes * row + MARGIN - ROW_GAP))


def _even(length: float) -> int:
    return max(16, 2 * int(length / 2))


def _header(plate: Plate, title: str, scenes: int, frames: int, picture: Format) -> None:
    plate.text(MARGIN, 34, title or "Contact sheet", size=40, weight=800, max_width=900, max_lines=1)
    count = "1 scene" if scenes == 1 else f"{scenes} scenes"
    facts = (
        f"{count}  ·  {frames / picture.fps:.1f} s  ·  {picture.width}×{picture.height}  ·  {picture.fps} fps"
    )
    plate.text(SHEET_WIDTH - MARGIN, 48, facts, size=20, color=GREY, max_width=560, anchor="top right")


def _label(plate: Plate, top: int, number: int, scene: FilmScene, start: float, seconds: float) -> None:
    broken = scene.graph is None
    width = LABEL_WIDTH - 12
    plate.text(MARGIN, top, f"{number + 1:02d}", size=18, weight=700, color=RED if broken else "#38bdf8")
    plate.text(MARGIN, top + 26, scene.name or "Unnamed", size=24, weight=700, max_width=width, max_lines=2)
    times = f"{start:.1f} – {start + seconds:.1f} s"
    leads = scene.transition_in
    notes = [leads.kind] if leads and leads.kind != "cut" and number else []
    below = "  ·  ".join([times, *notes, *(["broken"] if broken else [])])
    plate.text(MARGIN, top + 90, below, size=17, color=RED if broken else GREY, max_width=width)


def _thumb(renderer: WarmRenderer, scene: FilmScene, frame: int, layout: _Layout, picture: Format) -> bytes:
    source: Source = scene.source(picture)
    size = Format(*layout.thumb, picture.fps)
    return renderer.still(source, frame if scene.graph else 0, layout.thumb[1], "png", picture=size)


def _place(plate: Plate, column: int, top: int, layout: _Layout, name: str, seconds: float) -> None:
    width, height = layout.thumb
    x = MARGIN + LABEL_WIDTH + GAP + column * (width + GAP)
    plate.add("image", x, top, asset=name, width=width, height=height, radius=6)
    plate.text(x, top + height + 8, f"{seconds:.2f} s", size=15, color=GREY, max_width=width)
