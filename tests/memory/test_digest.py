"""Older conversation is shortened to whole sentences of the user, rules first, always the same way."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.memory.statements import laws
from workbench.memory.digest import REQUESTS_TRIED, digest, standing_instructions, without_sentences


@dataclass(frozen=True)
class Said:
    text: str
    role: str = "user"


def words(text: str) -> int:
    return len(text.split())


RULE = "Keep every title in lower case from now on."
TALK = [Said(f"Hello! {RULE}"), *(Said(f"Move circle {n} up. Thanks a lot.") for n in range(40))]


def test_rules_stay_word_for_word() -> None:
    """A rule of the first message is kept verbatim, however many requests came after it."""
    found = digest(TALK, 60, words)
    assert found.instructions == (RULE,)
    assert found.requests[-1] == "Move circle 39 up."
    assert found.left_out == 40 - len(found.requests)


def test_only_users_are_quoted() -> None:
    """What the workbench said never becomes an instruction."""
    assert standing_instructions([Said("Always use pink.", "assistant"), Said("Always use teal.")]) == (
        "Always use teal.",
    )


TEXTS = st.sampled_from([RULE, "Never use pink.", "Add a circle.", "Make it blue. Thanks."])


@pytest.mark.slow
@laws
@given(st.lists(TEXTS, max_size=30), st.integers(0, 80))
def test_the_budget_is_kept_with_whole_sentences(texts: list[str], budget: int) -> None:
    """The digest fits, repeats nothing, quotes exactly, and is the same every time."""
    talk = [Said(text) for text in texts]
    found = digest(talk, budget, words)
    sentences = [*found.instructions, *found.requests]
    assert words(found.text) <= budget
    assert len(sentences) == len(set(sentences))
    assert all(any(sentence in text for text in texts) for sentence in sentences)
    assert found == digest(talk, budget, words)


@pytest.mark.slow
@laws
@given(st.integers(20, 200))
def test_rules_go_before_requests(budget: int) -> None:
    """While a rule is left out, no request is told."""
    rules = [Said(f"Always keep rule number {n} in every scene.") for n in range(12)]
    talk = [*rules, Said("Add a circle.")]
    found = digest(talk, budget, words)
    assert len(found.instructions) == 12 or not found.requests


def test_forgotten_sentences_are_not_told() -> None:
    """A forgotten sentence is in no digest and in no message, and its neighbours stay."""
    assert digest(TALK, 60, words, forgotten=[RULE]).instructions == ()
    assert without_sentences(f"Hello! {RULE} Add a circle.", [RULE.upper()]) == "Hello! Add a circle."


def test_questions_are_no_rules() -> None:
    """Asking whether something is always so makes no rule."""
    assert standing_instructions([Said("Do all scenes always fade?")]) == ()


def test_the_search_for_room_ends() -> None:
    """In a conversation of a thousand requests the old ones that find no room are not all weighed."""
    weighed: list[str] = []

    def count(text: str) -> int:
        weighed.append(text)
        return len(text)

    told = digest([Said(f"Move circle {number} a little.") for number in range(1000)], 500, count)
    assert told.requests
    assert told.left_out == 1000 - len(told.requests)
    assert len(weighed) == len(told.requests) + REQUESTS_TRIED


def test_words_said_again_count_where_they_were_said_last() -> None:
    """A request that is repeated is told once, among the newest."""
    said = ["Make it blue.", "Move the circle.", "Make it blue."]
    assert digest([Said(each) for each in said], 500, len).requests == ("Move the circle.", "Make it blue.")
