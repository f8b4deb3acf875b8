from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scene.making import node, scene
from workbench.scene.graph import Samples, Track
from workbench.scene.staged import at

sides = st.floats(0, 300).map(lambda side: round(side, 2))
boxes = st.lists(st.tuples(sides, sides), min_size=1, max_size=6)
gaps = st.floats(0, 60).map(lambda gap: round(gap, 2))


def rects(sizes):
    return [node("rect", name=f"r{place}", width=w, height=h) for place, (w, h) in enumerate(sizes)]


def laid(container, frame=0):
    """Return the container's box, and its children's, in the picture."""
    outer = scene(container).items[0]
    return at(outer.world, frame), [at(child.world, frame) for child in outer.children]


@pytest.mark.slow
@settings(deadline=None)
@given(boxes, gaps, st.sampled_from(["start", "center", "end", "between", "around"]), st.floats(0, 3000))
def test_neighbours_in_a_row_never_overlap(sizes, gap, justify, width):
    """Each child begins at least a gap after the one before, whatever room there is."""
    _, found = laid(node("row", *rects(sizes), gap=gap, justify=justify, width=width))
    for before, after in pairwise(found):
        assert after[0] - before[2] >= gap - 1e-6


@pytest.mark.slow
@settings(deadline=None)
@given(boxes, gaps, st.floats(0, 50))
def test_a_column_is_as_big_as_what_it_holds(sizes, gap, pad):
    """Its height is the sum of heights, gaps and padding; its width that of the widest."""
    (left, top, right, bottom), _ = laid(node("column", *rects(sizes), gap=gap, padding=pad))
    assert bottom - top == pytest.approx(sum(h for _, h in sizes) + gap * (len(sizes) - 1) + 2 * pad)
    assert right - left == pytest.approx(max(w for w, _ in sizes) + 2 * pad)


@pytest.mark.slow
@settings(deadline=None)
@given(boxes, gaps, st.sampled_from(["row", "column", "stack", "grid"]), st.tuples(gaps, gaps))
def test_children_stay_within_a_container_of_natural_size(sizes, gap, kind, pad):
    """Nothing sticks out of padding when the container may be as big as it likes."""
    outer, found = laid(node(kind, *rects(sizes), gap=gap, padding=pad, columns=2))
    inner = (outer[0] + pad[0], outer[1] + pad[1], outer[2] - pad[0], outer[3] - pad[1])
    for box in found:
        assert np.all(np.array(box[:2]) >= np.array(inner[:2]) - 1e-6)
        assert np.all(np.array(box[2:]) <= np.array(inner[2:]) + 1e-6)


@pytest.mark.slow
@settings(deadline=None)
@given(boxes, gaps)
def test_a_row_is_a_column_on_its_side(sizes, gap):
    """Exchanging the axes exchanges the picture."""
    _, across = laid(node("row", *rects(sizes), gap=gap, x=0, y=0, align="start"))
    _, down = laid(node("column", *rects([(h, w) for w, h in sizes]), gap=gap, x=0, y=0, align="start"))
    assert np.allclose(across, [(top, left, bottom, right) for left, top, right, bottom in down])


@pytest.mark.parametrize(
    ("justify", "begins"),
    [
        ("start", [0, 120]),
        ("center", [140, 260]),
        ("end", [280, 400]),
        ("between", [0, 400]),
        ("around", [70, 330]),
    ],
)
def test_justify_shares_out_the_room_that_is_left(justify, begins):
    """Two of 100 with a gap of 20 in 500 go where the word says."""
    row = node("row", *rects([(100, 10), (100, 10)]), gap=20, width=500, justify=justify, anchor="left", x=0)
    assert [box[0] for box in laid(row)[1]] == pytest.approx(begins)


def test_align_puts_children_across():
    """Start, centre and end are edges of the inner height."""
    for align, top in (("start", 10), ("center", 35), ("end", 60)):
        row = node("row", *rects([(10, 50)]), height=120, padding=10, align=align, anchor="top", y=0)
        assert laid(row)[1][0][1] == top


def test_stretch_fills_across_but_keeps_given_sizes():
    """A rect or container without a height takes the row's; one with a height keeps it."""
    row = node("row", node("rect", width=10), node("rect", width=10, height=40), height=200, align="stretch")
    first, second = laid(row)[1]
    assert first[3] - first[1] == 200
    assert second[3] - second[1] == 40


def test_a_stretched_column_holds_texts_at_their_own_side():
    """A left-aligned text stands at the left edge of a stretched column."""
    column = node(
        "column",
        node("text", content="Hi", size=50, align="left"),
        node("rect", height=4),
        width=600,
        align="stretch",
    )
    outer, (words, rule) = laid(column)
    assert words[0] == outer[0]
    assert (rule[0], rule[2]) == (outer[0], outer[2])


