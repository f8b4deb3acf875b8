from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings

from tests.scene.making import node, scene
from tests.scene.strategies import graphs
from workbench.errors import SceneBroken
from workbench.scene.graph import Gradient, Graph, Motion, Samples, Shadow, Stroke, Track
from workbench.scene.measure import MonospaceMeasure
from workbench.scene.stage import stage
from workbench.scene.staged import Item, at


def arrays_in(value):
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, Gradient | Stroke | Shadow):
        for member in fields(value):
            yield from arrays_in(getattr(value, member.name))
    elif isinstance(value, tuple | list):
        for part in value:
            yield from arrays_in(part)


def arrays_of(item):
    for member in fields(Item):
        value = getattr(item, member.name)
        if member.name == "values":
            for part in value.values():
                yield from arrays_in(part)
        elif member.name == "units" and value is not None:
            yield from (getattr(value, name) for name in ("opacity", "dx", "dy", "scale", "rotation", "blur"))
        elif member.name != "children":
            yield from arrays_in(value)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(graphs())
def test_every_scene_comes_out_finite_and_whole(graph):
    """No array holds NaN or infinity, and time is the last axis of each."""
    for item in stage(graph, MonospaceMeasure()).walk():
        for array in arrays_of(item):
            assert np.all(np.isfinite(array))
            assert array.shape[-1] == graph.frames


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(graphs())
def test_staging_twice_gives_the_same(graph):
    """The same graph is staged to the same numbers, to the bit."""
    once, again = (stage(graph, MonospaceMeasure()) for _ in range(2))
    for one, other in zip(once.walk(), again.walk(), strict=True):
        pairs = zip(arrays_of(one), arrays_of(other), strict=True)
        assert all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(graphs())
def test_what_is_visible_can_be_painted(graph):
    """A visible node has a map that can be undone and an opacity above 0."""
    for item in stage(graph, MonospaceMeasure()).walk():
        a, b, c, d, _, _ = item.matrix
        seen = item.visible
        assert np.all(np.abs(a * d - b * c)[seen] > 1e-10)
        assert np.all(np.broadcast_to(item.opacity, seen.shape)[seen] > 0)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(graphs())
def test_every_node_is_staged_in_paint_order(graph):
    """Items are the graph's nodes, in its order, and a child is never seen without its parent."""
    staged = stage(graph, MonospaceMeasure())
    assert [item.node.id for item in staged.walk()] == [each.id for each in graph.walk()]
    for item in staged.walk():
        assert all(not np.any(child.visible & ~item.visible) for child in item.children)


def test_a_node_is_seen_from_its_start_until_its_end():
    """Visibility follows start and end, counted from the parent's start."""
    child = node("rect", start=0.5, end=1.0, name="child")
    parent, inner = scene(node("group", child, start=0.5)).walk()
    assert np.flatnonzero(parent.visible)[0] == 15
    assert np.flatnonzero(inner.visible)[[0, -1]].tolist() == [30, 44]


def test_tracks_count_from_the_node_s_own_start():
    """A tween of a late node begins when the node does."""
    width = Track("tween", {"a": 0, "b": 100, "seconds": 1, "ease": "linear"})
    (item,) = scene(node("rect", start=1.0, width=width)).items
    assert at(item.width, 30) == 0
    assert at(item.width, 45) == pytest.approx(50)


def test_samples_are_taken_by_the_scene_s_frame():
    """Sampled values are indexed by the frame, whatever the node's start."""
    (item,) = scene(node("circle", start=0.05, x=Samples((1.0, 2.0, 3.0))), frames=3).items
    assert [at(item.matrix, frame)[4] for frame in range(3)] == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("anchor", "box"),
    [
        ("center", (50, 170, 150, 230)),
        ("top left", (100, 200, 200, 260)),
        ("right", (0, 170, 100, 230)),
        ("bottom", (50, 140, 150, 200)),
    ],
)
def test_an_anchor_goes_where_x_and_y_say(anchor, box):
    """The named part of the box lies on the point."""
    (item,) = scene(node("rect", width=100, height=60, x=100, y=200, anchor=anchor)).items
    assert at(item.world, 0) == box


