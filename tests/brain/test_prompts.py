"""The offline director against prompts whose decisions were written down first."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.brain.cards import CARDS
from tests.brain.judging import judge, rows
from tests.brain.project import PROJECT
from workbench.brain import Packet, ProjectView
from workbench.brain.lexical import LetterGrams
from workbench.brain.offline import OfflineDirector

WORDS = """
    make delete move "Hi" scene 2 9 the title moon red it bigger and , . to of seconds 3 add remove animation
    at top @Quote swap rename 5s like same as background 12, 19, 31 for Jan features: ` ( [ # % twice undo ? then
"""
PIECES = WORDS.split()


@pytest.fixture(scope="module")
def director() -> OfflineDirector:
    return OfflineDirector()


@pytest.mark.slow
def test_developed_prompts_are_decided_as_expected(director):
    """Of the prompts that rules were made with, all kinds hold the accuracy that was measured."""
    judged = [judge(director, row) for row in rows(held_out=False)]
    missed = [(one.row["prompt"], one.wrong) for one in judged if one.wrong]
    assert len(missed) <= 0.02 * len(judged), missed


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(words=st.lists(st.sampled_from(PIECES), max_size=14))
def test_no_prompt_breaks_the_director(words):
    """Whatever words come in whatever order, there is a plan, and every edit can be tried."""
    director = OfflineDirector(LetterGrams)
    packet = Packet(" ".join(words), PROJECT, CARDS)
    plan = director.decide(packet).plan
    assert bool(plan.steps) == (plan.outcome == "steps")
    assert plan.steps or plan.message


@pytest.mark.slow
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(text=st.text(max_size=120))
def test_no_text_breaks_an_empty_project(text):
    """Any text at all, in a project without scenes, ends in a plan."""
    plan = OfflineDirector(LetterGrams).decide(Packet(text, ProjectView(), CARDS)).plan
    assert plan.steps or plan.message
