"""What a model fills in becomes a plan, or a fault in words for the model."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.brain.packet import Packet, PictureView, ProjectView, SceneView
from workbench.brain.plan import AddScene, EditScene, SetDuration, SetTransition, WriteScene
from workbench.brain.remote.json_reading import read_object
from workbench.brain.remote.plan_reading import PlanReader
from workbench.brain.remote.plan_schema import MOST_STEPS, layout_schema, plan_schema
from workbench.errors import ModelFailed
from workbench.studio.actions import read_action
from workbench.studio.remote.values import plan_of
from workbench.templates.registry import templates

PACKET = Packet("p", ProjectView("P", (SceneView("A1", "one"), SceneView("B2", "two"))), templates())

WITH_PICTURES = replace(PACKET, pictures=(PictureView("logo", 300, 100), PictureView("My shot", 1600, 900)))


def read(*steps: dict[str, Any], **answer: Any) -> tuple[Any, PlanReader]:
    reader = PlanReader(PACKET)
    return reader.plan({"outcome": "steps", "steps": list(steps), **answer}), reader


def test_a_template_is_filled_in() -> None:
    """Texts, colours and numbers land in the template's parameters in their own types."""
    texts = [{"name": "title", "value": "Hi"}, {"name": "accent", "value": "dark teal"}]
    plan, reader = read({"action": "add_scene", "template": "title", "texts": texts, "duration_tenths": 45})
    step = plan.steps[0]
    assert isinstance(step, AddScene)
    assert step.params["title"] == "Hi"
    assert str(step.params["accent"]).startswith("#")
    assert step.duration_seconds == 4.5
    assert not reader.faults


def test_numbers_are_clamped_to_what_the_template_allows() -> None:
    """A number out of range is brought into it; one that is none leaves the default and is told."""
    param = next(p for card in PACKET.templates for p in card.params if p.maximum is not None)
    card = next(card for card in PACKET.templates if param in card.params)
    texts = [{"name": param.name, "value": "1e999"}]
    plan, reader = read({"action": "add_scene", "template": card.id, "texts": texts})
    assert plan.steps[0].params == {}
    assert reader.assumed
    plan, _ = read(
        {"action": "add_scene", "template": card.id, "texts": [{"name": param.name, "value": "99999"}]}
    )
    assert plan.steps[0].params[param.name] == param.maximum


def test_without_a_template_a_scene_is_written() -> None:
    """`(write)` with an instruction is a scene whose source is yet to come."""
    plan, _ = read(
        {"action": "add_scene", "template": "(write)", "instruction": "six moons", "name": "Moons"}
    )
    assert plan.steps == (WriteScene("six moons", "Moons"),)


@pytest.mark.parametrize(
    ("said", "meant"), [("2", "B2"), ("two", "B2"), ("scene 1", "A1"), ("@two", "B2"), ("A1", "A1")]
)
def test_scenes_are_found_however_they_are_named(said: str, meant: str) -> None:
    """A number, a name and an id mean the same scene."""
    plan, reader = read({"action": "edit_scene", "scene": said, "instruction": "bigger"})
    assert isinstance(plan.steps[0], EditScene)
    assert plan.steps[0].scene == meant
    assert not reader.faults


def test_a_scene_made_by_an_earlier_step_may_be_named() -> None:
    """`step:1` is the scene that step 1 makes, and no step before it makes any."""
    made = {"action": "add_scene", "template": "title"}
    plan, reader = read(made, {"action": "set_duration", "scene": "step:1", "duration_tenths": 30})
    assert plan.steps[1] == SetDuration("step:1", 3.0)
    assert not reader.faults
    assert read({"action": "set_duration", "scene": "step:1", "duration_tenths": 30})[1].faults


