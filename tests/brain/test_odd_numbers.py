"""Numbers in prompts that are none, or that have more digits than anybody means, are no fault of ours."""

from __future__ import annotations

import pytest

from tests.brain.cards import CARDS
from tests.brain.project import SCENES
from workbench.brain import Packet, ProjectView
from workbench.brain.offline import OfflineDirector
from workbench.brain.quoting import set_aside
from workbench.brain.targets import mentions

ASKED = """
    delete scene {}|delete scenes 1 to {}|make @{} red|make @scene{} red|delete the first {} scenes
    move scene 1 to position {}|move scene 1 down by {}|add a title at position {}
    add a title between {} and 2|make the {}th scene red|make it {} seconds long|make the title {} px
    set the weight of the title to {}|rotate the title by {} degrees|fade the title in over {} seconds
    make the title {}% bigger|show {} features|add a counter to {}|show it at {} fps
"""


@pytest.mark.parametrize("asked", [each.strip() for each in ASKED.strip().replace("\n", "|").split("|")])
def test_odd_numbers_are_read_all_the_same(asked: str) -> None:
    """Digits of other kinds, hundreds of them, a number larger than anything here."""
    director = OfflineDirector()
    for digits in ("²", "٣", "9" * 400, "999999999"):
        director.decide(Packet(asked.format(digits), ProjectView("Film", SCENES), CARDS))


@pytest.mark.slow
@pytest.mark.parametrize("asked", ["delete scene {}", "make @scene{} red", "move scene 1 to position {}"])
def test_numbers_of_thousands_of_digits_are_read_all_the_same(asked: str) -> None:
    """Python itself refuses to read so many."""
    OfflineDirector().decide(Packet(asked.format("9" * 5000), ProjectView("Film", SCENES), CARDS))


def test_a_list_of_a_thousand_million_scenes_is_cut_short() -> None:
    """It names the scenes that are there, and some that are not."""
    text = "delete scenes 1 to 999999999"
    found = mentions(text, set_aside(text), ProjectView("Film", SCENES))
    assert [each.id for each in found.scenes] == [each.id for each in SCENES]
    assert len(found.unknown) == 50 - len(SCENES)
