"""SVG files: looked at without trust, painted by a process of their own."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import fontpkg_inter

from workbench.errors import InputError

SMALLEST_SIDE = 512
SECONDS = 15.0
MOST_BYTES = 4_000_000
_PROCESS = Path(__file__).with_name("svg_process.py")
_FONT = fontpkg_inter.ROOT / "files" / "Inter[opsz,wght].ttf"
_ROOT = re.compile(r"<(?:\w+:)?svg\b([^>]*)>", re.DOTALL)
_BEFORE_ROOT = re.compile(r"\s*(<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\][^>]*)?>|\s+)*", re.DOTALL)
_SIDE = re.compile(r"\s*([\d.]+(?:e[+-]?\d+)?)\s*(px|pt|pc|in|cm|mm|)\s*", re.IGNORECASE)
_OUTSIDE = re.compile(
    r"""\bhref\s*=\s*["']\s*(?!\#|data:image/)([^"']{1,60})
      | \burl\(\s*["']?(?!\#|data:image/)([^)]{1,60})
      | (@import)""",
    re.VERBOSE | re.IGNORECASE,
)
_LINK = re.compile(r"<(?:[\w.-]+:)?a(?=[\s/>])[^<>]*>", re.IGNORECASE)
_PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}


@dataclass(frozen=True, slots=True)
class Svg:
    """An SVG that may be painted: its source and its own size in pixels."""

    source: str
    width: int
    height: int


def is_svg(content: bytes) -> bool:
    """Whether the bytes begin as an SVG does, after declarations and comments."""
    head = content[:65536].decode("utf-8", "replace").lstrip("\ufeff")
    before = _BEFORE_ROOT.match(head)
    return bool(_ROOT.match(head, before.end() if before else 0))


def opened_svg(content: bytes, label: str) -> Svg:
    """Return the SVG, or raise InputError: entities and anything outside the file are refused."""
    if len(content) > MOST_BYTES:
        raise InputError(
            f"{label!r} is an SVG of {len(content) / 1e6:.1f} MB.",
            remedy=f"Simplify it to {MOST_BYTES / 1e6:g} MB, or save it as PNG.",
        )
    try:
        source = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{label!r} is an SVG that is not UTF-8.", remedy="Save it as UTF-8.") from None
    if "<!ENTITY" in source:
        raise InputError(
            f"{label!r} is an SVG that defines entities, which can unpack without end.",
            remedy="Save it without a document type.",
        )
    outside = _OUTSIDE.search(_LINK.sub("", source))
    if outside:
        named = next(part for part in outside.groups() if part)
        raise InputError(
            f"{label!r} is an SVG that refers to something outside itself: {named!r}.",
            remedy="Embed it as data, or take it out.",
        )
    root = _ROOT.search(source)
    assert root is not None
    return Svg(source, *_size(root[1], label))


def painted(svg: Svg, longest_side: int, label: str) -> bytes:
    """Return a PNG of the SVG whose longer side is within `SMALLEST_SIDE` and `longest_side`."""
    longer = max(svg.width, svg.height)
    scale = min(max(longer, SMALLEST_SIDE), longest_side) / longer
    sides = [str(max(1, round(side * scale))) for side in (svg.width, svg.height)]
    command = [sys.executable, "-I", str(_PROCESS), *sides, str(_FONT)]
    try:
        done = subprocess.run(  # noqa: S603 - our own script and numbers
            command, input=svg.source.encode(), capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise _endless(label) from None
    said = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode == 1 and said.startswith("refused: "):
        raise InputError(
            f"{label!r} is an SVG that cannot be painted: {said[9:300]}.", remedy="Check it in a browser."
        )
    if done.returncode or not done.stdout:
        raise _endless(label)
    return done.stdout


def _endless(label: str) -> InputError:
    return InputError(
        f"{label!r} is an SVG that takes more time or memory to paint than allowed.",
        remedy="Simplify it: fewer filters, patterns and nested references.",
    )


def _size(attributes: str, label: str) -> tuple[int, int]:
    """Return the root's width and height in pixels; what is missing comes from the view box."""
    width, height = (_side(attributes, name) for name in ("width", "height"))
    box = re.search(r"""\bviewBox\s*=\s*["']([^"']*)["']""", attributes)
    numbers = [float(each) for each in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", box[1])] if box else []
    if len(numbers) == 4 and numbers[2] > 0 and numbers[3] > 0:
        ratio = numbers[2] / numbers[3]
        if width is None and height is None:
            width, height = numbers[2], numbers[3]
        width = width if width is not None else (height or 0.0) * ratio
        height = height if height is not None else width / ratio
    if not width or not height:
        raise InputError(
            f"{label!r} is no picture that can be read: an SVG without width, height and view box.",
            remedy='Give its root a viewBox="0 0 width height".',
        )
    if not 1 / 100 <= width / height <= 100 or max(width, height) > 1e6:
        raise InputError(
            f"{label!r} is an SVG of {width:g}x{height:g}.", remedy="Give it a reasonable width and height."
        )
    return max(1, round(width)), max(1, round(height))


def _side(attributes: str, name: str) -> float | None:
    found = re.search(rf"""(?<![\w-]){name}\s*=\s*["']([^"']*)["']""", attributes)
    read = _SIDE.fullmatch(found[1]) if found else None
    try:
        return (float(read[1]) * _PIXELS[read[2].lower()] or None) if read else None
    except ValueError:
        return None
