"""What is expected of a scene is decided by what is where, when and in which colour."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.experiments.scores.assertions import checked_expectation, decided
from workbench.experiments.scores.registry import KINDS, Outcome, Result
from workbench.scene.checks.view import View
from workbench.scene.diff import diff
from workbench.scene.format import Format
from workbench.scene.sandbox import Sandbox
from workbench.studio.evaluator import Checked, Draft, Evaluator

pytestmark = pytest.mark.slow

SCENE = """
background("#0b1020")
text("Quarterly", size=96, x=400, y=300, color="#f8fafc", enter=fade(0.5), start=1, name="title")
text("results", size=60, x=tween(1500, 700, 2), y=700, color="#94a3b8", name="label")
circle(40, x=1600, y=200, fill="#ef4444", start=2, name="dot")
"""


@pytest.fixture(scope="module")
def evaluator() -> Any:
    with Sandbox(workers=1) as sandbox:
        yield Evaluator(sandbox)


def result(evaluator: Evaluator, *sources: str, before: str = "") -> Result:
    checked: list[Checked] = [evaluator.checked(Draft(source, Format())) for source in sources]
    views = []
    for number, each in enumerate(checked, 1):
        assert each.graph, each.findings
        assert each.staged
        views.append((f"scene {number}", View.of(each.graph, each.staged)))
    changes = {}
    if before:
        earlier = evaluator.checked(Draft(before, Format())).graph
        assert earlier
        assert checked[0].graph
        changes["one"] = diff(earlier, checked[0].graph)
    return Result(tuple(views), tuple(checked), changes, 0.75 if before else None)


def holds(found: Result, kind: str, args: Any) -> Outcome:
    return decided(checked_expectation(kind, args), found)


@pytest.mark.parametrize(
    ("kind", "args", "wanted"),
    [
        ("shows", "Quarterly", True),
        ("shows", "Yearly", False),
        ("shows", {"what": "title", "at_least_seconds": 4.9}, False),
        ("appears_before", {"what": "title", "seconds": 1.5}, True),
        ("appears_before", {"what": "title", "seconds": 1.0}, False),
        ("appears_after", {"what": "dot", "seconds": 2}, True),
        ("appears_in_order", {"what": ["label", "title", "dot"]}, True),
        ("appears_in_order", {"what": ["title", "label"]}, False),
        ("ends_within", 2.1, True),
        ("ends_within", 1.5, False),
        ("moves", {"what": "label", "direction": "left", "at_least": 700}, True),
        ("moves_left", "label", True),
        ("moves", {"what": "label", "direction": "right"}, False),
        ("moves", {"what": "title", "direction": "left"}, False),
        ("stays_inside", {"area": "safe"}, True),
        ("stays_inside", {"what": "dot", "area": "right"}, True),
        ("stays_inside", {"what": "dot", "area": "left"}, False),
        ("never_overlap", {"a": "title", "b": "label"}, True),
        ("contrast_at_least", 5, True),
        ("contrast_at_least", 12, False),
        ("contrast_at_least", {"ratio": 12, "what": "title"}, True),
        ("colors_at_most", 4, True),
        ("colors_at_most", 3, False),
        ("on_beat", {"bpm": 60, "what": "dot"}, True),
        ("on_beat", {"bpm": 90, "what": "title"}, False),
        ("scenes", 1, True),
        ("lasts", 5, True),
        ("lasts", 4, False),
        ("has", {"what": "circle"}, True),
        ("has", {"what": "text", "at_least": 3}, False),
        ("uses_image", "logo", False),
    ],
)
def test_each_kind_says_yes_and_no(evaluator: Evaluator, kind: str, args: Any, wanted: bool) -> None:
    """Every assertion holds where it should and fails where it should, and tells what it saw."""
    outcome = holds(result(evaluator, SCENE), kind, args)
    assert outcome.seen.holds is wanted, outcome.seen.told
    assert outcome.seen.told


def test_things_that_cross_overlap(evaluator: Evaluator) -> None:
    """Two things that meet for a moment do overlap, and when is told."""
    crossing = 'text("A", x=tween(300, 1600, 2), y=500, name="a")\ntext("B", x=900, y=500, name="b")\n'
    outcome = holds(result(evaluator, crossing), "never_overlap", {"a": "a", "b": "b"})
    assert not outcome.seen.holds
    assert "overlap by" in outcome.seen.told


def test_edits_are_held_against_what_was_there(evaluator: Evaluator) -> None:
    """What changed and what stayed is told from the graphs before and after."""
    found = result(evaluator, SCENE.replace("#94a3b8", "#22c55e"), before=SCENE)
    assert holds(found, "changed", "label").seen.holds
    assert not holds(found, "changed", "title").seen.holds
    assert holds(found, "unchanged", ["title", "dot"]).seen.holds
    assert not holds(found, "unchanged", "label").seen.holds
    assert holds(found, "locality_at_least", 0.7).seen.holds
    assert not holds(found, "locality_at_least", 0.9).seen.holds
    assert not holds(result(evaluator, SCENE), "locality_at_least", 0.1).seen.holds


def test_one_scene_may_show_it_but_every_scene_must_be_readable(evaluator: Evaluator) -> None:
    """Something shown is asked of some scene, contrast of each; a number means that scene."""
    faint = 'background("#0b1020")\ntext("Faint", size=90, color="#1e293b", name="faint")\n'
    found = result(evaluator, SCENE, faint)
    assert holds(found, "shows", "Quarterly").seen.holds
    assert not holds(found, "shows", {"what": "Quarterly", "scene": 2}).seen.holds
    outcome = holds(found, "contrast_at_least", 4.5)
    assert not outcome.seen.holds
    assert outcome.seen.told.startswith("scene 2")


def test_without_a_scene_nothing_holds() -> None:
    """No scene to look at is a failure, never a pass."""
    for kind in KINDS.values():
        if kind.over != "whole":
            needed = {name: p for name, p in kind.parameters.items() if p.default is p.empty}
            args: dict[str, Any] = {
                name: "x" if "str" in str(p.annotation) else 1 for name, p in needed.items()
            }
            if kind.name == "moves":
                args["direction"] = "left"
            assert not holds(Result(), kind.name, args).seen.holds
