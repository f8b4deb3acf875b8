"""Frames to H.264, painting and encoding at the same time.

The encoder gives Python's lock back while it works and the painter does not, so one thread paints into
three buffers in turn while another encodes. Frames are handed over as views, never copied. Colours are
converted to BT.709, limited range, and tagged so.

x264's AVX-512 code for its macroblock tree reads memory that nobody wrote where the picture's width is no
multiple of 128 pixels, so that one film came out in several ways. On such processors it is told to use what
AVX2 has, which measures as fast.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from io import BytesIO
from types import TracebackType
from typing import IO, Self

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from numpy._core._multiarray_umath import (  # type: ignore[import-not-found]
    __cpu_features__ as cpu_features,
)

from workbench.render.frames import Buffer, PaintFrame
from workbench.render.quality import Quality
from workbench.scene.format import Format

SLOTS = 3
CHUNK_CONTAINER = "mp4"
STEADY = {"x264-params": "asm=AVX2"} if cpu_features.get("AVX512F") and cpu_features.get("AVX2") else {}
"""What makes x264 write the same bytes for the same frames every time."""

OnFrame = Callable[[], None]


class VideoStream:
    """An H.264 stream written into `target`; closing completes it."""

    def __init__(
        self,
        target: IO[bytes],
        picture: Format,
        quality: Quality,
        container: str = CHUNK_CONTAINER,
        container_options: dict[str, str] | None = None,
        keyframe_every: int = 250,
    ) -> None:
        self._file = av.open(target, "w", format=container, options=container_options or {})
        options = quality.options() | STEADY
        self._stream = self._file.add_stream("libx264", rate=picture.fps, options=options)
        self._added = 0
        context = self._stream.codec_context
        context.width, context.height = picture.width, picture.height
        context.pix_fmt = "yuv420p"
        context.time_base = Fraction(1, picture.fps)
        context.gop_size = keyframe_every
        context.colorspace = Colorspace.ITU709
        context.color_range = ColorRange.MPEG
        context.color_primaries = ColorPrimaries.BT709
        context.color_trc = ColorTrc.BT709

    def add(self, buffer: Buffer) -> None:
        """Convert and encode one more frame; the buffer may be painted over as soon as this returns."""
        self.encode(converted(buffer))

    def encode(self, frame: av.VideoFrame) -> None:
        """Encode one more frame, converted already."""
        frame.pts = self._added
        frame.time_base = Fraction(1, self._stream.codec_context.framerate.numerator)
        self._added += 1
        self._file.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Write what the encoder still holds, and the end of the container."""
        if self._added:
            self._file.mux(self._stream.encode(None))
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
            return
        with contextlib.suppress(av.FFmpegError, OSError, ValueError):
            self._file.close()


def converted(buffer: Buffer) -> av.VideoFrame:
    """Return a painted frame in the encoder's colours: yuv420p, BT.709, limited range."""
    return av.VideoFrame.from_numpy_buffer(buffer, "bgra").reformat(
        format="yuv420p",
        src_color_range=ColorRange.JPEG,
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        threads=1,
    )


def encode_chunk(
    paint: PaintFrame, frames: int, picture: Format, quality: Quality, on_frame: OnFrame
) -> bytes:
    """Return frames 0 .. frames-1 as one closed group of pictures that joins to others."""
    target = BytesIO()
    with VideoStream(target, picture, quality) as stream:
        pour(paint, range(frames), picture, stream.add, on_frame)
    return target.getvalue()


def encode_preview(
    paint: PaintFrame, frames: int, picture: Format, quality: Quality, target: IO[bytes], on_frame: OnFrame
) -> None:
    """Write a fragmented MP4 that plays while it is still being written: a fragment each half second."""
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    every = max(1, picture.fps // 2)
    with VideoStream(target, picture, quality, "mp4", options, every) as stream:
        pour(paint, range(frames), picture, stream.add, on_frame)


def pour(
    paint: PaintFrame,
    frames: range,
    picture: Format,
    take: Callable[[Buffer], None],
    on_frame: OnFrame,
) -> None:
    """Paint `frames` here while another thread takes the ones before, in order.

    `on_frame` is called after each painted frame; what it raises stops the pouring.
    """
    slots = [np.empty((picture.height, picture.width, 4), np.uint8) for _ in range(SLOTS)]
    taken: list[Future[None] | None] = [None] * SLOTS
    with ThreadPoolExecutor(1, "encode") as encoder:
        for count, number in enumerate(frames):
            slot = count % SLOTS
            _wait(taken[slot])
            paint(number, slots[slot])
            taken[slot] = encoder.submit(take, slots[slot])
            on_frame()
        for future in taken:
            _wait(future)


def _wait(future: Future[None] | None) -> None:
    if future is not None:
        future.result()
