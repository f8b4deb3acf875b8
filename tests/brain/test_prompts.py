"""The offline director against prompts whose decisions were written down first."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.brain.cards import CARDS
from tests.brain.judging import accuracy, judge, rows
from tests.brain.project import PROJECT
from workbench.brain import Packet, ProjectView
from workbench.brain.lexical import LetterGrams
from workbench.brain.offline import OfflineDirector

PAGE = (Path(__file__).parents[2] / "docs" / "models.md").read_text("utf-8")
WORDS = """
    make delete move "Hi" scene 2 9 the title moon red it bigger and , . to of seconds 3 add remove
    animation at top @Quote swap rename 5s like same as background 12, 19, 31 for Jan features: ` ( [ #
    % twice undo ? then after
"""
PIECES = WORDS.split()


@pytest.fixture(scope="module")
def director() -> OfflineDirector:
    return OfflineDirector()


def misses(judged):
    return [(one.row["prompt"], one.wrong) for one in judged if one.wrong]


@pytest.mark.slow
def test_developed_prompts_are_decided_as_expected(director):
    """Of the prompts that rules were made with, every kind holds nine in ten."""
    judged = [judge(director, row) for row in rows(held_out=False)]
    shares = {kind: right / total for kind, (right, total) in accuracy(judged).items()}
    assert min(shares.values()) >= 0.9, misses(judged)


@pytest.mark.slow
def test_held_out_prompts_hold_their_accuracy(director):
    """Of the 52 prompts that no rule was made with, 50 were right at the first try, and still are."""
    judged = [judge(director, row) for row in rows(held_out=True)]
    assert len(judged) - len(misses(judged)) >= 50, misses(judged)


@pytest.mark.slow
def test_the_page_shows_prompts_that_are_understood(director):
    """Each example of docs/models.md is one of these prompts, and is decided as was written down."""
    section = PAGE.partition("## What the offline director understands\n")[2].partition("\n## ")[0]
    examples = [said for said in re.findall(r"`([^`]+)`", section) if said != "@name"]
    known = {row["prompt"]: row for row in rows()}
    assert len(examples) > 30
    assert [said for said in examples if said not in known] == []
    assert misses([judge(director, known[said]) for said in examples]) == []


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
