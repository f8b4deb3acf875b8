"""Masks in the language, the layout, the checks and under the mouse."""

import json

import numpy as np
import pytest

from tests.scene.looking import codes_of, findings_of, graph_of, the
from tests.scene.making import node, scene
from tests.scene.sandboxes import nodes, run
from workbench.memory.relations import look_of
from workbench.scene.admit import Refused, admit
from workbench.scene.diff import diff
from workbench.scene.format import Format
from workbench.scene.limits import Limits
from workbench.scene.pointing import item_at
from workbench.scene.staged import at

MASKED = """
with group(name="reveal"):
    with mask({mask}):
        {shape}
    {held}
"""


def masked(shape: str = "circle(200)", held: str = "rect(width, height)", mask: str = "") -> str:
    return MASKED.format(mask=mask, shape=shape, held=held)


def test_a_mask_is_a_node_of_its_group():
    """It stands where it was written and keeps what it was given."""
    found = nodes(masked(mask="invert=True, opacity=tween(0, 1), start=0.5, enter=fade()"))
    mask = found["mask-1"]
    assert [child.id for child in found["reveal"].children] == ["mask-1", "rect-1"]
    assert (mask.kind, mask.props["invert"], mask.start, mask.enter.kind) == ("mask", True, 0.5, "fade")


@pytest.mark.parametrize(
    ("source", "line", "column", "message"),
    [
        ("circle(9)\nwith mask():\n    circle(9)", 2, 6, "mask() stands outside of a group()."),
        (
            "with row():\n    with mask():\n        circle(9)",
            2,
            10,
            "mask() stands inside row-1, which is no group().",
        ),
        (
            "with group(name='card'):\n    with mask():\n        with mask():\n            circle(9)",
            3,
            14,
            "mask() stands inside mask-1, which is no group().",
        ),
        (
            "with group(name='card'):\n    mask()\n    with mask(invert=True):\n        circle(9)",
            3,
            10,
            "card has a mask already.",
        ),
    ],
)
def test_a_mask_in_the_wrong_place_is_told_where_it_stands(source, line, column, message):
    """The finding says what is wrong, at the line and column of the mask, and what to do."""
    (finding,) = run(source).findings
    assert (finding.code, finding.message) == ("argument", message)
    assert (finding.line, finding.column) == (line, column)
    assert finding.fix


@pytest.mark.parametrize("given", ["shadow=shadow()", 'blend="screen"', "clip=True"])
def test_a_mask_takes_nothing_that_would_have_no_effect(given):
    """What a mask is not painted with is no argument of it."""
    (finding,) = run(masked(mask=given)).findings
    assert finding.message == f"mask() has no argument {given.split('=')[0]}."


@pytest.mark.parametrize(
    "given",
    [
        [{"kind": "mask"}],
        [{"kind": "row", "children": [{"kind": "mask"}]}],
        [{"kind": "group", "children": [{"kind": "mask"}, {"kind": "mask"}]}],
    ],
)
def test_what_a_worker_hands_over_has_no_mask_in_a_wrong_place(given):
    """The graph is refused even when the sandbox's own rule was got round."""

    def whole(data):
        children = [whole(child) for child in data.get("children", ())]
        return {"id": data["kind"], "line": 7, "props": {}, **data, "children": children}

    result = json.dumps(
        {"background": {"paint": "#000", "line": None}, "nodes": list(map(whole, given)), "params": []}
    )
    with pytest.raises(Refused) as refused:
        admit(result, Format(), 1.0, frozenset(), Limits())
    assert (refused.value.finding.code, refused.value.finding.line) == ("argument", 7)


def test_a_masked_group_draws_where_its_mask_and_its_content_meet():
    """Its ink is what both have in common; an inverted mask may leave all of it."""
    for invert, box in ((False, (860, 440, 1060, 640)), (True, (760, 390, 1160, 690))):
        mask = node("mask", node("circle", radius=100, name="disc"), invert=invert)
        group = scene(node("group", mask, node("rect", width=400, height=300))).items[0]
        assert at(group.ink, 0) == box


def test_a_mask_takes_no_room_in_a_row():
    """A masked group is as wide as what it holds, whatever the size of the mask."""
    mask = node("mask", node("rect", width=900, height=900, name="sheet"))
    held = node("rect", width=120, height=80, name="held")
    neighbour = node("rect", width=10, height=10, name="neighbour")
    group = scene(node("row", node("group", mask, held), neighbour)).items[0].children[0]
    assert (group.width, group.height) == (120, 80)
    around = np.add(at(group.children[1].world, 0), (-390, -410, 390, 410))
    assert at(group.mask.children[0].world, 0) == pytest.approx(tuple(around))