def test_world_boxes_go_through_all_parents():
    """Rotation and scale of a group move and turn what it holds."""
    dot = node("circle", radius=10, x=1060, y=540, name="dot")
    group, inner = scene(node("group", dot, rotation=90, scale=2)).walk()
    assert np.allclose(at(inner.world, 0), (940, 720, 980, 760))
    assert np.allclose(at(group.ink, 0), at(inner.world, 0))


def test_group_children_keep_the_picture_s_coordinates():
    """An unmoved group changes nothing, and x and y move all it holds."""
    dot = node("circle", radius=10, x=300, y=200, name="dot")
    _, still = scene(node("group", dot)).walk()
    _, moved = scene(node("group", dot, x=50, y=-20)).walk()
    assert at(still.world, 0) == (290, 190, 310, 210)
    assert at(moved.world, 0) == (340, 170, 360, 190)


def test_a_group_with_an_anchor_is_placed_by_its_box():
    """With an anchor, x and y say where the group's box goes."""
    dot = node("circle", radius=10, name="dot")
    group, inner = scene(node("group", dot, width=400, height=200, x=0, y=0, anchor="top left")).walk()
    assert at(group.world, 0) == (0, 0, 400, 200)
    assert at(inner.world, 0) == (190, 90, 210, 110)


def test_a_line_stays_where_its_points_are_unless_placed():
    """Points are of the picture; with x and y the line's box is placed."""
    points = ((100, 100), (300, 200))
    (free,) = scene(node("line", points=points)).items
    (placed,) = scene(node("line", points=points, x=960, y=540)).items
    assert at(free.world, 0) == (100, 100, 300, 200)
    assert at(placed.world, 0) == (860, 490, 1060, 590)
    assert free.values["stroke"].width == 3.0


def test_a_path_is_scaled_to_its_size_and_centred():
    """Its box is that of the outline; one side given alone scales both."""
    (item,) = scene(node("path", data="M 10 10 h 20 v 10 z", width=200, fill="red")).items
    assert (item.width, item.height) == (200, 100)
    assert item.values["segments"][0] == ("M", -100, -50)
    assert item.values["stroke"] is None


def test_a_path_without_paint_is_outlined():
    """A path with neither fill nor stroke is still seen."""
    (item,) = scene(node("path", data="M 0 0 L 10 10")).items
    assert item.values["stroke"].width > 0


def test_a_growing_text_is_set_once_and_scaled():
    """An animated size changes the matrix, not the block."""
    size = Track("tween", {"a": 20, "b": 80, "seconds": 1, "ease": "linear"})
    (item,) = scene(node("text", content="Hi", size=size)).items
    assert [block.spec.size for block in item.blocks] == [80]
    assert at(item.matrix, 0)[0] == pytest.approx(0.25)
    assert at(item.world, 0)[2] - at(item.world, 0)[0] == pytest.approx(20 * 0.6 * 2)


def test_a_counter_keeps_its_width_while_its_digits_change():
    """Each distinct string is set once, and the box is that of the widest."""
    values = Samples(tuple(str(number) for number in (8, 9, 10, 10, 100)))
    (item,) = scene(node("text", content=values, tabular=True, size=50, align="right"), frames=5).items
    assert [block.spec.content for block in item.blocks] == ["8", "9", "10", "100"]
    assert item.block_at.tolist() == [0, 1, 2, 2, 3]
    assert item.width == pytest.approx(90)
    assert item.block(0)[1] == pytest.approx(45 - 30)
    assert item.block(4)[1] == pytest.approx(-45)


def test_max_lines_shrinks_a_text_until_it_fits():
    """The size goes down, not below twelve, until the words fit in the lines."""
    words = "some words that are far too long for one line of this size"
    (item,) = scene(node("text", content=words, size=200, max_lines=1, max_width=800)).items
    assert len(item.blocks[0].lines) == 1
    assert 20 < item.values["size"] < 24
    assert item.width <= 800
    (tiny,) = scene(node("text", content=words * 9, size=200, max_lines=1, max_width=100)).items
    assert tiny.values["size"] == 12


