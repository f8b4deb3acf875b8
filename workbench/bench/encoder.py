"""The floor under every renderer: the frames, already painted and converted, through the encoder alone.

A process of its own, like every contestant. It cuts the film into the chunks of `render_film`, encodes as
many at once with the same settings, and joins them the same way; so what a renderer needs beyond this is
what painting, converting colours and starting cost.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import pairwise
from math import ceil
from pathlib import Path

import av
import numpy as np

from workbench.render.crew import worker_count
from workbench.render.encode import VideoStream, converted
from workbench.render.join import join_chunks
from workbench.render.quality import Quality, quality_named
from workbench.render.still import render_frame
from workbench.render.timeline import CHUNK_SECONDS
from workbench.scene.format import Format
from workbench.scene.staged import Staged


def write_frames(staged: Staged, picture: Format, path: Path) -> None:
    """Paint a scene and write its frames to a file, planar yuv420p."""
    with path.open("wb") as file:
        for frame in range(staged.frames):
            file.write(converted(render_frame(staged, frame, picture)).to_ndarray().tobytes())


def encode_frames(frames: Path, picture: Format, quality: Quality, output: Path) -> None:
    """Encode a file of frames to an MP4, in chunks, several at once."""
    planes = np.memmap(frames, np.uint8, "r").reshape(-1, picture.height * 3 // 2, picture.width)
    count = len(planes)
    chunks = ceil(count / (CHUNK_SECONDS * picture.fps))
    edges = [round(count * number / chunks) for number in range(chunks + 1)]
    with ThreadPoolExecutor(worker_count(None)) as pool:
        encoded = pool.map(lambda span: _chunk(planes[slice(*span)], picture, quality), pairwise(edges))
        join_chunks(encoded, picture.fps, output)


def _chunk(planes: np.ndarray, picture: Format, quality: Quality) -> tuple[bytes, int]:
    target = BytesIO()
    with VideoStream(target, picture, quality) as stream:
        for plane in planes:
            stream.encode(av.VideoFrame.from_ndarray(plane, "yuv420p"))
    return target.getvalue(), len(planes)


def main() -> None:
    """Encode the file of frames in our arguments: frames, size, quality, output."""
    frames, picture, quality, output = sys.argv[1:]
    encode_frames(Path(frames), Format.parse(picture), quality_named(quality), Path(output))


if __name__ == "__main__":
    main()
