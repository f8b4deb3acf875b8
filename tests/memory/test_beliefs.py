"""What is believed follows from the evidence: its weight, its age, and what contradicts it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.memory.statements import NOW, START, TEAL, laws, on_day, statements
from workbench.memory.beliefs import Belief, beliefs, in_force
from workbench.memory.evidence import Evidence

GOLD = replace(TEAL, value="gold", said="Always gold.")
WISH = replace(TEAL, stance="wish")


def belief(value: str, *evidence: Evidence, day: float = 400, project: str = "p") -> Belief:
    found = beliefs(evidence, START + timedelta(days=day), project_id=project)
    return next(each for each in found if each.value == value)


@pytest.mark.slow
@laws
@given(st.lists(statements, max_size=12), st.randoms())
def test_order_does_not_matter(evidence: list[Evidence], random) -> None:
    """The same evidence gives the same beliefs, in whatever order it arrives."""
    shuffled = random.sample(evidence, len(evidence))
    assert beliefs(evidence, NOW, project_id="p") == beliefs(shuffled, NOW, project_id="p")


def test_statements_of_one_moment_have_one_order() -> None:
    """Many of the same words and moment, from other messages, are told in one order, and weigh the same."""
    alike = [replace(TEAL, source_id=f"m{number}") for number in range(60)]
    assert beliefs(alike, NOW, project_id="p") == beliefs(alike[::-1], NOW, project_id="p")


def test_statements_are_put_in_order_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of them is copied for it, of which a user may have twenty thousand."""
    monkeypatch.setattr("copy.deepcopy", lambda *_: pytest.fail("a statement was copied"))
    assert len(belief("teal", *(on_day(TEAL, day) for day in range(9))).evidence) == 9


@pytest.mark.slow
@laws
@given(st.lists(statements, max_size=12), st.integers(0, 399))
def test_agreement_raises_confidence(evidence: list[Evidence], day: int) -> None:
    """One more statement for a taste never lowers it."""
    more = on_day(TEAL, day, source_id="one more")
    before = beliefs([*evidence, TEAL], NOW, project_id="p")
    after = beliefs([*evidence, TEAL, more], NOW, project_id="p")
    old, new = (next(b for b in each if (b.value, b.key, b.scope) == ("teal", "accent", "project"))
                for each in (before, after))  # fmt: skip
    assert new.confidence >= old.confidence


@pytest.mark.slow
@laws
@given(st.lists(statements, max_size=12), st.integers(0, 399), st.sampled_from(["refusal", "rival"]))
def test_contradiction_lowers_confidence(evidence: list[Evidence], day: int, how: str) -> None:
    """One more statement against a taste, or for another colour, never raises it."""
    other = replace(TEAL, sign=-1) if how == "refusal" else GOLD
    more = on_day(other, day, source_id="one more")
    old, new = (
        next(
            b
            for b in beliefs(each, NOW, project_id="p")
            if (b.value, b.key, b.scope) == ("teal", "accent", "project")
        )
        for each in ([*evidence, TEAL], [*evidence, TEAL, more])
    )
    assert new.confidence <= old.confidence


@laws
@given(st.floats(0, 3000), st.floats(1, 3000))
def test_age_lowers_confidence(age: float, longer: float) -> None:
    """The longer ago it was said the less sure, and never less than even."""
    young, old = belief("teal", TEAL, day=age), belief("teal", TEAL, day=age + longer)
    assert 0.5 <= old.confidence <= young.confidence
    assert old.high - old.low >= young.high - young.low - 1e-3


@pytest.mark.slow
@laws
@given(st.lists(statements, max_size=12))
def test_the_interval_holds_the_chance(evidence: list[Evidence]) -> None:
    """The nine tenths in the middle lie within 0 and 1 and around the median's side of the mean."""
    for each in beliefs(evidence, NOW, project_id="p"):
        assert 0 <= each.low < each.high <= 1
        assert each.low < each.confidence < each.high


def test_the_interval_is_that_of_the_beta_distribution() -> None:
    """Without evidence it is uniform; with four for and none against its 5 % quantile is 0.05^(1/5)."""
    four = belief("teal", TEAL, day=0)
    assert (four.low, four.high) == pytest.approx((0.05 ** (1 / 5), 0.95 ** (1 / 5)), abs=1e-4)


