"""Words for a part that are not its name count as what an edit is about."""

import pytest

from workbench.brain.plan import EditScene
from workbench.scene.evaluate import evaluate
from workbench.scene.graph import Graph
from workbench.studio.locality import targets_of, touched

SOURCE = 'text("Hello", size=96, weight=800, name="title")\nrect(200, 80, y=800, name="button")\n'


def graph(source: str = SOURCE) -> Graph:
    found = evaluate(source).graph
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("instruction", "targets"),
    [
        ("in scene 1, a bold headline would be nice", {"title"}),
        ("let the CTA pulse", {"button"}),
        ("make it bolder in the last scene", set()),
        ("make the scene darker", {""}),
    ],
)
def test_a_part_is_known_by_the_words_people_use(instruction: str, targets: set[str]) -> None:
    """A headline is the title, a CTA the button; where it takes place is not what it is about."""
    assert targets_of(EditScene("s", instruction), graph()) == targets


def test_an_edit_of_the_headline_is_no_stray_change() -> None:
    """What was asked for by another word is kept, and what was not is still told."""
    step = EditScene("s", "a bold headline in scene 1", "surgical")
    bolder = SOURCE.replace("weight=800", "weight=900")
    assert touched(step, graph(), graph(bolder)).strays == ()
    assert touched(step, graph(), graph(bolder.replace("y=800", "y=700"))).strays
