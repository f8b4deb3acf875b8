"""Numbers, paths, colours, gradients and filters as SVG writes them."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin

from workbench.render.brushes import gradient_center, gradient_line
from workbench.render.canvas import Affine, Box, Brush, Pen, Rgba, Segment

WEDGES = 360


def number(value: float) -> str:
    """Return a number with at most four decimals."""
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


def matrix(affine: Affine) -> str:
    """Return a transform attribute's value."""
    return f"matrix({' '.join(f'{value:.8g}' for value in affine)})"


def path_data(segments: Sequence[Segment]) -> str:
    """Return a path's `d`."""
    return " ".join(f"{verb}{' '.join(number(value) for value in values)}" for verb, *values in segments)


def box_attributes(box: Box, radius: float = 0.0) -> str:
    """Return x, y, width and height, and rx for round corners."""
    left, top, right, bottom = box
    width, height = max(right - left, 0.0), max(bottom - top, 0.0)
    corners = max(0.0, min(radius, width / 2, height / 2))
    place = f'x="{number(left)}" y="{number(top)}" width="{number(width)}" height="{number(height)}"'
    return f'{place} rx="{number(corners)}"' if corners else place


def rgb(color: Rgba) -> str:
    """Return the colour without its opacity."""
    return "#" + "".join(f"{min(255, max(0, round(channel * 255))):02x}" for channel in color[:3])


def stroke_attributes(pen: Pen) -> str:
    """Return width, ends, corners and dashes of an outline."""
    join = "round" if pen.cap == "round" else "miter"
    dash = f' stroke-dasharray="{" ".join(number(part) for part in pen.dash)}"' if pen.dash else ""
    return f'stroke-width="{number(pen.width)}" stroke-linecap="{pen.cap}" stroke-linejoin="{join}"{dash}'


def gradient_element(brush: Brush, name: str) -> str:
    """Return a linear or radial gradient's definition."""
    stops = "".join(
        f'<stop offset="{number(offset)}" stop-color="{rgb(color)}" stop-opacity="{number(color[3])}"/>'
        for offset, color in brush.stops
    )
    if brush.gradient == "linear":
        ends = zip(("x1", "y1", "x2", "y2"), gradient_line(brush), strict=True)
    else:
        ends = zip(("cx", "cy", "r"), gradient_center(brush), strict=True)
    place = " ".join(f'{key}="{number(value)}"' for key, value in ends)
    kind = f"{brush.gradient}Gradient"
    return f'<{kind} id="{name}" gradientUnits="userSpaceOnUse" {place}>{stops}</{kind}>'


def sweep_wedges(brush: Brush, box: Box) -> str:
    """Return a sweep gradient, which SVG does not have, as narrow wedges that cover `box`."""
    x, y, _ = gradient_center(brush)
    reach = 2 * max(abs(side - middle) for side, middle in zip(box, (x, y, x, y), strict=True)) + 1
    wedges = []
    for index in range(WEDGES):
        first = (brush.angle + 360 * index / WEDGES) * pi / 180
        past = first + 2 * pi / WEDGES * 1.5
        corners = (("L", x + reach * cos(angle), y + reach * sin(angle)) for angle in (first, past))
        color = mixed(brush.stops, (index + 0.5) / WEDGES)
        data = path_data((("M", x, y), *corners, ("Z",)))
        wedges.append(f'<path d="{data}" fill="{rgb(color)}" fill-opacity="{number(color[3])}"/>')
    return "".join(wedges)


def mixed(stops: Sequence[tuple[float, Rgba]], share: float) -> Rgba:
    """Return a gradient's colour at an offset."""
    before = max((stop for stop in stops if stop[0] <= share), default=stops[0], key=lambda stop: stop[0])
    after = min((stop for stop in stops if stop[0] > share), default=stops[-1], key=lambda stop: stop[0])
    span = after[0] - before[0]
    part = (share - before[0]) / span if span > 0 else 0.0
    red, green, blue, alpha = (a + (b - a) * part for a, b in zip(before[1], after[1], strict=True))
    return (red, green, blue, alpha)


def filter_element(name: str, region: Box, blur: float, tint: Rgba | None) -> str:
    """Return a filter that blurs and then gives everything one colour."""
    steps = ""
    if blur > 0:
        steps += f'<feGaussianBlur stdDeviation="{number(blur)}"/>'
    if tint is not None:
        steps += (
            '<feComponentTransfer result="shape"/>'
            f'<feFlood flood-color="{rgb(tint)}" flood-opacity="{number(tint[3])}"/>'
            '<feComposite operator="in" in2="shape"/>'
        )
    return (
        f'<filter id="{name}" filterUnits="userSpaceOnUse" color-interpolation-filters="sRGB" '
        f"{box_attributes(region)}>{steps}</filter>"
    )
