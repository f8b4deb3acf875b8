"""A project remembers what its user said and did, uses it, says why, and forgets on request."""

import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from workbench.brain.model import ScriptedModel
from workbench.brain.offline import OfflineDirector
from workbench.brain.plan import AddScene, Plan, Undo
from workbench.clock import FrozenClock
from workbench.errors import NotFound
from workbench.studio.remembering import LATEST_MESSAGES, Memory
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

NOTHING = Plan("answer", message="Noted.")
SOURCE = 'text("Hi", size=80, color="#ffffff")'


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def offline(tmp_path: Path, clock: FrozenClock) -> Iterator[Workspace]:
    with Workspace(Settings(data=tmp_path), model=OfflineDirector(), clock=clock) as workspace:
        yield workspace


def told(memory: Memory) -> str:
    recalled = memory.recall()
    return "\n".join([*(s.text for s in recalled.sections), *(t.text for t in recalled.conversation)])


def hear(studio: Studio, *prompts: str) -> None:
    for prompt in prompts:
        studio.memory.hear(studio.workspace.messages.add(studio.project_id, "user", prompt))


def uses(studio: Studio) -> dict[str, str]:
    return {belief.key: belief.value for belief in studio.memory.in_force}


@pytest.mark.slow
def test_a_changed_memory_changes_the_packet_and_the_outcome(offline: Workspace) -> None:
    """After "from now on teal" the next scene is teal and says why; once forgotten it no longer is."""
    studio = Studio(offline, offline.project("Film", create=True))
    hear(studio, "From now on use teal accents.")
    assert "use teal" in told(studio.memory)
    first = studio.ask('A title card saying "Hello"')
    assert studio.scene(1).params["accent"] == "#14b8a6"
    assert "The accent colour is teal, because you asked for teal on 1 January 2026." in first.text
    studio.memory.forget("accent", "teal")
    second = studio.ask('Add a title card saying "Goodbye"')
    assert "accent" not in studio.scene("last").params
    assert "teal" not in second.text


@pytest.mark.slow
def test_the_models_words_teach_nothing(studio: Studio, model: ScriptedModel) -> None:
    """Whatever a model says or writes, only the user's words are evidence."""
    words = "You always want pink. From now on I use pink accents everywhere."
    plan = Plan("steps", (AddScene("title", {"accent": "#ff00ff"}, because=words),), message=words)
    model._plans.append(plan)
    studio.ask("Add a title")
    assert studio.memory.beliefs == ()


@pytest.mark.slow
def test_forgetting_removes_every_trace(studio: Studio, model: ScriptedModel) -> None:
    """What is forgotten leaves tastes, digest and conversation; a fresh studio does not find it either."""
    model._plans += [NOTHING] * (LATEST_MESSAGES + 2)
    studio.ask("Never use pink. Add a circle.")
    studio.ask("I love pink elephants, always use pink accents.")
    assert "pink" in told(studio.memory)
    studio.memory.forget("accent", "pink")
    assert "pink" not in told(studio.memory)
    for number in range(LATEST_MESSAGES):
        studio.ask(f"Add circle {number}")
    again = Studio(studio.workspace, studio.project)
    assert "pink" not in told(again.memory)
    assert "Add a circle." in told(again.memory)


@pytest.mark.slow
def test_an_early_rule_is_told_after_many_messages(studio: Studio, model: ScriptedModel) -> None:
    """What was said for good in the first message reaches the packet of the sixtieth, word for word."""
    model._plans += [NOTHING] * 60
    studio.ask("Write all titles in lower case from now on.")
    for number in range(59):
        studio.ask(f"Move circle {number} a little")
    packet = model.heard[-1]
    assert any("Write all titles in lower case from now on." in each.text for each in packet.sections)
    assert len(packet.conversation) == LATEST_MESSAGES


def test_what_was_made_of_old_prompts_is_not_loaded(offline: Workspace) -> None:
    """Recalling a long conversation reads its words alone; what was made of each prompt stays where it is."""
    studio = Studio(offline, offline.project("long", create=True))
    take = {"steps": "x" * 50_000}
    for number in range(200):
        role = "assistant" if number % 2 else "user"
        offline.messages.add(studio.project_id, role, f"Move circle {number} a little.", take=take)
    studio.memory.recall()
    tracemalloc.start()
    try:
        recalled = studio.memory.recall()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "Move circle 174 a little." in "".join(each.text for each in recalled.sections)
    assert peak < 2_000_000


@pytest.mark.slow
def test_the_latest_messages_are_told_whole(studio: Studio, model: ScriptedModel) -> None:
    """A long request is told to its last word ten prompts later; what has no room is named by its number."""
    model._plans += [NOTHING] * 10
    long = f"Move the title {'a little to the left and then ' * 12}into the corner"
    studio.ask("Add a title")
    studio.ask(long)
    for number in range(8):
        studio.ask(f"Move circle {number} a little")
    assert long in studio.packet("go on").text
    small = studio.packet("go on", most_tokens=700)
    assert long not in small.text
    assert any(line.startswith("message 3 (") for line in small.left_out)


