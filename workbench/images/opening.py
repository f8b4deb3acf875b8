"""Pictures from outside: recognised by their content, measured before they are unpacked, made upright."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from workbench.errors import InputError
from workbench.images.svg import is_svg, opened_svg, painted

MOST_BYTES = 50 * 2**20
MOST_PIXELS = 40_000_000
MOST_FRAMES = 2000
WORK_SIDE = 1280
MEDIA_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "AVIF": "image/avif",
}
SVG = "image/svg+xml"
WANTED = "PNG, JPEG, WebP, GIF, AVIF or SVG"
_ORIENTATION = 0x0112
_TURNED = range(2, 9)
_ON_ITS_SIDE = range(5, 9)
_FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"BM", "a BMP"),
    (b"II*\0", "a TIFF"),
    (b"MM\0*", "a TIFF"),
    (b"PK\3\4", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"8BPS", "a Photoshop file"),
    (b"\0\0\1\0", "an icon file"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
)

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture says of itself; `width` and `height` are upright."""

    media_type: str
    width: int
    height: int
    frames: int
    turned: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was unpacked: its header and its first frame, upright, at most `WORK_SIDE` long.

    `pixels` are red, green, blue and opacity, not premultiplied, shape (height, width, 4).
    """

    header: Header
    pixels: Pixels


def open_picture(content: bytes, label: str = "the picture", *, longest_side: int = WORK_SIDE) -> Picture:
    """Unpack a picture; raises InputError with the reason when it cannot or must not be done."""
    if not content:
        raise _no_picture(label, "it is empty")
    if len(content) > MOST_BYTES:
        raise InputError(f"{label!r} is over {MOST_BYTES // 2**20} MB.", remedy="Make it smaller.")
    if is_svg(content):
        svg = opened_svg(content, label)
        drawn = _unpacked(painted(svg, longest_side, label), label, longest_side)
        return Picture(Header(SVG, svg.width, svg.height, 1, turned=False), drawn.pixels)
    return _unpacked(content, label, longest_side)


def checked_header(content: bytes, label: str = "the picture") -> Header:
    """Unpack a picture only to see that it can be, an SVG as far as its text; raises as `open_picture`."""
    if is_svg(content):
        svg = opened_svg(content, label)
        return Header(SVG, svg.width, svg.height, 1, turned=False)
    return open_picture(content, label, longest_side=0).header


def _unpacked(content: bytes, label: str, longest_side: int) -> Picture:
    """Unpack what is no SVG.

    Which warnings are shown is for the whole process and pictures are opened by several threads at once, so
    that is left as it is; where warnings are errors, one of Pillow's is the reason for a refusal.
    """
    try:
        with Image.open(BytesIO(content), formats=list(MEDIA_TYPES)) as picture:
            return _read(picture, label, longest_side)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise InputError(
            f"{label!r} unpacks to far more than {MOST_PIXELS // 10**6} megapixels.",
            remedy="Make it smaller.",
        ) from None
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        IndexError,
        KeyError,
        TypeError,
        OverflowError,
        RuntimeError,
        Warning,
    ) as error:
        raise _no_picture(label, _reason(content, error)) from None


def _read(picture: Image.Image, label: str, longest_side: int) -> Picture:
    if picture.width * picture.height > MOST_PIXELS:
        raise InputError(
            f"{label!r} has {picture.width}x{picture.height} pixels.",
            remedy=f"Use at most {MOST_PIXELS // 10**6} megapixels.",
        )
    frames = int(getattr(picture, "n_frames", 1))
    if frames > MOST_FRAMES:
        raise InputError(f"{label!r} has {frames} frames.", remedy=f"Use at most {MOST_FRAMES}.")
    picture.seek(0)
    orientation = picture.getexif().get(_ORIENTATION, 1)
    width, height = picture.size[::-1] if orientation in _ON_ITS_SIDE else picture.size
    header = Header(MEDIA_TYPES[str(picture.format)], width, height, frames, orientation in _TURNED)
    side = longest_side or WORK_SIDE
    picture.draft(None, (side, side))
    if not longest_side:
        picture.load()
        return Picture(header, np.empty((0, 0, 4), np.uint8))
    upright = ImageOps.exif_transpose(picture)
    upright = _in_eight_bits(upright)
    if max(upright.size) > longest_side:
        upright.thumbnail((longest_side, longest_side), Image.Resampling.BOX, reducing_gap=None)
    return Picture(header, np.asarray(upright))


def _in_eight_bits(picture: Image.Image) -> Image.Image:
    """Return the picture as RGBA; sixteen bits of grey are brought down, not cut off."""
    if picture.mode.startswith("I"):
        deep = np.asarray(picture, dtype=np.int64)
        picture = Image.fromarray((np.clip(deep, 0, 65535) >> 8).astype(np.uint8), "L")
    return picture.convert("RGBA")


def _reason(content: bytes, error: Exception) -> str:
    for start, what in _FOREIGN:
        if content[:64].lstrip().lower().startswith(start.lower()):
            return f"it is {what}"
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return "it is a HEIC"
    if content[4:8] == b"ftyp" and content[8:12] not in (b"avif", b"avis"):
        return "it is a video"
    if "cannot identify" in str(error):
        return "nothing known begins like that"
    return str(error) or type(error).__name__


def _no_picture(label: str, reason: str) -> InputError:
    return InputError(f"{label!r} is no picture that can be read: {reason}.", remedy=f"Use {WANTED}.")