def test_one_wish_is_not_a_taste_and_two_are() -> None:
    """A single request leaves a leaning; a second one on another day is used."""
    assert belief("teal", WISH, day=1).state == "leaning"
    assert belief("teal", WISH, on_day(WISH, 1), day=1).state == "held"


def test_a_newer_rule_supersedes_and_the_old_one_is_shown() -> None:
    """After "always gold" teal is no longer used, and says since when and by what."""
    old = belief("teal", TEAL, on_day(GOLD, 30), day=31)
    assert (old.state, old.superseded_by, old.until) == ("superseded", "gold", START + timedelta(days=30))
    assert belief("gold", TEAL, on_day(GOLD, 30), day=31).state == "held"


def test_two_colours_in_one_breath_do_not_contradict() -> None:
    """Brand colours named together are both used."""
    both = (TEAL, replace(GOLD, source_id=TEAL.source_id))
    assert [each.state for each in beliefs(both, START, project_id="p")] == ["held", "superseded"]
    assert {each.confidence for each in beliefs(both, START, project_id="p")} == {0.8333}


def test_a_refusal_is_avoided_and_speaks_for_the_opposite() -> None:
    """ "Never fast" is avoided; half of it counts for slow."""
    never = replace(TEAL, key="pace", value="fast", sign=-1)
    assert belief("fast", never, day=0).state == "avoided"
    assert belief("slow", never, day=0).weight_for == never.weight / 2


def test_words_beat_pictures() -> None:
    """What a user says outweighs what several pictures hint at."""
    hints = [replace(on_day(WISH, day), value="gold", source="image") for day in range(6)]
    assert belief("gold", *hints, TEAL, day=6).confidence < belief("teal", *hints, TEAL, day=6).confidence


def test_a_project_goes_before_its_user() -> None:
    """In force are the project's tastes, and the user's where the project has none."""
    personal = replace(TEAL, scope="user")
    mine = beliefs([personal, on_day(GOLD, 1)], START + timedelta(days=2), project_id="p")
    assert [each.value for each in in_force(mine)] == ["gold"]
    other = beliefs([personal, on_day(GOLD, 1)], START + timedelta(days=2), project_id="q")
    assert [each.value for each in in_force(other)] == ["teal"]


def test_other_projects_count_a_little() -> None:
    """A rule of one project is a leaning for the user elsewhere, and a second one makes it a taste."""
    second = on_day(TEAL, 0, project_id="r", source_id="r")
    assert belief("teal", TEAL, day=0, project="q").state == "leaning"
    assert (
        belief(
            "teal", TEAL, second, on_day(second, 0, project_id="s", source_id="s"), day=0, project="q"
        ).state
        == "held"
    )


def test_what_the_user_says_later_in_a_project_outweighs_the_project() -> None:
    """A rule for all, said in a project, ends an older rule of that project; said elsewhere, it does not."""
    never = on_day(TEAL, 10, sign=-1, scope="user", said="I never want teal, use orange instead.")
    orange = replace(never, value="orange", sign=1)
    soon = START + timedelta(days=30)
    found = beliefs([TEAL, never, orange], soon, project_id="p")
    assert [(each.value, each.state, each.scope) for each in in_force(found)] == [
        ("orange", "held", "user"),
        ("teal", "avoided", "user"),
    ]
    old = next(each for each in found if each.scope == "project")
    assert (old.state, old.superseded_by) == ("superseded", "orange")
    elsewhere = [replace(each, project_id="q") for each in (never, orange)]
    assert in_force(beliefs([TEAL, *elsewhere], soon, project_id="p"))[0].value == "teal"


def test_a_project_may_differ_later_from_what_its_user_said_there() -> None:
    """What is said for the project after what was said for everything counts in full."""
    orange = on_day(TEAL, 1, scope="user", value="orange", said="I love orange.")
    teal = on_day(TEAL, 20, said="In this project, always teal.")
    assert in_force(beliefs([orange, teal], START + timedelta(days=30), project_id="p"))[0].value == "teal"
