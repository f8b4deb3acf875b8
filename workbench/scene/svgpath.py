"""SVG path data as absolute moves, lines and cubic curves, with exact bounds.

The whole grammar of www.w3.org/TR/SVG2/paths.html is read: M L H V C S Q T A Z, absolute and relative,
repeated arguments, numbers and arc flags written without spaces. Arcs become cubics of at most a
quarter turn each (appendix B.2.4 of the same document), quadratics become the cubics equal to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil, cos, pi, radians, sin, sqrt, tan

import numpy as np

from workbench.errors import InputError
from workbench.scene.staged import Segment

Point = tuple[float, float]
Bounds = tuple[float, float, float, float]

_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
_SPACE = re.compile(r"[\s,]*")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_FARTHEST = 1e7


def parse_path(data: str) -> tuple[Segment, ...]:
    """Return the segments of path data; raises InputError that says where it cannot be read."""
    pen = _Pen()
    for command, numbers in _commands(data):
        pen.draw(command, numbers)
    return tuple(pen.segments)


def path_bounds(segments: tuple[Segment, ...]) -> Bounds:
    """Return left, top, right and bottom of the outline itself; zeros when there is none."""
    points: list[Point] = []
    here: Point = (0.0, 0.0)
    for segment in segments:
        if segment[0] == "C":
            points += _turning_points(here, segment)
        if len(segment) > 2:
            here = (segment[-2], segment[-1])
            points.append(here)
    if not points:
        return (0.0, 0.0, 0.0, 0.0)
    across, down = [x for x, _ in points], [y for _, y in points]
    return (min(across), min(down), max(across), max(down))


def mapped(
    segments: tuple[Segment, ...], scale_x: float, scale_y: float, x: float, y: float
) -> tuple[Segment, ...]:
    """Return the segments scaled, then moved by x and y."""
    return tuple((segment[0], *_mapped(segment[1:], (scale_x, scale_y), (x, y))) for segment in segments)


def through(points: list[Point], *, curve: bool) -> tuple[Segment, ...]:
    """Return a line through points; curved, it is a Catmull-Rom spline."""
    if not points:
        return ()
    start: Segment = ("M", *points[0])
    if not curve or len(points) < 3:
        return (start, *(("L", *point) for point in points[1:]))
    padded = [points[0], *points, points[-1]]
    return (start, *(_through_four(*padded[place : place + 4]) for place in range(len(points) - 1)))


def _through_four(before: Point, start: Point, end: Point, after: Point) -> Segment:
    return (
        "C",
        start[0] + (end[0] - before[0]) / 6,
        start[1] + (end[1] - before[1]) / 6,
        end[0] - (after[0] - start[0]) / 6,
        end[1] - (after[1] - start[1]) / 6,
        *end,
    )


def _mapped(numbers: Segment, scale: Point, move: Point) -> Iterator[float]:
    return (number * scale[place % 2] + move[place % 2] for place, number in enumerate(numbers))


def _commands(data: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Yield each command with one set of arguments; the first must be a move."""
    place = _skip(data, 0)
    if place < len(data) and data[place] not in "Mm":
        raise _unreadable(data, place, "a path begins with M")
    while place < len(data):
        command = data[place]
        if command.upper() not in _ARGUMENTS:
            raise _unreadable(data, place, "a command is one of M L H V C S Q T A Z")
        place = _skip(data, place + 1)
        count = _ARGUMENTS[command.upper()]
        numbers, place = _arguments(data, place, command)
        yield command, numbers
        while count and place < len(data) and _NUMBER.match(data, place):
            numbers, place = _arguments(data, place, command)
            # further points of a move are lines
            yield {"M": "L", "m": "l"}.get(command, command), numbers


def _arguments(data: str, place: int, command: str) -> tuple[tuple[float, ...], int]:
    numbers: list[float] = []
    for index in range(_ARGUMENTS[command.upper()]):
        flag = command in "Aa" and index in (3, 4)
        match = re.compile("[01]").match(data, place) if flag else _NUMBER.match(data, place)
        if not match:
            raise _unreadable(data, place, f"{command} takes {_ARGUMENTS[command.upper()]} numbers")
        number = float(match[0])
        if abs(number) > _FARTHEST:
            raise _unreadable(data, place, f"numbers lie within {_FARTHEST:g}")
        numbers.append(number)
        place = _skip(data, match.end())
    return tuple(numbers), place


def _skip(data: str, place: int) -> int:
    match = _SPACE.match(data, place)
    return match.end() if match else place


def _unreadable(data: str, place: int, rule: str) -> InputError:
    seen = data[place : place + 12]
    return InputError(
        f"Path data cannot be read at character {place + 1}: {seen!r}.",
        remedy=f"In SVG path data {rule}.",
        data=data,
        place=place,
    )


