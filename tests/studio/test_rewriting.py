"""Edits stay where they belong, fixes are proven, scenes that no template fits are written."""

import pytest

from workbench.brain.model import ScriptedModel, Usage, Writing
from workbench.brain.plan import EditKind, EditScene, Plan, WriteScene
from workbench.studio.rewriting import MOST_REPAIRS
from workbench.studio.studio import Studio

TWO = 'text("Hello", size=96, y=400, name="title")\ntext("world", size=64, y=600, name="subtitle")\n'
BIGGER = TWO.replace("96", "120")
BOTH = BIGGER.replace("64", "80")
PALE = 'background("#ffffff")\ntext("Hello", size=96, color="#f1f1f1", name="title")\n'


def script(
    model: ScriptedModel, kind: EditKind, *writings: Writing | str, targets: tuple[str, ...] = ("title",)
) -> None:
    step = EditScene("one", "make it bigger", kind, targets=targets)
    model.__init__([Plan("steps", (step,))], list(writings))  # type: ignore[misc]


def test_an_edit_that_touched_something_else_is_repaired(studio: Studio, model: ScriptedModel) -> None:
    """The model hears what else changed, and the try that left it alone is kept."""
    studio.add_scene(source=TWO, name="one")
    script(model, "surgical", BOTH, BIGGER)
    take = studio.ask("make the title bigger")
    assert take.steps[0].repairs == 1
    assert take.steps[0].locality == 1.0
    assert model.findings[1][0].code == "stray-change"
    assert studio.scene("one").source == BIGGER


def test_an_edit_that_keeps_touching_something_else_is_offered(studio: Studio, model: ScriptedModel) -> None:
    """It is not saved; the take says what else changed, and accepting saves it."""
    studio.add_scene(source=TWO, name="one")
    script(model, "surgical", BOTH, BOTH)
    take = studio.ask("make the title bigger")
    assert not take.ok
    assert "subtitle" in take.text
    assert take.steps[0].locality == 0.5
    assert studio.scene("one").source == TWO
    studio.accept(take)
    assert studio.scene("one").source == BOTH


def test_a_creative_edit_may_touch_everything(studio: Studio, model: ScriptedModel) -> None:
    """Locality is told, and not held against it."""
    studio.add_scene(source=TWO, name="one")
    script(model, "creative", BOTH)
    take = studio.ask("give it a new look")
    assert take.ok
    assert take.steps[0].locality == 0.5


@pytest.mark.parametrize("targets", [(), ('text "Hello"',), ("TITLE",)])
def test_what_an_edit_is_about_is_found_in_its_words(
    studio: Studio, model: ScriptedModel, targets: tuple[str, ...]
) -> None:
    """A node is meant by its name in any case, by kind and words, or by being mentioned."""
    studio.add_scene(source=TWO, name="one")
    step = EditScene("one", "make the title bigger", targets=targets)
    model.__init__([Plan("steps", (step,))], [BOTH, BIGGER])  # type: ignore[misc]
    assert studio.ask("make the title bigger").steps[0].repairs == 1


def test_an_edit_about_nothing_known_is_not_judged(studio: Studio, model: ScriptedModel) -> None:
    """Unknown is unknown, not perfect."""
    studio.add_scene(source=TWO, name="one")
    script(model, "surgical", BOTH, targets=())
    take = studio.ask("make it bigger")
    assert take.ok
    assert take.steps[0].locality is None


@pytest.mark.slow
def test_a_fix_is_proven_by_its_frames(studio: Studio, model: ScriptedModel) -> None:
    """What was wrong is gone, and the take names the frames that were rendered."""
    studio.add_scene(source=PALE, name="one")
    assert studio.check("one").findings
    script(model, "fix", PALE.replace("#f1f1f1", "#111827"))
    take = studio.ask("fix the contrast")
    assert take.ok
    assert "Rendered and checked frames 0, 75, 149." in take.text


@pytest.mark.slow
def test_a_fix_that_fixes_nothing_is_not_saved(studio: Studio, model: ScriptedModel) -> None:
    """Another source with the same trouble is no fix."""
    studio.add_scene(source=PALE, name="one")
    tries = [
        PALE.replace("#f1f1f1", f"#f{number}f{number}f{number}") for number in range(2, 3 + MOST_REPAIRS)
    ]
    script(model, "fix", *tries)
    take = studio.ask("fix the contrast")
    assert not take.ok
    assert "did not" in take.text
    assert studio.scene("one").source == PALE


@pytest.mark.slow
def test_a_fix_that_empties_the_picture_is_not_saved(studio: Studio, model: ScriptedModel) -> None:
    """A scene that shows nothing has no finding of contrast either."""
    studio.add_scene(source=PALE, name="one")
    gone = PALE.replace('name="title"', 'opacity=0, name="title", allow=["nothing-visible"]')
    script(model, "fix", gone, gone)
    take = studio.ask("fix the contrast")
    assert not take.ok
    assert studio.scene("one").source == PALE


def test_a_scene_that_no_template_fits_is_written(studio: Studio, model: ScriptedModel) -> None:
    """Its source is written for it, and it lands where and as long as it was asked for."""
    studio.add_scene(source=TWO, name="one")
    step = WriteScene("six moons", "Moons", 3.0, 1)
    model.__init__([Plan("steps", (step,))], ['circle(80, name="moon")\n'])  # type: ignore[misc]
    take = studio.ask("six moons first")
    assert take.ok
    assert [scene.name for scene in studio.scenes] == ["Moons", "one"]
    assert studio.scene("Moons").duration_seconds == 3


def test_a_scene_that_cannot_be_written_is_not_added(studio: Studio, model: ScriptedModel) -> None:
    """No placeholder takes its place."""
    model.__init__([Plan("steps", (WriteScene("moons"),))], ["circl(80)\n", "circl(80)\n"])  # type: ignore[misc]
    take = studio.ask("six moons")
    assert not take.ok
    assert "nothing was added" in take.text
    assert studio.scenes == ()


def test_what_a_parameter_changes_belongs_together(studio: Studio, model: ScriptedModel) -> None:
    """An edit of a parameter alone is kept, although several nodes follow the parameter."""
    source = (
        'accent = param("accent", "#2dd4bf", kind="color")\n'
        'text("Sales", size=96, color=accent, name="title")\n'
        'rect(fill=accent, y=800, name="bar")\n'
    )
    studio.add_scene(source=source, name="one")
    step = EditScene("one", "make the title purple")
    model.__init__(  # type: ignore[misc]
        [Plan("steps", (step,))], [Writing(Usage.local("scripted"), params={"accent": "#a855f7"})]
    )
    take = studio.ask("make the title purple")
    assert take.ok
    assert studio.scene("one").params == {"accent": "#a855f7"}
