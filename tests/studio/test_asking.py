"""What happens between a prompt and a take."""

import pytest

from workbench.brain.model import ScriptedModel, Usage, Writing
from workbench.brain.plan import AddScene, DeleteScene, EditScene, Outcome, Plan, SetDuration
from workbench.errors import InputError, ModelFailed
from workbench.studio.rewriting import MOST_REPAIRS
from workbench.studio.studio import Studio

HELLO = 'text("Hello", size=96, enter=fade(), name="title")\n'
BROKEN = 'text("Hello", sise=96)\n'


def script(model: ScriptedModel, plan: Plan, *writings: Writing | str) -> None:
    model.__init__([plan], list(writings))  # type: ignore[misc]


def edit(scene: str = "one") -> Plan:
    return Plan("steps", (EditScene(scene, "make it bigger"),))


def test_steps_see_the_scenes_made_before_them(studio: Studio, model: ScriptedModel) -> None:
    """A later step may name the scene an earlier step made."""
    script(model, Plan("steps", (AddScene("title", name="A"), SetDuration("step:1", 3.0))))
    take = studio.ask("a title, three seconds")
    assert take.ok
    assert studio.scene("A").duration_seconds == 3
    assert [shot.name for shot in take.shots] == ["A"]


@pytest.mark.parametrize(("outcome", "ok"), [("answer", True), ("question", False), ("cannot", False)])
def test_a_take_that_declines_or_asks_back_is_not_ok(
    outcome: Outcome, ok: bool, studio: Studio, model: ScriptedModel
) -> None:
    """What was asked for is done or answered, else the take is not ok, here and as data."""
    script(model, Plan(outcome, message="There is no sound."))
    take = studio.ask("add music")
    assert (take.ok, take.as_dict()["ok"]) == (ok, ok)
    assert take.text == "There is no sound."


def test_an_edit_is_repaired_by_its_findings(studio: Studio, model: ScriptedModel) -> None:
    """The second try hears what was wrong with the first, and is what is kept."""
    studio.add_scene(source=HELLO, name="one")
    script(model, edit(), BROKEN, HELLO.replace("96", "120"))
    take = studio.ask("make it bigger")
    assert take.steps[0].done
    assert take.steps[0].repairs == 1
    assert model.findings[1][0].code == "argument"
    assert "120" in studio.scene("one").source


def test_an_edit_that_never_works_leaves_the_scene_alone(studio: Studio, model: ScriptedModel) -> None:
    """After the last repair the scene is as it was, and the take says so."""
    studio.add_scene(source=HELLO, name="one")
    tries = [BROKEN.replace("sise", f"s{number}ze") for number in range(MOST_REPAIRS + 1)]
    script(model, edit(), *tries)
    take = studio.ask("make it bigger")
    assert not take.ok
    assert "nothing was changed" in take.text
    assert studio.scene("one").source == HELLO
    assert studio.scene("one").revision == 1


def test_the_same_mistake_twice_ends_the_repair(studio: Studio, model: ScriptedModel) -> None:
    """A model that repeats itself is not asked a third time."""
    studio.add_scene(source=HELLO, name="one")
    script(model, edit(), BROKEN, BROKEN, HELLO)
    take = studio.ask("make it bigger")
    assert not take.ok
    assert len(model.steps) == 2


def test_what_was_done_is_told_from_the_graph(studio: Studio, model: ScriptedModel) -> None:
    """The text names the change that happened, whatever the model believes."""
    studio.add_scene(source=HELLO, name="one")
    script(model, edit(), HELLO.replace("96", "120"))
    take = studio.ask("make it blue")
    assert "96" in take.text
    assert "120" in take.text


def test_a_step_that_fails_stops_the_plan_and_is_reported(studio: Studio, model: ScriptedModel) -> None:
    """Later steps are not tried on a wrong footing; what was done before stays."""
    script(model, Plan("steps", (AddScene("title", name="A"), DeleteScene("Z"), AddScene("title"))))
    take = studio.ask("do things")
    assert [step.done for step in take.steps] == [True, False]
    assert "1 further step was not tried" in take.text
    assert [scene.name for scene in studio.scenes] == ["A"]


def test_a_question_changes_nothing(studio: Studio, model: ScriptedModel) -> None:
    """A plan that asks back is shown as the question it is."""
    script(model, Plan("question", message="Which scene?"))
    take = studio.ask("make it better")
    assert take.text == "Which scene?"
    assert studio.scenes == ()


def test_the_prompt_is_kept_when_the_model_fails(studio: Studio) -> None:
    """A model that cannot answer costs nothing but the answer."""
    with pytest.raises(ModelFailed):
        studio.ask("a title")
    assert [message.text for message in studio.messages] == ["a title"]
    assert studio.scenes == ()


def test_planning_does_nothing(studio: Studio, model: ScriptedModel) -> None:
    """`plan` decides and leaves the project and its conversation alone."""
    script(model, Plan("steps", (AddScene("title"),)))
    assert studio.plan("a title").steps
    assert studio.scenes == ()
    assert studio.messages == ()


def test_unknown_usage_stays_unknown(studio: Studio, model: ScriptedModel) -> None:
    """A cost nobody told is None, never 0."""
    studio.add_scene(source=HELLO, name="one")
    script(model, edit(), Writing(Usage("other", "m1"), source=HELLO + "\n"))
    take = studio.ask("again")
    assert take.as_dict()["usage"][-1]["cost_usd"] is None


def test_what_a_failed_writing_used_is_told(
    studio: Studio, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls that were answered were paid for, also when nothing came of them; cached tokens are told."""
    studio.add_scene(source=HELLO, name="one")
    script(model, edit())
    paid = (Usage("far", "m1", 100, 60, 20, 0.5), Usage("far", "m1", 100, None, 20, 0.25))

    def write(*_: object, **__: object) -> Writing:
        raise ModelFailed("No source can be read.", kind="unusable", usage=paid)

    monkeypatch.setattr(model, "write", write)
    take = studio.ask("again")
    assert not take.ok
    assert take.usage[1:] == paid
    told = take.as_dict()["usage"]
    assert [each["cost_usd"] for each in told] == [0.0, 0.5, 0.25]
    assert [each["cached_tokens"] for each in told] == [0, 60, None]


@pytest.mark.parametrize("prompt", ["", "   ", "x" * 20_001])
def test_prompts_nobody_could_mean_are_refused(studio: Studio, prompt: str) -> None:
    """Empty and endless prompts are refused before anything is kept."""
    with pytest.raises(InputError):
        studio.ask(prompt)
    assert studio.messages == ()


def test_a_packet_can_be_looked_at_without_asking_anybody(studio):
    """The packet names its parts and their tokens, keeps to its budget, and lists what it leaves out."""
    studio.add_scene(name="Opening")
    whole = studio.packet("make it calmer")
    assert whole.left_out == ()
    assert "make it calmer" in whole.text
    small = studio.packet("make it calmer", most_tokens=900)
    assert small.tokens <= 900
    assert small.left_out
    assert str(small).startswith(f"{small.tokens} of 900 tokens")
    assert "Left out whole" in small._repr_html_()
    assert studio.messages == ()
