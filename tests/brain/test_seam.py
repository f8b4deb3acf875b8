"""The seam between the workbench and its models: plans, packets, the scripted model, retrieval."""

import pytest

from tests.brain.cards import CARDS, card
from workbench.brain import (
    AddScene,
    ApplyTemplate,
    DeleteScene,
    DuplicateScene,
    EditScene,
    MoveScene,
    Packet,
    Plan,
    Redo,
    RenameProject,
    RenameScene,
    ScriptedModel,
    SetDuration,
    SetFormat,
    SetTransition,
    Undo,
    Writing,
)
from workbench.brain.lexical import Bm25, LetterGrams
from workbench.brain.meaning import similarity
from workbench.brain.model import Usage
from workbench.brain.retrieval import Retrieval
from workbench.errors import ModelFailed
from workbench.studio.actions import read_action

STEPS = (
    AddScene("hero", {"title": "Hi"}, "Intro", 5.0, 1, ("title",), because="it was asked"),
    ApplyTemplate("a", "hero", {"title": "Hi"}, ("title",)),
    SetDuration("a", 3.0),
    RenameScene("a", "b"),
    DuplicateScene("a"),
    MoveScene("a", 2),
    DeleteScene("a"),
    SetTransition("a", "fade"),
    SetFormat("9:16"),
    RenameProject("b"),
    Undo(),
    Redo(),
)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.kind)
def test_every_step_is_an_action(step):
    """The studio reads each step's plain data as one of its actions."""
    assert read_action(step.action()).why == step.because


def test_an_edit_is_no_action_before_it_is_written():
    """An edit has no source yet, and says how it gets one."""
    with pytest.raises(TypeError, match=r"Model\.write"):
        EditScene("a", "make it red").action()


def test_a_plan_is_plain_data():
    """A plan tells each step's kind for programs that listen."""
    data = Plan("steps", STEPS).as_dict()
    assert [step["kind"] for step in data["steps"]] == [step.kind for step in STEPS]


def test_scripted_model_answers_in_order_and_then_fails():
    """The fake hands out what it was given, keeps what it heard, and never invents."""
    model = ScriptedModel([Plan("answer", message="one")], ["circle(9)"])
    heard: list[str] = []
    assert model.decide(Packet("first")).plan.message == "one"
    assert model.write(Packet("second"), EditScene("a", "x"), on_text=heard.append).source == "circle(9)"
    assert [packet.prompt for packet in model.heard] == ["first", "second"]
    assert heard == ["circle(9)"]
    with pytest.raises(ModelFailed):
        model.decide(Packet("third"))


def test_a_writing_may_be_scripted_whole():
    """Parameters and refusals can be scripted as well as text."""
    writing = Writing(Usage.local("scripted"), cannot="no")
    assert ScriptedModel(writings=[writing]).write(Packet(""), EditScene("a", "x")) is writing


QUERIES = (
    ("show our sales as bars", "growth-graph"), ("confetti burst for the party", "particles"),
    ("somebody types into a shell", "typing"), ("a sign up button", "sign-in"),
    ("ein Diagramm mit Verkaufszahlen", "growth-graph"), ("the brand's mark", "logo-reveal"),
    ("bank account balance", "fintech"), ("snippet of a program", "code"),
)  # fmt: skip


@pytest.mark.slow
def test_meaning_finds_the_template():
    """Paraphrases, also in another language, find their template among the first three."""
    retrieval = Retrieval(CARDS)
    assert retrieval.engine == "sentence encoder"
    missed = [q for q, wanted in QUERIES if wanted not in [m.card.id for m in retrieval.rank(q)[:3]]]
    assert missed == []


@pytest.mark.slow
def test_nonsense_means_nothing():
    """Words from nowhere are told from descriptions."""
    retrieval = Retrieval(CARDS)
    assert not retrieval.means_something(retrieval.rank("asdf qwer"))
    assert retrieval.means_something(retrieval.rank("a chart of sales"))


def test_letters_forgive_slips():
    """The fallback finds a template through typing mistakes."""
    ranked = Retrieval(CARDS, LetterGrams).rank("partcles explosin")
    assert ranked[0].card.id == "particles"


def test_no_templates_give_no_match():
    """An empty shelf is no error."""
    assert Retrieval(()).rank("anything") == []
    assert similarity([]).similarities("x") == []


def test_rare_words_weigh_more():
    """A word that one text alone has beats a word that all have."""
    first, second = Bm25(["common rare", "common common"]).scores("common rare")
    assert first > second > 0


def test_cards_satisfy_the_protocol():
    """A template is whatever has a card's properties."""
    assert Retrieval([card("x", "text", "a, b", "About x.", "title")]).cards[0].id == "x"
