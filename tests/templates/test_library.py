"""Every shipped template, in every shape it is made for, is a picture somebody would use."""

import dataclasses

import pytest

from tests.templates.stages import (
    PLACES,
    SMALL,
    difference,
    faults,
    frame,
    long_texts,
    other_value,
    seen,
    short_texts,
)
from workbench.scene.evaluate import evaluate
from workbench.scene.format import SHAPES
from workbench.templates import template, templates

IDS = [one.id for one in templates()]
PARAMS = [(one.id, param.name) for one in templates() for param in one.params]
TEXTS = [
    (one.id, param.name)
    for one in templates()
    for param in one.params
    if param.kind == "text" and not param.choices and param.name not in {"values", "language"}
]


@pytest.mark.parametrize(("identity", "shape"), PLACES)
def test_nothing_is_wrong_with_it(identity, shape):
    """As shipped, neither the source nor the picture has an error or a warning."""
    assert faults(identity, shape) == []


@pytest.mark.parametrize(("identity", "shape"), PLACES)
@pytest.mark.parametrize("share", [0.15, 0.5, 1.0])
def test_something_is_to_be_seen(identity, shape, share):
    """Early, halfway and at the end there is more than the background."""
    _, staged = seen(identity, shape)
    bare = dataclasses.replace(staged, items=())
    picture = frame(staged, share, shape)
    assert picture.std() > 2
    assert difference(picture, frame(bare, share, shape)) > 0.5


@pytest.mark.parametrize(("identity", "shape"), PLACES)
def test_it_tells_a_story(identity, shape):
    """The beginning, the middle and the end differ from each other."""
    _, staged = seen(identity, shape)
    first, middle, last = (frame(staged, share, shape) for share in (0.0, 0.3, 1.0))
    assert difference(first, middle) > 1
    assert difference(first, last) > 1
    assert difference(middle, last) > 0.05


@pytest.mark.slow
@pytest.mark.parametrize(("identity", "name"), PARAMS)
def test_every_parameter_changes_the_picture(identity, name):
    """Setting one parameter to something else shows, at one of six moments."""
    one = template(identity)
    _, plain = seen(identity, "16:9", (("code", "if x: y = None"),) if name == "language" else ())
    changed = ((name, other_value(one, name)),)
    _, staged = seen(
        identity, "16:9", (*changed, ("code", "if x: y = None")) if name == "language" else changed
    )
    moments = (0.15, 0.3, 0.45, 0.6, 0.75, 1.0)
    assert (
        max(difference(frame(plain, share, "16:9"), frame(staged, share, "16:9")) for share in moments) > 0.02
    )


@pytest.mark.parametrize(("identity", "name"), TEXTS)
def test_texts_that_are_set_are_in_the_graph(identity, name):
    """A text given as a parameter is written in the picture."""
    evaluation, _ = seen(identity, "16:9", ((name, "Zed"),))
    assert evaluation.graph is not None
    written = [text for node in evaluation.graph.walk() for text in _strings(node.props)]
    assert any("Zed" in text for text in written)


@pytest.mark.slow
@pytest.mark.parametrize(("identity", "shape"), PLACES)
@pytest.mark.parametrize("texts", [long_texts, short_texts], ids=["long", "short"])
def test_texts_of_any_length_fit(identity, shape, texts):
    """With the longest and the shortest texts everything is set inside the picture, without a warning."""
    found = faults(identity, shape, texts(template(identity)))
    assert [finding for finding in found if finding.code != "too-brief"] == []


@pytest.mark.slow
@pytest.mark.parametrize(("identity", "shape"), PLACES)
def test_texts_end_inside_the_picture(identity, shape):
    """In the last frame no letter of the longest texts lies outside the picture."""
    _, staged = seen(identity, shape, long_texts(template(identity)))
    for item in staged.walk():
        if item.node.kind == "text" and item.visible[-1] and "off-canvas" not in item.node.allow:
            left, top, right, bottom = (item.world if item.ink is None else item.ink)[:, -1]
            inside = left > -1 and top > -1 and right < staged.width + 1 and bottom < staged.height + 1
            assert inside, item.node.id


@pytest.mark.slow
@pytest.mark.parametrize("ground", ["#ffffff", "#0a0a0a", "#c7442e"])
@pytest.mark.parametrize("identity", IDS)
def test_words_are_readable_on_any_ground(identity, ground):
    """On white, on black and on a strong colour no text falls below the contrast that it needs."""
    found = faults(identity, "16:9", (("background", ground),))
    assert [finding for finding in found if finding.code == "contrast"] == []


@pytest.mark.parametrize("identity", IDS)
def test_texts_may_be_left_out(identity):
    """A template whose texts are all empty is still a picture, not an error."""
    one = template(identity)
    empty = {param.name: "" for param in one.params if param.kind == "text" and not param.choices}
    assert evaluate(one.source, SMALL["1:1"], duration_seconds=one.seconds, params=empty).ok


@pytest.mark.parametrize("shape", ["16:9", "9:16", "1:1"])
def test_code_without_words_stands_in_the_middle(shape):
    """The window of the code template needs no room for a headline that is not there."""
    _, staged = seen("code", shape, (("kicker", ""), ("title", ""), ("code", "x = 1")))
    window = next(item for item in staged.walk() if item.node.id == "code")
    left, _, right, _ = window.world[:, -1]
    assert left == pytest.approx(staged.width - right, abs=2)


def test_the_library_serves_its_purposes():
    """The ids that others rely on are there, and every template suits all five shapes."""
    expected = {
        "title", "hero", "typing", "logo-reveal", "particles", "glitch-text", "gradient-text", "code",
        "growth-graph", "sign-in", "dot-ripple", "fintech-ui", "prompt-intro", "feature-list", "quote",
        "call-to-action", "pulsing-circles", "floating-ui", "liquid-waves", "ai-coding", "ai-dialogue",
        "bubble-zoom", "floating-particles", "knows-code", "big-number", "fast-text",
        "phone-app", "search-box", "audio-player", "changelog", "cursor-click", "app-icons",
        "stacked-words", "flip-words", "marker-sweep", "histogram", "stock-ticker", "backdrop",
    }  # fmt: skip
    assert expected <= set(IDS)
    assert all(set(SHAPES) <= set(one.formats) for one in templates())


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict | list | tuple):
        inner = value.values() if isinstance(value, dict) else value
        return [text for each in inner for text in _strings(each)]
    return _strings(list(value.values)) if hasattr(value, "values") else []