@pytest.mark.slow
def test_a_font_that_cannot_be_had_is_not_promised(studio: Studio, model: ScriptedModel) -> None:
    """A rule for serif is kept in mind, and the answer says that there is no such font."""
    model._plans.append(Plan("steps", (AddScene("title"),)))
    take = studio.ask("Add a title. From now on use a serif typeface.")
    assert "keep in mind: serif (typeface). But there is no serif font, only sans and mono." in take.text


def test_an_edit_by_hand_teaches_and_its_undo_takes_it_back(studio: Studio) -> None:
    """Two sizes raised by hand make large type a leaning; undo leaves no belief behind."""
    studio.add_scene(source=SOURCE)
    studio.save_scene(1, source=SOURCE.replace("80", "140"))
    (large,) = studio.memory.beliefs
    assert (large.key, large.value, large.state) == ("type_size", "large", "leaning")
    deeds: list[str] = []
    studio.on(lambda event: deeds.append(event.data["deed"]), "memory_changed")
    studio.undo()
    assert deeds == ["withdrawn"]
    assert studio.memory.beliefs == ()


@pytest.mark.slow
def test_undoing_by_prompt_takes_back_what_the_prompt_taught(studio: Studio, model: ScriptedModel) -> None:
    """A wish whose result was undone no longer counts."""
    model._plans += [Plan("steps", (AddScene("title"),)), Plan("steps", (Undo(),))]
    studio.ask("Add a title, make it faster")
    assert [belief.value for belief in studio.memory.beliefs] == ["fast"]
    studio.ask("undo that")
    assert studio.memory.beliefs == ()


@pytest.mark.parametrize("switch", ["learning", "teachable"])
def test_learning_can_be_switched_off(studio: Studio, switch: str) -> None:
    """For good, or through the object that a program drives: neither words nor edits teach."""
    setattr(studio.memory, switch, False)
    hear(studio, "Always use teal.")
    studio.add_scene(source=SOURCE)
    studio.save_scene(1, source=SOURCE.replace("80", "140"))
    assert studio.memory.beliefs == ()
    again = Studio(studio.workspace, studio.project)
    assert again.memory.learning is (switch == "teachable")


def test_learning_stays_off_in_its_project_until_it_is_switched_on(workspace: Workspace) -> None:
    """Opened anew, after undo and forgetting: nothing is learned there. What is known stays."""
    studio = Studio(workspace, workspace.project("One", create=True))
    hear(studio, "From now on use teal accents.")
    studio.add_scene(source=SOURCE)
    studio.memory.learning = False
    studio.memory.learning = False
    studio.undo()
    assert uses(studio) == {"accent": "teal"}
    again = Studio(workspace, studio.project)
    again.memory.forget_all()
    again.memory.forget_all(scope="user")
    hear(again, "Always use pink accents.")
    assert again.memory.beliefs == ()
    assert not again.memory.learning
    assert "Nothing is learned in this project" in again.memory._repr_mimebundle_()["text/html"]
    other = Studio(workspace, workspace.project("Other", create=True))
    hear(other, "From now on use teal accents.")
    assert uses(other) == {"accent": "teal"}
    again.memory.learning = True
    hear(studio, "From now on use pink accents.")
    assert uses(studio) == {"accent": "pink"}


def test_project_and_user(workspace: Workspace) -> None:
    """What the user always likes holds in other projects; what one project wants stays there."""
    one = Studio(workspace, workspace.project("One", create=True))
    other = Studio(workspace, workspace.project("Other", create=True))
    hear(one, "I prefer rounded corners.", "From now on use teal accents in all scenes.")
    assert uses(one) == {"corners": "round", "accent": "teal"}
    assert uses(other) == {"corners": "round"}
    hear(other, "All scenes get sharp corners.")
    assert uses(other) == {"corners": "sharp"}
    assert uses(one)["corners"] == "round"


def test_pinned_tastes_do_not_fade(workspace: Workspace, studio: Studio) -> None:
    """A pin holds against newer wishes and is let go by unpin."""
    studio.memory.pin("accent", "gold")
    hear(studio, "Always use teal.")
    assert uses(studio) == {"accent": "gold"}
    studio.memory.unpin("accent", "gold")
    assert uses(studio) == {"accent": "teal"}


def test_beliefs_fade_with_time(offline: Workspace, clock: FrozenClock) -> None:
    """After two years without a word a taste is known, and no longer used."""
    studio = Studio(offline, offline.project("Film", create=True))
    hear(studio, "Always use teal.")
    clock.advance(timedelta(days=730).total_seconds())
    assert uses(studio) == {}
    assert [belief.value for belief in studio.memory.beliefs] == ["teal"]


def test_what_faded_says_so(offline: Workspace, clock: FrozenClock) -> None:
    """The table tells a rule that grew old from a wish that never was sure enough."""
    studio = Studio(offline, offline.project("Old", create=True))
    hear(studio, "From now on use teal accents.", "Make it slower.")
    assert "faded" not in studio.memory._repr_mimebundle_()["text/html"]
    clock.advance(timedelta(days=400).total_seconds())
    card = studio.memory._repr_mimebundle_()["text/html"]
    assert card.count("faded; say it again or pin it") == 1
    assert "not sure enough to use" in card


