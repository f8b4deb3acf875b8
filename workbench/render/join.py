"""Encoded chunks to one MP4 by copying packets: nothing is encoded twice."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream

from workbench.errors import RenderFailed
from workbench.render.outfile import disk_faults_told, written

REORDER_FRAMES = 2
"""x264 decodes at most this many frames ahead of showing them. Decode times are counted anew across all
chunks, because a chunk too short to reorder would begin later than its neighbours."""


def join_chunks(chunks: Iterable[tuple[bytes, int]], fps: int, path: Path) -> int:
    """Write (chunk, frames) pairs to an MP4 whose index comes first; returns the number of frames.

    The file appears under its name when it is complete, checked and on the disk, or not at all. Raises
    RenderFailed when the disk is full or a chunk cannot be read.
    """
    with disk_faults_told(path), written(path) as partial:
        total = _write(chunks, fps, partial)
        _check(partial, total, fps)
    return total


def _write(chunks: Iterable[tuple[bytes, int]], fps: int, partial: Path) -> int:
    start = 0
    stream: VideoStream | None = None
    options = {"movflags": "faststart"}
    with av.open(str(partial), "w", format="mp4", options=options) as target:
        for content, frames in chunks:
            with av.open(BytesIO(content), mode="r", format="mp4") as chunk:
                source = chunk.streams.video[0]
                stream = stream or target.add_stream_from_template(source)
                _copy(chunk, stream, target, start, fps)
            start += frames
    return start


def _copy(chunk: InputContainer, stream: VideoStream, target: OutputContainer, start: int, fps: int) -> None:
    beat = Fraction(1, fps)
    source = chunk.streams.video[0]
    if source.codec_context.extradata != stream.codec_context.extradata:
        raise RenderFailed("Two chunks were encoded differently.", remedy="Empty the cache and render again.")
    packets = (packet for packet in chunk.demux(source) if packet.size)
    for number, packet in enumerate(packets):
        assert packet.pts is not None
        assert source.time_base is not None
        packet.pts = round(packet.pts * source.time_base / beat) + start
        packet.dts = number + start - REORDER_FRAMES
        packet.duration = 1
        packet.time_base = beat
        packet.stream = stream
        target.mux(packet)


def _check(partial: Path, frames: int, fps: int) -> None:
    with av.open(str(partial)) as film:
        stream = film.streams.video[0]
        found = stream.frames
        seconds = float((stream.duration or 0) * (stream.time_base or 0))
    if found != frames or abs(seconds - frames / fps) > 0.5 / fps:
        raise RenderFailed(
            f"The joined video has {found} frames and {seconds:.3f} s instead of {frames} and "
            f"{frames / fps:.3f} s.",
            remedy="Render it again; please report it when it happens twice.",
        )
