"""How single templates stand in the picture: what reaches how far, what is as wide as what, what moves."""

import numpy as np
import pytest

from tests.templates.stages import seen
from workbench.scene.staged import Item

UPRIGHT = (
    ("typing", "scene", 0.45),
    ("ai-dialogue", "chat", 0.55),
    ("sign-in", "card", 0.42),
    ("code", "page", 0.6),
)


def items(identity: str, shape: str = "16:9", **params: object) -> dict[str, Item]:
    """Return what a template shows, by the names of its nodes."""
    _, staged = seen(identity, shape, tuple(params.items()))
    return {item.node.id: item for item in staged.walk()}


@pytest.mark.parametrize(("identity", "part", "share"), UPRIGHT)
def test_an_upright_picture_is_filled(identity: str, part: str, share: float) -> None:
    """In 9:16 what there is to see is no strip across the middle."""
    _, top, _, bottom = items(identity, "9:16")[part].world[:, -1]
    assert bottom - top > share * 1920


@pytest.mark.parametrize("title", ["Go", "A good beginning", "Everyone remembers where they were then"])
@pytest.mark.parametrize("shape", ["16:9", "9:16", "1:1"])
def test_a_title_begins_where_its_rule_and_second_line_begin(title: str, shape: str) -> None:
    """Headline, rule and second line share one left edge, and the headline is the largest by far."""
    found = items("title", shape, title=title)
    lefts = [found[name].world[0, -1] for name in ("title", "hairline", "subtitle")]
    assert np.ptp(lefts) < 1
    assert found["title"].values["size"] > 1.5 * found["subtitle"].values["size"]


@pytest.mark.parametrize("word", ["Go", "SQL", "Illinois", "MMMMMM", "your very own language"])
def test_the_line_below_the_last_word_is_as_long_as_the_word(word: str) -> None:
    """In Knows code the line is measured, not guessed from the number of letters."""
    found = items("knows-code", items=f"One | {word}")
    width = {name: np.ptp(found[name].world[[0, 2], -1]) for name in ("word-2", "underline")}
    assert width["underline"] == pytest.approx(width["word-2"], abs=1)


def test_the_caret_of_a_terminal_leaves_the_command_that_was_given() -> None:
    """While answers come no caret blinks behind the command; in the end it waits in a line of its own."""
    found = items("typing")
    assert not found["typed"].visible[-1]
    assert found["prompt"].visible[-1]
    assert found["caret"].world[1, -1] > found["answer-3"].world[3, -1] - 1


@pytest.mark.parametrize("items_given", ["One | Two | Three", "One | Two"])
def test_the_cards_of_a_feature_list_have_their_turn(items_given: str) -> None:
    """When all are there each card moves out in turn, and all rest at the end."""
    found = items("feature-list", items=items_given)
    count = len(items_given.split("|"))
    tops = np.array([found[f"card-{place + 1}"].world[1] for place in range(count)])
    out = tops < tops[:, -1:] - 10
    turns = [np.flatnonzero(row) for row in out]
    assert [int(turn[0]) for turn in turns] == sorted(int(turn[0]) for turn in turns)
    assert out.sum(axis=0).max() == 1


@pytest.mark.parametrize("shape", ["16:9", "9:16", "1:1"])
def test_the_swarm_of_an_explosion_stays(shape: str) -> None:
    """Half of what burst is still there at the end, out to the edges of the picture."""
    embers = items("particles", shape)["embers"]
    assert embers.visible[-1]
    assert np.ptp(embers.world[[0, 2], -1]) > (1920 if shape == "16:9" else 1080)
    assert embers.values["swarm"].life_seconds == 0


@pytest.mark.parametrize("shape", ["16:9", "9:16", "1:1"])
def test_lights_that_are_near_keep_clear_of_the_words(shape: str) -> None:
    """None of the large discs of Floating particles comes under the middle of the headline."""
    found = items("floating-particles", shape)
    left, top, right, bottom = found["title"].drawn[:, -1]
    middle = (left + right) / 2, (top + bottom) / 2
    for name, item in found.items():
        if name.startswith("near-"):
            inside = (
                (item.world[0] < middle[0])
                & (item.world[2] > middle[0])
                & (item.world[1] < middle[1])
                & (item.world[3] > middle[1])
            )
            assert not (inside & item.visible).any(), name


@pytest.mark.parametrize(
    "code", ["def free(day):\n    return None", "    answer = client.ask('a question', again=True)"]
)
@pytest.mark.parametrize("shape", ["16:9", "9:16", "1:1"])
def test_what_an_assistant_writes_stands_in_the_middle(code: str, shape: str) -> None:
    """However wide the window of AI coding is, there is the same room on both of its sides."""
    found = items("ai-coding", shape, code=code, prompt="Write it", caption="")
    left, _, right, _ = found["window"].world[:, -1]
    assert left == pytest.approx((1920 if shape == "16:9" else 1080) - right, abs=2)


@pytest.mark.parametrize("name", ["Orbit", "Go", "Everyone remembers"])
def test_the_name_of_a_logo_is_never_written_over_its_mark(name: str) -> None:
    """In 16:9 the first letter cannot be seen before the mark has made room for it."""
    found = items("logo-reveal", name=name)
    mark, words = found["tile"], found["name"]
    assert words.units is not None
    shown = words.visible & (words.units.opacity[0] > 0.1)
    assert shown[-1]
    assert (words.world[0] + words.units.dx[0] > mark.world[2])[shown].all()