@pytest.mark.parametrize(
    ("step", "word"),
    [
        ({"action": "explode"}, "action"),
        ({"action": "edit_scene", "scene": "9", "instruction": "x"}, "no scene '9'"),
        ({"action": "edit_scene", "scene": "1"}, "instruction"),
        ({"action": "add_scene", "template": "nope"}, "no template"),
        ({"action": "set_format", "format": "3:7"}, "format"),
        ({"action": "edit_scene", "scene": "²", "instruction": "x"}, "no scene"),
        ({"action": "edit_scene", "scene": "9" * 5000, "instruction": "x"}, "no scene"),
        ({"action": "edit_scene", "scene": "step:²", "instruction": "x"}, "no scene"),
        ({"action": "set_duration", "scene": "1"}, "duration_tenths"),
        ({"action": "rename_scene", "scene": "1"}, "name"),
    ],
)
def test_what_cannot_be_read_is_told_to_the_model(step: dict[str, Any], word: str) -> None:
    """The fault names the step and the field."""
    _, reader = read(step)
    assert "Step 1" in reader.faults[0]
    assert word in reader.faults[0]


def test_an_unknown_transition_becomes_a_fade() -> None:
    """A word that is no transition does not stop the plan."""
    plan, _ = read({"action": "set_transition", "scene": "2", "transition": "explode"})
    assert plan.steps == (SetTransition("B2", "fade"),)


@pytest.mark.parametrize("outcome", ["question", "answer", "cannot"])
def test_words_without_words_are_a_fault(outcome: str) -> None:
    """A question that asks nothing is no question."""
    assert read(outcome=outcome, message="")[1].faults
    assert not read(outcome=outcome, message="Which one?")[1].faults


@pytest.mark.parametrize(
    "text",
    ['{"a": 1}', '```json\n{"a": 1}\n```', 'Sure! {"a": 1} Done.', '<think>{"b": 2}</think>{"a": 1}'],
)
def test_json_is_found_in_whatever_stands_around_it(text: str) -> None:
    """Fences, politeness and loud thinking do not matter."""
    assert read_object(text) == {"a": 1}


@pytest.mark.parametrize(
    "text", ["", "no", "[1]", '{"a": NaN}', '{"a": Infinity}', '{"a": 1e999}', "{" * 100_000]
)
def test_what_is_no_object_is_refused(text: str) -> None:
    """Lists, infinities and endless nesting are no plan."""
    with pytest.raises(ModelFailed):
        read_object(text)


def _conforming(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that the schema allows, as a server that enforces it would write them."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "integer":
        return st.integers(schema["minimum"], schema["maximum"])
    if schema["type"] == "string":
        return st.text(max_size=schema["maxLength"])
    if schema["type"] == "array":
        return st.lists(_conforming(schema["items"]), max_size=min(3, schema["maxItems"]))
    return st.fixed_dictionaries({key: _conforming(value) for key, value in schema["properties"].items()})


@given(_conforming(plan_schema(PACKET)))
def test_whatever_the_schema_allows_becomes_actions_or_faults(answer: dict[str, Any]) -> None:
    """No answer that a server lets through breaks the reading, and no plan asks for an impossible action."""
    reader = PlanReader(PACKET)
    plan = reader.plan(json.loads(json.dumps(answer)))
    assert len(plan.steps) <= MOST_STEPS
    for step in plan.steps:
        if not isinstance(step, EditScene | WriteScene):
            assert read_action(step.action()).why == step.because


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries({"outcome": st.just("steps") | _ANYTHING, "steps": st.lists(_ANYTHING, max_size=3)})
)
def test_nonsense_never_raises(answer: dict[str, Any]) -> None:
    """An answer that no schema held is read without a crash."""
    PlanReader(PACKET).plan(answer)


