"""Device frames: screens of known size, and a pointer that goes where it is told."""

from itertools import pairwise

import numpy as np
import pytest

from tests.scene.looking import MEASURE, findings_of, graph_of
from tests.scene.sandboxes import complaint, nodes
from workbench.render.shaping import HarfbuzzMeasure
from workbench.render.still import render_frame
from workbench.scene.format import Format
from workbench.scene.stage import stage
from workbench.scene.staged import at


def middle(source: str, ident: str, frame: int) -> tuple[float, float]:
    """Where the middle of a node is in the picture."""
    staged = stage(graph_of(source), MEASURE)
    item = next(item for item in staged.walk() if item.node.id == ident)
    left, top, right, bottom = at(item.world, frame)
    return (left + right) / 2, (top + bottom) / 2


def frame_of(source: str) -> np.ndarray:
    """The first frame at half its design size, RGB."""
    staged = stage(graph_of(source), HarfbuzzMeasure())
    return render_frame(staged, 0, Format(960, 540))[..., [2, 1, 0]]


@pytest.mark.parametrize(
    ("call", "screen", "size"),
    [
        ("phone(width=300, name='it')", "it/screen", (300, 648)),
        ("phone(width=300, height=500, name='it')", "it/screen", (300, 500)),
        ("browser('example.com', width=800, height=400, name='it')", "it/page", (800, 400)),
    ],
)
def test_what_a_frame_holds_lies_on_its_screen_and_is_clipped(call, screen, size):
    """The screen has the size that was given; its children are the author's nodes alone."""
    found = nodes(f"with {call}:\n    circle(40, name='dot')")
    given = found[screen].props
    assert (given["width"], given["height"], given["clip"]) == (*size, True)
    assert [child.id for child in found[screen].children] == ["dot"]


def test_a_child_stands_in_the_middle_of_the_screen_and_is_moved_from_there():
    """x and y count from the middle, wherever the phone is."""
    source = "with phone(x=500, y=600):\n    circle(40, x=30, y=-200, name='dot')"
    assert middle(source, "dot", 0) == pytest.approx((530, 400))


@pytest.mark.parametrize("theme", ["night", "day"])
@pytest.mark.parametrize(
    ("call", "shown"), [("phone(theme='{}')", (960, 540)), ("browser('a.example', theme='{}')", (960, 700))]
)
def test_a_screen_shows_its_children_and_nothing_of_them_beside_it(call, shown, theme):
    """A sheet larger than the picture fills the screen and leaves frame and ground as they are."""
    ground = "background('#224466')\n"
    sheet = ":\n    rect(4000, 4000, fill='#ff0000')"
    bare = call.format(theme)
    filled, empty = frame_of(f"{ground}with {bare}{sheet}"), frame_of(ground + bare)
    reds = (filled == (255, 0, 0)).all(axis=2)
    assert reds[shown[1] // 2, shown[0] // 2]
    assert np.array_equal(filled[0], empty[0])
    assert not reds[:, 0].any()
    assert 0.1 < reds.mean() < 0.5


def test_the_island_lies_over_what_the_screen_shows():
    """It is painted after the children."""
    order = [child.id for child in nodes("phone(name='it')")["it"].children]
    assert order.index("it/screen") < order.index("it/island")


def test_a_window_without_an_address_has_an_empty_field():
    """Neither lock nor letters."""
    with_one, without = nodes("browser('example.com')"), nodes("browser()")
    assert with_one["browser-1/url"].props["content"] == "example.com"
    assert without["browser-1/address"].children == ()


@pytest.mark.parametrize("call", ["phone(width=0)", "browser(height=-3)", "phone(width=200, height=-1)"])
def test_a_screen_without_size_is_refused(call):
    """The complaint names the frame."""
    code, message, _ = complaint(call)
    assert code == "argument"
    assert message.startswith(f"The screen of {call.split('(')[0]}-1 is ")


def test_a_pointer_goes_from_its_first_point_to_its_last():
    """Its tip is there when it begins and when it ends, and goes aside of the straight way between."""
    source = "cursor([(300, 800), (1300, 300)], seconds=1, name='it')"
    assert middle(source, "it", 0) == pytest.approx((300, 800))
    assert middle(source, "it", 45) == pytest.approx((1300, 300))
    x, y = middle(source, "it", 15)
    aside = ((x - 300) * 500 + (y - 800) * 1000) / np.hypot(1000, 500)
    assert abs(aside) == pytest.approx(0.1 * np.hypot(1000, 500), rel=0.05)


def test_a_pointer_passes_each_of_its_points():
    """Between two others it comes to a point at its share of the way."""
    source = "cursor([(200, 500), (800, 500), (1000, 500)], seconds=2, bend=0, name='it')"
    assert middle(source, "it", 45) == pytest.approx((800, 500))


def test_a_pointer_on_a_screen_counts_from_its_middle():
    """Points are what x and y of a node would be there."""
    source = "with phone(x=500, y=600):\n    cursor([(20, 300), (0, 100)], seconds=1, name='it')"
    assert middle(source, "it", 60) == pytest.approx((500, 700))


def test_a_pointer_presses_when_it_has_arrived():
    """It is squashed for a moment, with a ring; without press neither happens."""
    found = nodes("cursor([(300, 800), (900, 500)], seconds=1, name='it')")
    moments = found["it/pointer"].props["scale"].args["points"]
    assert [value for _, value in moments] == [1, 0.8, 1]
    assert moments[0][0] == 1
    assert all(before < after for (before, _), (after, _) in pairwise(moments))
    assert "it/ring" in found
    still = nodes("cursor([(300, 800), (900, 500)], press=False, name='it')")
    assert "it/ring" not in still
    assert still["it/pointer"].props["scale"] == 1


@pytest.mark.parametrize("points", ["[]", "[(n, n) for n in range(13)]"])
def test_a_pointer_has_a_few_points(points):
    """None at all and too many are refused with their number."""
    code, message, fix = complaint(f"cursor({points})")
    assert code == "argument"
    assert message.startswith("cursor() goes along 1 to 12 points, not ")
    assert fix.startswith("Write cursor([")


def test_twelve_points_are_not_too_many():
    """The tracks of the longest way are no deeper than tracks may be."""
    assert nodes("cursor([(150 * n, 100 + 80 * (n % 3)) for n in range(12)])")["cursor-1"]


QUIET = {
    "a phone": """
with phone(width=380, enter=rise()):
    with column(gap=16, name="page"):
        text("Good morning", size=40, weight=700)
        text("Three things today", size=26, color="#cbd5e1")
cursor([(width * 0.8, height * 0.9), (width / 2, height * 0.6)], start=0.6, enter=fade())
""",
    "a browser by day": """
with browser("example.com/prices", width=900, height=480, theme="day", enter=rise()):
    text("Plans and prices", size=56, weight=700, color="#0f172a")
cursor([(width * 0.8, height * 0.9), (width / 2, height * 0.55)], start=0.6)
""",
    "a browser by night, with a very long address": """
with browser("https://example.com/" + "a-very-long-way/" * 9, width=800, height=480, enter=rise()):
    text("Plans and prices", size=56, weight=700)
""",
}


@pytest.mark.parametrize("shape", ["16:9", "9:16", "1:1"])
@pytest.mark.parametrize("name", QUIET)
def test_frames_draw_no_finding(name, shape):
    """Small letters of a window and parts that lie over each other are meant."""
    assert [str(finding) for finding in findings_of(QUIET[name], shape)] == []
