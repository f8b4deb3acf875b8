"""What the painter draws on, and a fake that writes down what it was told.

The painter knows only `Canvas`. `SkiaCanvas` makes pixels, `RecordingCanvas` a list of calls.
All numbers are design pixels in the current space; angles are degrees clockwise; colours are
`(red, green, blue, alpha)`, 0..1, not premultiplied, sRGB.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Rgba = tuple[float, float, float, float]
Affine = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f: x' = a x + c y + e, y' = b x + d y + f (the order of SVG's matrix)."""
Box = tuple[float, float, float, float]
"""left, top, right, bottom."""
Segment = tuple[Any, ...]
"""("M", x, y) · ("L", x, y) · ("C", x1, y1, x2, y2, x, y) · ("Z",): absolute coordinates only."""


@dataclass(frozen=True, slots=True)
class Brush:
    """How something is coloured: one colour, or a gradient over `box` (see `graph.Gradient`).

    `steady` promises that only the colours of the gradient change from frame to frame, not its place.
    """

    color: Rgba = (1.0, 1.0, 1.0, 1.0)
    gradient: str | None = None
    stops: tuple[tuple[float, Rgba], ...] = ()
    box: Box = (0.0, 0.0, 1.0, 1.0)
    angle: float = 0.0
    x: float = 0.5
    y: float = 0.5
    radius: float = 0.7
    steady: bool = False


@dataclass(frozen=True, slots=True)
class Pen:
    """How something is outlined."""

    brush: Brush
    width: float
    dash: tuple[float, ...] = ()
    cap: str = "round"


@dataclass(frozen=True, slots=True)
class GlyphRun:
    """Glyphs of one font at one size, at baseline positions in the current space."""

    font: str
    size: float
    weight: int
    glyphs: tuple[int, ...]
    positions: tuple[tuple[float, float], ...]


class Canvas(Protocol):
    """A place to draw one frame on. `save` and `restore` bracket transforms, clips and layers."""

    def save(self) -> None: ...

    def restore(self) -> None: ...

    def transform(self, matrix: Affine) -> None: ...

    def clip(self, box: Box, radius: float = 0.0, *, outside: bool = False) -> None:
        """Draw only within (or only outside) a rounded rectangle; a radius of half a side makes an oval."""
        ...

    def layer(
        self, bounds: Box | None, opacity: float, blend: str, blur: float, tint: Rgba | None = None
    ) -> None:
        """Draw what follows, up to the matching `restore`, as one thing with opacity, blend and blur.

        `bounds` holds what will be drawn, before blurring, in the *picture's* design pixels (None: anywhere);
        `blur` is a sigma in the current space; `tint` gives everything that one colour, as shadows need.
        The blend `inside` keeps of it only what lies on what the layer around it holds so far, as strongly as
        that is there, and nothing of what was there; `outside` keeps what does not lie on it. Both are drawn
        anywhere, at full opacity and without blur.
        """
        ...

    def fill(self, brush: Brush) -> None:
        """Cover everything within the clip."""
        ...

    def rect(self, box: Box, radius: float, brush: Brush | None, pen: Pen | None, blur: float) -> None:
        """Draw a rounded rectangle; `blur` is the sigma of a soft edge (shadows, blurred shapes)."""
        ...

    def oval(self, box: Box, brush: Brush | None, pen: Pen | None, blur: float) -> None: ...

    def path(
        self, segments: Sequence[Segment], brush: Brush | None, pen: Pen | None, trim: float, blur: float
    ) -> None:
        """Draw a path; `trim` below 1 draws that share of the outline's length, and no fill."""
        ...

    def glyphs(self, run: GlyphRun, brush: Brush, pen: Pen | None, blur: float) -> None: ...

    def image(self, asset: str, source: Box, target: Box, opacity: float) -> None:
        """Draw the part `source` (its own pixels) of a picture into `target`."""
        ...


@dataclass
class RecordingCanvas:
    """The fake: remembers each call as (name, arguments)."""

    calls: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        def record(*arguments: Any, **named: Any) -> None:
            self.calls.append((name, (*arguments, *named.values())))

        return record

    def named(self, name: str) -> list[tuple[Any, ...]]:
        """Return the arguments of every call of that name, in order."""
        return [arguments for called, arguments in self.calls if called == name]