@pytest.mark.parametrize("schema", [plan_schema(PACKET), plan_schema(WITH_PICTURES), layout_schema()])
def test_schemas_are_closed_and_bounded(schema: dict[str, Any]) -> None:
    """Objects are closed with all fields required; texts, lists and numbers have limits; no fractions."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
            assert part["required"] == list(part["properties"])
            waiting += part["properties"].values()
        elif part.get("type") == "array":
            assert part["maxItems"] <= 12
            waiting.append(part["items"])
        elif part.get("type") == "string":
            assert "enum" in part or part["maxLength"] <= 500
        else:
            assert part["type"] == "integer"
            assert {"minimum", "maximum"} <= part.keys()


def read_about_pictures(**fields: Any) -> tuple[Any, PlanReader]:
    reader = PlanReader(WITH_PICTURES)
    step = {"action": "add_image", **fields}
    return reader.plan({"outcome": "steps", "steps": [step]}), reader


def test_a_picture_is_put_into_a_scene() -> None:
    """The step is the one that the offline director plans, with the picture, its use and its place."""
    fields = {"pictures": ["logo"], "use": "embed", "place": "top_right", "scene": "2", "because": "the logo"}
    plan, reader = read_about_pictures(**fields)
    wanted = EditScene("B2", "show it", "structural", because="the logo", pictures=("logo",), use="embed")
    assert plan.steps == (replace(wanted, place="top_right"),)
    assert not reader.faults


def test_without_a_scene_a_picture_gets_its_own() -> None:
    """Name, length and position are the new scene's; it can be named by the steps after it."""
    fields = {"pictures": ["My shot"], "use": "recreate", "duration_tenths": 40, "position": 1, "scene": ""}
    plan, _ = read_about_pictures(**fields)
    made = WriteScene("recreate it", "My shot", 4.0, 1, pictures=("My shot",), use="recreate")
    assert plan.steps == (made,)
    reader = PlanReader(WITH_PICTURES)
    later = {"action": "rename_scene", "scene": "step:1", "name": "Look"}
    reader.plan({"outcome": "steps", "steps": [{"action": "add_image", **fields}, later]})
    assert not reader.faults


@pytest.mark.parametrize("said", ["Logo.png", "@logo", "LOGO"])
def test_a_picture_is_found_by_any_writing_of_its_name(said: str) -> None:
    """Its ending, its case and a sign before it do not matter."""
    plan, reader = read_about_pictures(pictures=[said], scene="1")
    assert plan.steps[0].pictures == ("logo",)
    assert not reader.faults


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"pictures": ["logos"]}, "Step 1: there is no picture 'logos'. Did you mean 'logo'?"),
        ({"pictures": ["zebra"]}, "Pictures: 'logo', 'My shot'."),
        ({"pictures": []}, "`pictures` is empty"),
        ({"pictures": ["logo"], "scene": "9"}, "no scene '9'"),
    ],
)
def test_a_picture_that_is_not_there_is_told_to_the_model(fields: dict[str, Any], words: str) -> None:
    """The fault names the step, the name that was said and those that exist."""
    plan, reader = read_about_pictures(**fields)
    assert plan.steps == ()
    assert words in " ".join(reader.faults)


def test_without_pictures_there_is_no_action_about_them() -> None:
    """The form of a project without pictures is as it was, and an answer with the action hears why not."""
    step = plan_schema(PACKET)["properties"]["steps"]["items"]["properties"]
    assert "pictures" not in step
    assert "add_image" not in step["action"]["enum"]
    _, reader = read({"action": "add_image", "pictures": ["logo"]})
    assert "has no pictures" in reader.faults[0]


def test_plans_from_before_there_were_pictures_still_read() -> None:
    """An answer without the fields, and a plan that was kept without a place, mean what they meant."""
    reader = PlanReader(WITH_PICTURES)
    old = {"action": "edit_scene", "scene": "1", "instruction": "bigger"}
    assert reader.plan({"outcome": "steps", "steps": [old]}).steps == (EditScene("A1", "bigger", "creative"),)
    kept = EditScene("A1", "put it in", pictures=("logo",), use="embed").as_dict()
    del kept["place"]
    assert plan_of({"outcome": "steps", "steps": [kept]}).steps[0] == EditScene(
        "A1", "put it in", pictures=("logo",), use="embed"
    )


@given(_conforming(plan_schema(WITH_PICTURES)))
def test_whatever_the_schema_with_pictures_allows_is_read(answer: dict[str, Any]) -> None:
    """Steps about pictures name only pictures that are there."""
    for step in PlanReader(WITH_PICTURES).plan(answer).steps:
        assert set(getattr(step, "pictures", ())) <= {"logo", "My shot"}