def test_a_text_wraps_within_the_safe_area():
    """Without a width of its own a text breaks where the safe area ends."""
    (item,) = scene(node("text", content="word " * 60, size=60)).items
    assert len(item.blocks[0].lines) > 1
    assert item.width <= 1920 - 108


@pytest.mark.parametrize(
    ("given", "size", "source"),
    [
        ({}, (800, 400), (0, 0, 800, 400)),
        ({"width": 200}, (200, 100), (0, 0, 800, 400)),
        ({"height": 200}, (400, 200), (0, 0, 800, 400)),
        ({"width": 200, "height": 200}, (200, 200), (200, 0, 600, 400)),
        ({"width": 200, "height": 200, "fit": "contain"}, (200, 100), (0, 0, 800, 400)),
    ],
)
def test_a_picture_keeps_its_shape(given, size, source):
    """The other side follows; cover cuts to the box, contain stays within it."""
    (item,) = scene(node("image", asset="cat", **given)).items
    assert (item.width, item.height) == size
    assert item.values["source"] == source


def test_a_missing_picture_keeps_its_place():
    """A picture that is not there has a box, no source, and is named among the assets."""
    staged = scene(node("image", asset="dog", width=300))
    assert staged.items[0].values["source"] is None
    assert staged.items[0].width == 300
    assert staged.assets == ("dog",)


def test_program_text_has_panel_colours_numbers_and_dims():
    """Code is set in mono inside its panel, with a gutter, and lines not named are dimmed."""
    source = "def f(x):\n    return x\n"
    (item,) = scene(node("code", source=source, line_numbers=True, highlight=(2,), size=30)).items
    block, left, top = item.block(0)
    assert block.spec.font == "mono"
    assert block.spec.spans
    assert item.values["gutter"].spec.content == "1\n2"
    assert item.values["dimmed"] == {0}
    assert -item.width / 2 < item.values["gutter_left"] < left
    assert top > -item.height / 2


def test_wide_program_text_is_set_smaller():
    """A panel that would leave the safe area is set at a size that fits."""
    (item,) = scene(node("code", source="x" * 120, size=40)).items
    assert item.width <= 1920 - 108 + 1
    assert item.values["size"] < 40


def test_ink_of_a_typed_text_grows_with_its_letters():
    """What is drawn of a text being typed is what has been typed."""
    typed = Motion("typewriter", 0, "linear", {"per_second": 10, "cursor": True})
    (item,) = scene(node("text", content="0123456789", size=50, enter=typed)).items
    assert item.reveal[[0, 15, 59]].tolist() == [0, 5, 10]
    assert at(item.ink, 15)[2] - at(item.ink, 15)[0] == pytest.approx(5 * 30)
    assert item.values["cursor"]


def test_a_background_may_change():
    """The picture's paint is resolved like any other."""
    change = Track("tween", {"a": "#000", "b": "#fff", "seconds": 1})
    staged = scene(background=Gradient("linear", ((0, change), (1, "#123"))))
    assert staged.background.stops[0][1].shape == (4, 60)


@pytest.mark.parametrize(
    "bad", [node("rect", fill="#nope", name="card"), node("path", data="M 0 L", name="card")]
)
def test_what_cannot_be_read_names_its_node(bad):
    """A value that slipped through ends in a finding at its node, not in a stray error."""
    with pytest.raises(SceneBroken) as broken:
        scene(node("column", bad))
    (finding,) = broken.value.evidence["findings"]
    assert (finding.code, finding.node, finding.line) == ("argument", "card", 1)


class Counting(MonospaceMeasure):
    """Counts how often a text is set."""

    asked = 0

    def text(self, spec):
        self.asked += 1
        return super().text(spec)


def test_rows_within_rows_are_sized_in_one_go():
    """Thirty rows inside each other, each too full, ask for each text a few times, not billions."""
    measure = Counting()
    inner = node("text", content="word " * 30, name="t")
    for depth in range(30):
        inner = node("row", node("text", content="word " * 30, name=f"t{depth}"), inner, name=f"r{depth}")
    stage(Graph(1920, 1080, 30, 1, 30, "#000", (inner,)), measure)
    assert measure.asked <= 31 * 4