QUIET = {
    "a word is filled by a moving gradient": masked(
        'text("SUMMER", size=300, weight=900, enter=rise())',
        'rect(width, height, fill=linear("#f97316", "#38bdf8", angle=wave(40, 4)))',
    ),
    "a picture is revealed by a growing circle": masked(
        "circle(tween(0, 1200, 1.2))", 'image("logo.png", width=width, height=height)'
    ),
    "a word is cut out of a card": masked(
        'text("OPEN", size=300, weight=900)', "rect(1400, 600, radius=40, enter=rise())", "invert=True"
    ),
    "a word parts in two": """
for side in (-1, 1):
    with group(y=side * tween(0, 30, 1, start=1)):
        with mask():
            rect(width, height / 2, y=height / 2 + side * height / 4)
        text("SPLIT", size=300, weight=900)
""",
    "a dark text gives way to a light one where a panel passes": """
background("#f8fafc")
edge = tween(0, 1920, 2, start=0.5)
with group():
    with mask(invert=True):
        rect(edge, height, x=0, anchor="left")
    text("Before", size=200, color="#0f172a")
with group():
    with mask():
        rect(edge, height, x=0, anchor="left")
    rect(width, height, fill="#0f172a")
    text("After", size=200, color="#f8fafc")
""",
    "the shapes of a mask lie over a text and outside of the picture": """
text("In the open", size=120, enter=fade())
with group():
    with mask():
        rect(800, 400)
        circle(300, x=-900)
    circle(90, y=900, fill="#f472b6")
""",
}


@pytest.mark.parametrize("name", QUIET)
def test_a_mask_that_is_meant_draws_no_finding(name):
    """Nodes that only decide where others show are not judged as if they were seen."""
    assert [str(finding) for finding in findings_of(QUIET[name])] == []


def test_what_a_mask_hides_for_good_is_not_there():
    """A scene whose only node never comes under its mask shows nothing."""
    source = masked("circle(100, x=200)", "circle(100, x=1700, fill=tween('red', 'blue'))")
    assert "nothing-visible" in codes_of(source)
    assert "nothing-visible" not in codes_of(source.replace("x=1700", "x=250"))


def test_a_mask_that_never_begins_hides_its_group():
    """An inverted one leaves it whole."""
    late = masked("circle(900)", "circle(100, fill=tween('red', 'blue'))", "start=9")
    assert set(codes_of(late)) == {"nothing-visible", "never-settles"}
    assert set(codes_of(late.replace("start=9", "start=9, invert=True"))) == {"never-settles"}


def test_words_that_are_a_mask_are_reading_matter():
    """They have to be large enough, long enough and inside the picture like any words."""
    sheet = "rect(width, height, fill=tween('#f97316', '#38bdf8', 4))"
    assert "text-too-small" in codes_of(masked('text("terms and conditions", size=12)', sheet))
    assert the("off-canvas", masked('text("Welcome aboard", size=96, x=1800)', sheet)).node == "text-1"
    brief = masked('text("Our new plan gives every team twice the storage", size=50, start=4.5)', sheet)
    assert "too-brief" in codes_of(brief)


def test_a_missing_picture_in_a_mask_is_found():
    """A mask made of a picture that is not there would be its marked box."""
    assert the("missing-asset", masked('image("sun.png")')).node == "image-1"


def test_a_text_is_judged_on_what_the_same_mask_lets_show():
    """Dark words on a dark sheet are dark wherever the mask is; beside the mask nobody can tell."""
    words = 'text("Hard to read", size=90, color="#1e293b", enter=fade())'
    inside = f'rect(width, height, fill="#0b1020")\n    {words}'
    assert "contrast" in codes_of('background("#ffffff")\n' + masked("circle(900)", inside))
    beside = masked("circle(900)", 'rect(width, height, fill="#ffffff")')
    assert "contrast" not in codes_of(beside + 'text("On what?", size=90, color="#0b1020", enter=fade())\n')


@pytest.mark.parametrize(("x", "y", "hit"), [(960, 540, "sheet"), (1500, 540, None), (960, 900, None)])
def test_a_click_finds_what_shows_through_a_mask(x, y, hit):
    """Within the mask it is the content, outside nothing of the group is there."""
    mask = node("mask", node("circle", radius=200, name="disc"))
    staged = scene(node("group", mask, node("rect", width=1200, height=900, name="sheet")))
    found = item_at(staged, 0, x, y)
    assert (found and found.node.id) == hit


def test_a_click_on_words_that_are_a_mask_finds_the_words():
    """They lie above what fills them."""
    words = node("text", content="OPEN", size=300, name="words")
    staged = scene(node("group", node("mask", words), node("rect", width=1200, height=900, name="sheet")))
    assert item_at(staged, 0, 960, 540).node.id == "words"


def test_a_change_of_a_mask_is_told_in_plain_words():
    """What came and what changed is said by the mask's name."""
    before, after = graph_of(masked()), graph_of(masked(mask="invert=True", shape="circle(300)"))
    assert diff(before, after).describe() == [
        "mask-1: invert unset -> on",
        "circle-1: radius 200 -> 300",
    ]
    bare = graph_of('with group(name="reveal"):\n    rect(width, height)\n')
    assert diff(bare, before).describe() == ["mask-1 added"]


def test_the_colours_of_a_mask_are_not_the_scene_s():
    """A palette is of what is seen."""
    look = look_of(graph_of(masked('circle(90, fill="#ff00ff")', 'rect(9, 9, fill="#38bdf8")')))
    assert "#ff00ff" not in dict(look.palette)
    assert "#38bdf8" in dict(look.palette)
