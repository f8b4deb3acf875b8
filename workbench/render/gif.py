"""Frames to a GIF with one palette for the whole film.

FFmpeg's palette filters and GIF encoder, because the encoder stores only what changed from frame to
frame and the palette is made from the film's own colours; Pillow would make one palette per frame.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av import VideoFormat
from av.filter import Graph as FilterGraph

from workbench.render.encode import OnFrame, pour
from workbench.render.frames import Buffer, PaintFrame
from workbench.render.gif_timing import gif_fps, gif_frames, palette_frames
from workbench.scene.format import Format

PALETTE_SIDE = 480


def encode_gif(paint: PaintFrame, frames: int, picture: Format, path: Path, on_frame: OnFrame) -> None:
    """Write frames 0 .. frames-1 to `path`, looping for ever, at `gif_fps` of the format's rate."""
    shown = gif_frames(frames, picture.fps)
    palette = _palette(paint, palette_frames(frames), picture, on_frame)
    rate = gif_fps(picture.fps)
    with av.open(str(path), "w", format="gif", options={"loop": "0"}) as target:
        stream = target.add_stream("gif", rate=rate)
        stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, "pal8"
        dither = _PaletteUse(picture, palette, Fraction(1, rate))

        def take(buffer: Buffer) -> None:
            target.mux(stream.encode(dither.frame(buffer)))

        pour(lambda number, out: paint(shown[number], out), range(len(shown)), picture, take, on_frame)
        target.mux(stream.encode(None))


def _palette(paint: PaintFrame, frames: list[int], picture: Format, on_frame: OnFrame) -> av.VideoFrame:
    graph = FilterGraph()
    step = max(1, min(picture.width, picture.height) // PALETTE_SIDE)
    width, height = len(range(0, picture.width, step)), len(range(0, picture.height, step))
    source = _source(graph, width, height, Fraction(1, 25))
    source.link_to(made := graph.add("palettegen", "stats_mode=full:reserve_transparent=1"))
    made.link_to(sink := graph.add("buffersink"))
    graph.configure()
    buffer = np.empty((picture.height, picture.width, 4), np.uint8)
    for count, number in enumerate(frames):
        paint(number, buffer)
        source.push(_frame(np.ascontiguousarray(buffer[::step, ::step]), count))
        on_frame()
    source.push(None)
    found = sink.pull()
    assert isinstance(found, av.VideoFrame)
    return found


class _PaletteUse:
    """Maps frames to the palette with an ordered dither, which does not crawl from frame to frame."""

    def __init__(self, picture: Format, palette: av.VideoFrame, beat: Fraction) -> None:
        self._graph = FilterGraph()
        self._count = 0
        self._beat = beat
        self._source = _source(self._graph, picture.width, picture.height, beat)
        palettes = _source(self._graph, palette.width, palette.height, beat)
        use = self._graph.add("paletteuse", "dither=bayer:bayer_scale=4:diff_mode=rectangle")
        self._sink = self._graph.add("buffersink")
        self._source.link_to(use, 0, 0)
        palettes.link_to(use, 0, 1)
        use.link_to(self._sink)
        self._graph.configure()
        palette.pts, palette.time_base = 0, beat
        palettes.push(palette)
        palettes.push(None)

    def frame(self, buffer: Buffer) -> av.VideoFrame:
        self._source.push(_frame(buffer, self._count, self._beat))
        self._count += 1
        found = self._sink.pull()
        assert isinstance(found, av.VideoFrame)
        return found


def _source(graph: FilterGraph, width: int, height: int, beat: Fraction) -> av.filter.context.FilterContext:
    return graph.add_buffer(
        width=width, height=height, format=VideoFormat("bgra", width, height), time_base=beat
    )


def _frame(buffer: Buffer, number: int, beat: Fraction = Fraction(1, 25)) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(buffer, "bgra")
    frame.pts, frame.time_base = number, beat
    return frame
