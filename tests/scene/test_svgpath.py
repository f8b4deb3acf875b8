from itertools import pairwise
from math import cos, pi, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.scene.evaluate import evaluate
from workbench.scene.svgpath import mapped, parse_path, path_bounds, through

coordinates = st.integers(-300, 300)
points = st.tuples(coordinates, coordinates)


def curve_points(start, segment, count=21):
    times = np.linspace(0, 1, count)[:, None]
    p0, p1, p2, p3 = (np.array(point) for point in (start, segment[1:3], segment[3:5], segment[5:7]))
    return (
        (1 - times) ** 3 * p0
        + 3 * times * (1 - times) ** 2 * p1
        + 3 * times**2 * (1 - times) * p2
        + times**3 * p3
    )


@pytest.mark.parametrize(
    ("data", "segments"),
    [
        ("M 1 2 L 3 4", (("M", 1, 2), ("L", 3, 4))),
        ("m1,2 3,4 5,6", (("M", 1, 2), ("L", 4, 6), ("L", 9, 12))),
        ("M0 0H5V6h-1v-1z", (("M", 0, 0), ("L", 5, 0), ("L", 5, 6), ("L", 4, 6), ("L", 4, 5), ("Z",))),
        ("M0 0c1 1 2 2 3 3s2 2 3 0", (("M", 0, 0), ("C", 1, 1, 2, 2, 3, 3), ("C", 4, 4, 5, 5, 6, 3))),
        ("M0 0Q3 3 6 0T12 0", (("M", 0, 0), ("C", 2, 2, 4, 2, 6, 0), ("C", 8, -2, 10, -2, 12, 0))),
        ("M0 0L1-.5.5.5", (("M", 0, 0), ("L", 1, -0.5), ("L", 0.5, 0.5))),
        ("M1e1 0A0 5 0 0 1 9 9", (("M", 10, 0), ("L", 9, 9))),
        ("M1 1hz", None),
        ("", ()),
    ],
)
def test_path_data_is_read_as_the_standard_says(data, segments):
    """Every command, relative or absolute, with or without spaces, becomes moves, lines and cubics."""
    if segments is None:
        with pytest.raises(InputError, match="character 6"):
            parse_path(data)
        return
    read = parse_path(data)
    assert [segment[0] for segment in read] == [segment[0] for segment in segments]
    for one, other in zip(read, segments, strict=True):
        assert one[1:] == pytest.approx(other[1:])


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(points, min_size=1, max_size=8))
def test_relative_and_absolute_say_the_same(corners):
    """A polygon written with steps is the polygon written with places."""
    steps = [corners[0], *((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(corners))]
    absolute = "M" + "L".join(f"{x} {y}" for x, y in corners) + "Z"
    relative = "m" + "l".join(f"{x},{y}" for x, y in steps) + "z"
    assert parse_path(absolute) == parse_path(relative)


@pytest.mark.slow
@settings(deadline=None)
@given(points, st.lists(st.tuples(points, points, points), min_size=1, max_size=4))
def test_bounds_hold_the_curve_and_touch_it(start, curves):
    """No point of the curve is outside its box, and the box is not larger than it must be."""
    data = f"M{start[0]} {start[1]}" + "".join(
        f"C{a[0]} {a[1]} {b[0]} {b[1]} {c[0]} {c[1]}" for a, b, c in curves
    )
    segments = parse_path(data)
    left, top, right, bottom = path_bounds(segments)
    here, cloud = start, [np.array([start], dtype=float)]
    for segment in segments[1:]:
        cloud.append(curve_points(here, segment, 201))
        here = segment[-2:]
    dots = np.concatenate(cloud)
    assert np.all(dots >= np.array([left, top]) - 1e-6)
    assert np.all(dots <= np.array([right, bottom]) + 1e-6)
    assert np.allclose([dots.min(0), dots.max(0)], [(left, top), (right, bottom)], atol=0.5)


@pytest.mark.slow
@settings(deadline=None)
@given(st.floats(1, 200), st.floats(1, 200), st.floats(0, 360), points, points, st.booleans(), st.booleans())
def test_an_arc_lies_on_its_ellipse(radius_x, radius_y, turn, start, end, large, sweep):
    """Every point of an arc is as far from the ellipse's centre as the radii say, to a thousandth."""
    flags = f"{int(large)} {int(sweep)}"
    data = f"M{start[0]} {start[1]}A{radius_x!r} {radius_y!r} {turn!r} {flags} {end[0]} {end[1]}"
    segments = parse_path(data)
    if start == end:
        assert len(segments) == 1
        return
    assert segments[-1][-2:] == end
    here, dots = start, []
    for segment in segments[1:]:
        dots.append(curve_points(here, segment))
        here = segment[-2:]
    angle = turn * pi / 180
    unturned = np.concatenate(dots) @ np.array([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
    circle = unturned / np.array([radius_x, radius_y])
    middle = circle_centre(circle)
    radii = np.hypot(*(circle - middle).T)
    assert np.ptp(radii) <= 2e-3 * radii.mean() + 1e-6
    assert radii.mean() >= 1 - 2e-3


def circle_centre(dots):
    """Return the centre of the circle through points, by least squares."""
    rows = np.column_stack([2 * dots, np.ones(len(dots))])
    shift = dots.mean(0)
    rows = np.column_stack([2 * (dots - shift), np.ones(len(dots))])
    solution, *_ = np.linalg.lstsq(rows, ((dots - shift) ** 2).sum(1), rcond=None)
    return solution[:2] + shift


def test_a_circle_of_two_arcs_is_round():
    """The box of a circle written as arcs is exact."""
    assert path_bounds(parse_path("M-5 0a5 5 0 1 1 10 0a5 5 0 1 1-10 0z")) == pytest.approx((-5, -5, 5, 5))


@pytest.mark.parametrize(
    "data", ["L 1 1", "M 1", "M 0 0 B 3 3", "M 0 0 A 1 1 0 2 0 3 3", "M1e99 0", "M0 0 L nan 0"]
)
def test_what_cannot_be_read_says_where(data):
    """Broken path data names the character and the rule."""
    with pytest.raises(InputError, match="character") as broken:
        parse_path(data)
    assert broken.value.remedy


@pytest.mark.slow
@settings(deadline=None)
@given(st.text("MmLlHhVvCcSsQqTtAaZz0123456789.,-+eE \n", max_size=60))
def test_no_text_breaks_the_reader(data):
    """Whatever is given, there are segments or an error that says where."""
    try:
        segments = parse_path(data)
    except InputError as error:
        place, segments = error.evidence["place"], ()
    else:
        place = 0
    assert 0 <= place <= len(data)
    assert np.all(np.isfinite(path_bounds(segments)))


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(points, min_size=3, max_size=8, unique=True))
def test_a_rounded_line_passes_through_its_points(corners):
    """A curved line still visits every point, in order."""
    segments = through([(float(x), float(y)) for x, y in corners], curve=True)
    assert [segment[-2:] for segment in segments] == corners


def test_mapping_scales_then_moves():
    """Each pair of coordinates is scaled and moved, closing marks stay."""
    assert mapped((("M", 1.0, 2.0), ("Z",)), 2.0, 3.0, 10.0, 20.0) == (("M", 12.0, 26.0), ("Z",))


@pytest.mark.slow
def test_a_scene_with_broken_path_data_has_a_finding():
    """The author is told which path, on which line, and what the grammar wants."""
    (finding,) = evaluate('circle(9)\npath("M 0 L")\n').findings
    assert (finding.code, finding.line, finding.node) == ("argument", 2, "path-1")
    assert "character 5" in finding.message