def test_texts_wrap_within_a_card():
    """The padding of a container with a width limits the words in it."""
    card = node("column", node("text", content="word " * 12, size=40), width=400, padding=(50, 10))
    outer, (words,) = laid(card)
    assert words[2] - words[0] <= 300
    assert outer[3] - outer[1] > 3 * 48


def test_words_in_a_row_give_way_to_what_cannot():
    """A long text beside a picture wraps so that the row stays in the safe area."""
    row = node("row", node("text", content="word " * 40, size=60), node("rect", width=700), gap=40)
    outer, (words, _) = laid(row)
    assert outer[2] - outer[0] <= 1920 - 108 + 1e-6
    assert words[2] - words[0] <= 1920 - 108 - 740


def test_short_words_keep_their_width_beside_long_ones():
    """Only the widest texts of a row are broken."""
    row = node(
        "row", node("text", content="Total", size=60, name="a"), node("text", content="word " * 60, size=60)
    )
    short = scene(row).items[0].children[0]
    assert len(short.blocks[0].lines) == 1


def test_grid_cells_are_equally_wide_and_cards_fill_them():
    """Containers in a grid take their cell, so that cards match."""
    cards = [
        node("column", node("text", content=words, size=30), fill="#111")
        for words in ("a", "much longer words", "b")
    ]
    _, found = laid(node("grid", *cards, columns=2, gap=20, width=820))
    assert {round(box[2] - box[0], 3) for box in found} == {400}
    assert found[0][1:4:2] == found[1][1:4:2]
    assert found[2][1] == pytest.approx(found[0][3] + 20)


def test_a_stack_holds_children_at_their_anchors():
    """The stack's align holds all, a child's own anchor wins."""
    stack = node(
        "stack",
        *rects([(10, 10)]),
        node("circle", radius=5, anchor="bottom right"),
        width=200,
        height=100,
        align="top left",
    )
    outer, (first, second) = laid(stack)
    assert first[:2] == outer[:2]
    assert second[2:] == outer[2:]


def test_x_and_y_move_a_child_from_its_place():
    """Within a layout they are offsets and do not push the neighbours."""
    plain = laid(node("row", *rects([(10, 10), (10, 10)])))[1]
    moved = laid(node("row", node("rect", width=10, height=10, x=5, y=-7), *rects([(10, 10)])))[1]
    assert np.allclose(np.subtract(moved[0], plain[0]), (5, -7, 5, -7))
    assert moved[1] == plain[1]


def test_a_growing_child_pushes_its_neighbours_every_frame():
    """Sizes that change are laid out for each frame."""
    grows = node("rect", width=Samples(tuple(float(frame) for frame in range(60))), height=10)
    row = scene(node("row", grows, *rects([(10, 10)]), gap=0, anchor="left", x=0)).items[0]
    assert np.allclose(row.children[1].world[0], np.arange(60))


def test_a_child_keeps_its_place_before_and_after_it_is_seen():
    """Start and end do not make the others jump."""
    row = scene(node("row", node("rect", start=1.0, end=1.5), *rects([(10, 10)]))).items[0]
    places = row.children[1].world
    assert np.all(places == places[:, :1])


def test_a_group_in_a_row_takes_the_room_of_what_it_holds():
    """Without a size of its own a group is as big as its content, and moves as a whole."""
    dots = [node("circle", radius=10, x=x, y=540, name=f"d{x}") for x in (900, 1000)]
    row = scene(node("row", node("group", *dots), *rects([(10, 10)]), gap=0, anchor="left", x=0)).items[0]
    group, rect = row.children
    assert group.width == 120
    assert at(group.children[0].world, 0)[0] == 0
    assert at(rect.world, 0)[0] == 120


def test_containers_nest():
    """A column of rows is as high as its rows and as wide as the widest."""
    rows = [node("row", *rects([(50, 20)] * count), gap=10, name=f"row{count}") for count in (1, 3)]
    outer, _ = laid(node("column", *rows, gap=5))
    assert (outer[2] - outer[0], outer[3] - outer[1]) == (170, 45)


def test_an_animated_card_breaks_its_words_once():
    """Words wrap at the card's largest width and do not jump while it opens."""
    opens = Track("tween", {"a": 0, "b": 500, "seconds": 1})
    card = scene(node("column", node("text", content="word " * 12, size=40), width=opens)).items[0]
    assert len(card.children[0].blocks) == 1
    assert card.children[0].width <= 500
