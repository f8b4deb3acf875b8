"""Reads text with two small neural networks on the processor; nothing is downloaded.

The networks are PP-OCRv6 tiny (PaddleOCR, Apache-2.0): one marks where text is, one reads a line of it.
What joins them is here: regions of the marks become level boxes, each box is cut out and read, and what
the reader is unsure of is dropped. Text that stands at an angle is not read.
"""

from __future__ import annotations

import os
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.errors import EnvironmentFault
from workbench.images.values import TextLine

LONGEST_SIDE = 960
LINE_PIXELS = 48
LONGEST_LINE_PIXELS = 1600
SURE = 0.6
MOST_LINES = 200
_WEIGHTS = Path(__file__).with_name("weights")
_MARKED = 0.3
_MARKED_MEAN = 0.5
_GROW = 0.75
"""Marks cover the core of a line; the line reaches out by this part of the mark's height."""
_TILE = 32
_SHAPE_HEIGHT = 0.25
_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
_SPREAD = np.array([0.229, 0.224, 0.225], dtype=np.float32)

Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]


class OcrReader:
    """Reads level text of about 12 pixels and more, mostly Latin and Chinese; safe between threads."""

    name = "PP-OCRv6 tiny"

    def __init__(self) -> None:
        # Left to itself it keeps an identifier of this machine in the home folder and reports to its maker.
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        try:
            import onnxruntime
        except ImportError:
            raise EnvironmentFault(
                "Text in pictures cannot be read here.", remedy="Run: pip install onnxruntime"
            ) from None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False  # it keeps 147 MB, not 67 to 100, and saves no time
        self._finder, self._speller = (
            onnxruntime.InferenceSession(
                _WEIGHTS / f"PP-OCRv6_{part}_tiny.onnx", options, providers=["CPUExecutionProvider"]
            )
            for part in ("det", "rec")
        )
        letters = self._speller.get_modelmeta().custom_metadata_map["character"].split("\n")
        self._letters = ["", *letters, " "]
        self._turn = threading.Lock()

    def read(self, rgb: Pixels) -> tuple[TextLine, ...]:
        with self._turn:
            lines = [self._line(rgb, box) for box in self._boxes(rgb)[:MOST_LINES]]
        sure = [
            line for line in lines if line.confidence >= SURE and line.text.strip() and not _is_shape(line)
        ]
        return tuple(sorted(sure, key=lambda line: (round(line.y + line.height / 2, 2), line.x)))

    def _boxes(self, rgb: Pixels) -> list[Box]:
        """Return where lines of text are, in pixels: left, top, right, bottom."""
        height, width = rgb.shape[:2]
        scale = min(1.0, LONGEST_SIDE / max(height, width))
        sides = tuple(max(_TILE, round(side * scale / _TILE) * _TILE) for side in (width, height))
        resized = np.asarray(Image.fromarray(rgb).resize(sides, Image.Resampling.BILINEAR), dtype=np.float32)
        marks = _run(self._finder, (resized[..., ::-1] / 255 - _MEAN) / _SPREAD)[0, 0]
        found = []
        for top, bottom, left, right in _regions(marks > _MARKED):
            if marks[top:bottom, left:right][marks[top:bottom, left:right] > _MARKED].mean() < _MARKED_MEAN:
                continue
            grow = _GROW * min(bottom - top, right - left)
            across, down = width / sides[0], height / sides[1]
            found.append(
                (
                    max(0, round((left - grow) * across)),
                    max(0, round((top - grow) * down)),
                    min(width, round((right + grow) * across)),
                    min(height, round((bottom + grow) * down)),
                )
            )
        return found

    def _line(self, rgb: Pixels, box: Box) -> TextLine:
        left, top, right, bottom = box
        height, width = rgb.shape[:2]
        across = round((right - left) * LINE_PIXELS / max(1, bottom - top))
        across = min(max(across, LINE_PIXELS), LONGEST_LINE_PIXELS)
        cut = Image.fromarray(rgb[top:bottom, left:right]).resize((across, LINE_PIXELS))
        chances = _run(self._speller, np.asarray(cut, dtype=np.float32)[..., ::-1] / 127.5 - 1)[0]
        text, confidence = self._spelled(chances)
        return TextLine(
            text, round(left / width, 4), round(top / height, 4), round((right - left) / width, 4),
            round((bottom - top) / height, 4), round(confidence, 3),
        )  # fmt: skip

    def _spelled(self, chances: NDArray[np.float32]) -> tuple[str, float]:
        """Return the likeliest letters, repeats without a pause between them taken once."""
        best = chances.argmax(axis=1)
        new = (best != 0) & np.insert(best[1:] != best[:-1], 0, True)
        if not new.any():
            return "", 0.0
        text = "".join(self._letters[each] for each in best[new] if each < len(self._letters))
        return text, float(chances.max(axis=1)[new].mean())


@lru_cache(maxsize=1)
def installed_reader() -> OcrReader | None:
    """Return the reader of text when its extra is installed, else None; it is loaded once."""
    try:
        return OcrReader()
    except EnvironmentFault:
        return None


def _is_shape(line: TextLine) -> bool:
    """Whether a lone letter fills so much of the picture that it is a drawn shape: a disc is no zero."""
    return len(line.text.strip()) == 1 and line.height > _SHAPE_HEIGHT


def _run(network: Any, picture: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    given = np.ascontiguousarray(picture.transpose(2, 0, 1)[None], dtype=np.float32)
    return np.asarray(network.run(None, {"x": given})[0])


def _regions(marked: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Return top, bottom, left and right of the regions that hang together, by runs along the rows."""
    runs = [
        (row, begin, end) for row in np.flatnonzero(marked.any(axis=1)) for begin, end in _spans(marked[row])
    ]
    group = list(range(len(runs)))

    def first(each: int) -> int:
        while group[each] != each:
            group[each] = group[group[each]]
            each = group[each]
        return each

    above: list[int] = []
    here: list[int] = []
    for at, (row, begin, end) in enumerate(runs):
        if here and runs[here[0]][0] != row:
            above, here = (here if runs[here[0]][0] == row - 1 else []), []
        for other in above:
            if runs[other][1] <= end and runs[other][2] >= begin:
                group[first(other)] = first(at)
        here.append(at)
    boxes: dict[int, list[int]] = {}
    for at, (row, begin, end) in enumerate(runs):
        box = boxes.setdefault(first(at), [int(row), int(row) + 1, begin, end])
        box[:] = [min(box[0], int(row)), max(box[1], int(row) + 1), min(box[2], begin), max(box[3], end)]
    return [
        (top, bottom, left, right)
        for top, bottom, left, right in boxes.values()
        if min(bottom - top, right - left) >= 3
    ]


def _spans(row: NDArray[np.bool_]) -> list[tuple[int, int]]:
    steps = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
    return [(int(begin), int(end)) for begin, end in zip(steps[::2], steps[1::2], strict=True)]
