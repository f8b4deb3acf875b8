"""Text in pictures, read by the networks that come along."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.images.making import chart, encoded, font, logo, photo, screen
from workbench.images import facts
from workbench.images.ocr import OcrReader

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reader() -> OcrReader:
    return OcrReader()


def words(picture: Image.Image, reader: OcrReader) -> list[str]:
    return [line.text for line in facts(encoded(picture), reader=reader).text or ()]


@pytest.mark.parametrize("size", [16, 24, 48, 120])
@pytest.mark.parametrize(("ink", "ground"), [("#111111", "#ffffff"), ("#ffffff", "#7b2cbf")])
def test_plain_words_are_read(reader: OcrReader, size: int, ink: str, ground: str) -> None:
    """Words from 16 to 120 pixels, dark on light and light on colour, come back as they were."""
    picture = Image.new("RGB", (1400, 420), ground)
    draw = ImageDraw.Draw(picture)
    draw.text((40, 40), "Summer Sale 2026", fill=ink, font=font(size))
    draw.text((40, 240), "from $49.90", fill=ink, font=font(size))
    assert [word.replace(" ", "") for word in words(picture, reader)] == ["SummerSale2026", "from$49.90"]


def test_a_line_is_where_it_was_written(reader: OcrReader) -> None:
    """The rectangle of a line lies around its letters."""
    picture = Image.new("RGB", (800, 400), "#ffffff")
    ImageDraw.Draw(picture).text((200, 100), "Hello", fill="#000000", font=font(80))
    (line,) = facts(encoded(picture), reader=reader).text or ()
    left, top, right, bottom = ImageDraw.Draw(picture).textbbox((200, 100), "Hello", font=font(80))
    assert line.x * 800 <= left + 8 <= right - 8 <= (line.x + line.width) * 800
    assert line.y * 400 <= top + 8 <= bottom - 8 <= (line.y + line.height) * 400


def test_screens_and_charts_are_read(reader: OcrReader) -> None:
    """Labels of a chart and of a dashboard are found."""
    assert {"Revenue by month", "100", "75", "50", "25"} <= set(words(chart(0), reader))
    assert {"Search", "Invoices", "7090", "Dashboard"} <= set(words(screen(1), reader))


def test_no_text_is_invented(reader: OcrReader) -> None:
    """Photos and marks without letters give no text."""
    assert [words(picture, reader) for picture in (photo(0), photo(1), logo(0), logo(3))] == [[], [], [], []]


def test_the_engine_keeps_no_identifier_and_reports_to_nobody(tmp_path: Path) -> None:
    """ONNX Runtime's own telemetry, on by default, would leave its files in the home folder."""
    telling = {"CI", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"}  # each of them would change what it does
    environment = {name: value for name, value in os.environ.items() if name not in telling}
    script = "from workbench.images.ocr import OcrReader; OcrReader()"
    subprocess.run(
        [sys.executable, "-c", script], env=environment | {"HOME": str(tmp_path)}, check=True, timeout=120
    )
    assert list(tmp_path.rglob("*onnxruntime*")) == []
