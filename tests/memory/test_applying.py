"""What memory tells a model and the director follows its beliefs, within the budget."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.memory.statements import NOW, START, TEAL, laws, on_day, statements
from workbench.memory.applying import hints, packet_section
from workbench.memory.beliefs import beliefs, in_force
from workbench.memory.evidence import Evidence

AVOID = replace(TEAL, value="pink", sign=-1, said="Never pink.")


def words(text: str) -> int:
    return len(text.split())


def test_lines_say_what_for_whom_and_why() -> None:
    """Each line has the taste, its scope, how sure it is, and the user's words."""
    held = beliefs([TEAL, on_day(AVOID, 1)], START + timedelta(days=1), project_id="p")
    assert packet_section(held, 200, words).text.splitlines() == [
        '- accent colour: avoid pink (this project, 90% sure: "Never pink.")',
        '- accent colour: use teal (this project, 83% sure: "Always teal.")',
    ]


@pytest.mark.slow
@laws
@given(st.lists(statements, max_size=20), st.integers(0, 120))
def test_the_budget_is_kept_and_lines_stay_whole(evidence: list[Evidence], budget: int) -> None:
    """Nothing exceeds the budget, no line is cut, and every line is either told or listed as left out."""
    held = beliefs(evidence, NOW, project_id="p")
    section = packet_section(held, budget, words)
    lines = section.text.splitlines()
    assert section.tokens <= budget
    assert all(line.startswith("- ") and line.endswith(")") for line in lines)
    assert len(lines) + len(section.left_out) == len(in_force(held))


@pytest.mark.slow
@laws
@given(st.lists(statements, max_size=20), st.sampled_from(["teal", "gold", "fast"]))
def test_forgetting_removes_every_trace(evidence: list[Evidence], value: str) -> None:
    """Without the evidence for a value neither lines nor hints mention it."""
    kept = [each for each in evidence if each.value != value and each.key != "pace"]
    held = beliefs(kept, NOW, project_id="p")
    assert value not in packet_section(held, 10_000, words).text
    assert all(hint.value != value for hint in hints(held))


def test_a_wish_that_no_scene_can_meet_says_so() -> None:
    """A model is told that there is no serif font; being asked to avoid one is no trouble."""
    serif = replace(TEAL, key="typeface", value="serif", said="Always serif.")
    for sign, told in ((1, True), (-1, False)):
        held = beliefs([replace(serif, sign=sign)], START, project_id="p")
        assert ("there is no serif font, only sans and mono" in packet_section(held, 200, words).text) is told


def test_hints_give_the_day() -> None:
    """A hint says what the user asked for and when."""
    (hint,) = hints(beliefs([TEAL], START, project_id="p"))
    assert (hint.key, hint.value, hint.avoid) == ("accent", "teal", False)
    assert hint.because == "because you asked for teal on 1 January 2026"


def test_hints_never_put_words_into_a_mouth() -> None:
    """Somebody who asked against fast is not told to have asked for slow."""
    never = replace(TEAL, key="pace", value="fast", sign=-1)
    twice = beliefs([never, on_day(never, 1)], START + timedelta(days=1), project_id="p")
    slow = next(hint for hint in hints(twice) if not hint.avoid)
    assert (slow.value, slow.because) == ("slow", "because you asked against fast on 2 January 2026")


def test_edits_and_pins_are_not_called_words() -> None:
    """What came from an edit or a pin says so."""
    edits = [
        replace(on_day(TEAL, day), source="edit", stance="wish", said="accent teal by hand")
        for day in range(4)
    ]
    (edited,) = hints(beliefs(edits, START + timedelta(days=4), project_id="p"))
    assert edited.because == "because of your own edit on 4 January 2026 (accent teal by hand)"
    (pinned,) = hints(beliefs([], START, project_id="p", pins=[("project", "pace", "fast")]))
    assert pinned.because == "because you pinned pace fast"