@dataclass(slots=True)
class _Pen:
    """Where drawing stands: the current point, where the subpath began, and the last control point."""

    segments: list[Segment] = field(default_factory=list)
    here: Point = (0.0, 0.0)
    began: Point = (0.0, 0.0)
    control: Point | None = None
    curved: str = ""

    def draw(self, command: str, numbers: tuple[float, ...]) -> None:
        kind = command.upper()
        if self.segments and self.segments[-1][0] == "Z" and kind not in "MZ":
            self.segments.append(("M", *self.here))
        if kind == "Z":
            self.segments.append(("Z",))
            self.here = self.began
        elif kind == "A":
            end = self._points(numbers[5:], command)[0]
            self._arc(numbers, end)
            self.here = end
        else:
            self._draw_points(kind, self._points(self._paired(kind, numbers, command), command))
        self.curved = kind if kind in "CSQT" else ""

    def _paired(self, kind: str, numbers: tuple[float, ...], command: str) -> tuple[float, ...]:
        relative = command.islower()
        if kind == "H":
            return (numbers[0], 0.0 if relative else self.here[1])
        if kind == "V":
            return (0.0 if relative else self.here[0], numbers[0])
        return numbers

    def _points(self, numbers: tuple[float, ...], command: str) -> list[Point]:
        x, y = self.here if command.islower() else (0.0, 0.0)
        return [(x + numbers[place], y + numbers[place + 1]) for place in range(0, len(numbers), 2)]

    def _draw_points(self, kind: str, points: list[Point]) -> None:
        end = points[-1]
        if kind == "M":
            self.began = end
            self.segments.append(("M", *end))
        elif kind in "LHV":
            self.segments.append(("L", *end))
        elif kind in "CS":
            first, second = points[0] if kind == "C" else self._mirrored("CS"), points[-2]
            self.control = second
            self.segments.append(("C", *first, *second, *end))
        else:
            middle = points[0] if kind == "Q" else self._mirrored("QT")
            self.control = middle
            self.segments.append(("C", *_toward(self.here, middle), *_toward(end, middle), *end))
        self.here = end

    def _mirrored(self, family: str) -> Point:
        if self.control is None or not self.curved or self.curved not in family:
            return self.here
        return (2 * self.here[0] - self.control[0], 2 * self.here[1] - self.control[1])

    def _arc(self, numbers: tuple[float, ...], end: Point) -> None:
        radius_x, radius_y, turn, large, sweep = numbers[:5]
        if self.here == end:
            return
        if radius_x == 0 or radius_y == 0:
            self.segments.append(("L", *end))
            return
        radii = (abs(radius_x), abs(radius_y))
        self.segments += _arc_curves(self.here, end, radii, radians(turn), large != 0, sweep != 0)


def _toward(point: Point, control: Point) -> Point:
    return (point[0] + (control[0] - point[0]) * 2 / 3, point[1] + (control[1] - point[1]) * 2 / 3)


def _arc_curves(
    start: Point, end: Point, radii: Point, turn: float, large: bool, sweep: bool
) -> Iterator[Segment]:
    """Yield cubics for an elliptical arc (SVG 2, appendix B.2.4 and B.2.5)."""
    cosine, sine = cos(turn), sin(turn)
    half_x, half_y = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = cosine * half_x + sine * half_y, -sine * half_x + cosine * half_y
    stretch = max(1.0, sqrt((x / radii[0]) ** 2 + (y / radii[1]) ** 2))
    a, b = radii[0] * stretch, radii[1] * stretch
    # in the circle the ellipse is the image of, the chord runs from (u, v) to (-u, -v)
    u, v = x / a, y / b
    reach = sqrt(max(0.0, 1.0 / max(u * u + v * v, 1e-300) - 1.0)) * (-1 if large == sweep else 1)
    centre_u, centre_v = reach * v, -reach * u
    first = float(np.arctan2(v - centre_v, u - centre_u))
    last = float(np.arctan2(-v - centre_v, -u - centre_u))
    angle = last - first
    if sweep and angle < 0:
        angle += 2 * pi
    elif not sweep and angle > 0:
        angle -= 2 * pi
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)

    def in_picture(circle_x: float, circle_y: float) -> Point:
        across, down = (circle_x + centre_u) * a, (circle_y + centre_v) * b
        return (middle[0] + cosine * across - sine * down, middle[1] + sine * across + cosine * down)

    pieces = max(1, ceil(abs(angle) / (pi / 2) - 1e-9))
    step = angle / pieces
    arm = 4 / 3 * tan(step / 4)
    for piece in range(pieces):
        one, two = first + piece * step, first + (piece + 1) * step
        leave = in_picture(cos(one) - arm * sin(one), sin(one) + arm * cos(one))
        arrive = in_picture(cos(two) + arm * sin(two), sin(two) - arm * cos(two))
        goal = end if piece == pieces - 1 else in_picture(cos(two), sin(two))
        yield ("C", *leave, *arrive, *goal)


def _turning_points(start: Point, curve: Segment) -> list[Point]:
    """Return the points of a cubic where it turns back in x or in y."""
    points = np.array([start, curve[1:3], curve[3:5], curve[5:7]], dtype=np.float64)
    found: list[Point] = []
    for axis in (0, 1):
        p0, p1, p2, p3 = points[:, axis]
        for time in _roots(p3 - 3 * p2 + 3 * p1 - p0, 2 * (p2 - 2 * p1 + p0), p1 - p0):
            if 0 < time < 1:
                weights = np.array(
                    [(1 - time) ** 3, 3 * time * (1 - time) ** 2, 3 * time**2 * (1 - time), time**3]
                )
                x, y = weights @ points
                found.append((float(x), float(y)))
    return found


def _roots(a: float, b: float, c: float) -> list[float]:
    if abs(a) < 1e-12:
        return [-c / b] if abs(b) > 1e-12 else []
    below = b * b - 4 * a * c
    if below < 0:
        return []
    root = sqrt(below)
    return [(-b + root) / (2 * a), (-b - root) / (2 * a)]