def test_forgetting_a_taste_forgets_what_was_said_against_its_opposite(studio: Studio) -> None:
    """ "Not so fast" means slow: forgetting slow takes those words away and leaves the wish for fast."""
    hear(studio, "Make it faster.", "Not so fast.")
    assert {each.value for each in studio.memory.beliefs} == {"fast", "slow"}
    assert studio.memory.forget("pace", "slow", scope="project") == 1
    assert [(each.sign, each.said) for each in studio.memory.why("pace")] == [(1, "Make it faster.")]
    assert "Not so fast" not in told(studio.memory)


def test_what_was_forgotten_comes_back(offline: Workspace, clock: FrozenClock) -> None:
    """A rule and its pin, with their words, for a week; after that it is refused as not there."""
    studio = Studio(offline, offline.project("Film", create=True))
    hear(studio, "From now on use teal accents.")
    studio.memory.pin("accent", "teal")
    before = studio.memory.beliefs
    studio.memory.forget("accent", "teal")
    assert (studio.memory.beliefs, "teal" in told(studio.memory)) == ((), False)
    assert [(each.value, each.pinned) for each in studio.memory.forgotten] == [("teal", True)]
    shown = studio.memory._repr_mimebundle_()["text/html"]
    assert "Forgotten in the last week: teal (accent colour)." in shown
    assert studio.memory.unforget("accent", "teal") == 1
    assert (studio.memory.beliefs, studio.memory.forgotten) == (before, ())
    assert "teal" in told(studio.memory)
    assert studio.memory.forget_all() == 1
    clock.advance(timedelta(days=7, seconds=1).total_seconds())
    with pytest.raises(NotFound, match="lately forgotten accent colour"):
        studio.memory.unforget("accent", "teal")


def test_what_was_said_against_the_opposite_comes_back_too(studio: Studio) -> None:
    """Forgetting slow took "not so fast" away; bringing slow back returns it, and leaves fast alone."""
    hear(studio, "Make it faster.", "Not so fast.")
    before = studio.memory.beliefs
    studio.memory.forget("pace", "slow", scope="project")
    assert {each.value for each in studio.memory.forgotten} == {"fast", "slow"}
    assert studio.memory.unforget("pace", "slow", scope="project") == 1
    assert [(each.value, each.evidence) for each in studio.memory.beliefs] == [
        (each.value, each.evidence) for each in before
    ]


def test_why_quotes_the_user(studio: Studio) -> None:
    """The evidence behind a taste is in the user's own words."""
    hear(studio, "Please stop using orange.", "I am tired of orange!")
    assert [each.said for each in studio.memory.why("accent", "orange")] == [
        "Please stop using orange.",
        "I am tired of orange!",
    ]


def test_wrong_names_are_explained(studio: Studio) -> None:
    """A key or value that is not there is refused with what is."""
    hear(studio, "Always use teal.")
    with pytest.raises(NotFound, match="Did you mean 'accent'"):
        studio.memory.pin("acent", "teal")
    with pytest.raises(NotFound, match="There is: teal"):
        studio.memory.forget("accent", "blue")


def test_memory_shows_itself(studio: Studio) -> None:
    """In a notebook memory lists tastes with their evidence, safe for any words."""
    hear(studio, "I love teal <b>boxes</b>, always use teal.")
    shown = studio.memory._repr_mimebundle_()["text/html"]
    assert "always use teal" in shown
    assert "<b>boxes" not in shown


def test_relations_name_the_scenes(studio: Studio) -> None:
    """Two scenes of one look are told as sharing it."""
    studio.add_scene(source=SOURCE)
    studio.add_scene(source=SOURCE.replace("Hi", "Ho"))
    (relation,) = studio.memory.relationships
    assert str(relation).startswith("scene 1 'Scene 1' and scene 2 'Scene 2' share palette, type")
    assert "share palette" in told(studio.memory)


@pytest.mark.slow
def test_a_rule_is_told_beside_what_was_done_for_it(offline: Workspace) -> None:
    """ "From now on" changes what is there and says that it will be kept in mind; a wish only changes."""
    studio = Studio(offline, offline.project("P", create=True))
    studio.add_scene(source=SOURCE)
    kept = "I will keep in mind: teal (text colour). studio.memory shows and forgets it."
    assert studio.ask("from now on use teal for the text").text.endswith(kept)
    assert "keep in mind" not in studio.ask("make the text red").text


@pytest.mark.slow
def test_a_taste_that_was_only_told_is_no_failure(offline: Workspace) -> None:
    """The answer says what will be kept in mind; nothing is painted in what was denied."""
    studio = Studio(offline, offline.project("P", create=True))
    studio.add_scene(source=SOURCE)
    for prompt, words in (("I always want dark backgrounds", "dark"), ("never use pink", "no pink")):
        take = studio.ask(prompt)
        assert take.plan.outcome == "answer"
        assert f"I will keep in mind: {words}" in take.text
    assert studio.scene(1).source == SOURCE
