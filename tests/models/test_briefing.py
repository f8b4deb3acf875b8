"""What a model is told, and what is left out when it does not fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.conftest import HELLO
from workbench.brain.packet import Message, Packet, ProjectView, SceneView, Section
from workbench.brain.plan import EditScene
from workbench.brain.remote.briefing import deciding, writing
from workbench.brain.remote.guide import guide_parts
from workbench.brain.remote.guide_examples import EXAMPLES
from workbench.brain.remote.parts import NEEDED, Part, fitted
from workbench.brain.tokens import tokens_in
from workbench.errors import ModelFailed
from workbench.scene.finding import Finding
from workbench.scene.format import Format
from workbench.scene.reference import reference
from workbench.scene.sandbox import Sandbox
from workbench.studio.evaluator import Draft, Evaluator
from workbench.templates.registry import templates

STANDING = "All titles in teal, and never use gradients."


def packet(scenes: int = 5, messages: int = 0, sections: tuple[Section, ...] = ()) -> Packet:
    views = tuple(
        SceneView(f"S{n}", f"scene {n}", HELLO.replace("Hello", f"Words {n}")) for n in range(1, scenes + 1)
    )
    talk = [Message("user", STANDING)] if messages else []
    turns = [f"Turn {number}: " + "make it nicer " * 20 for number in range(1, messages)]
    talk += [Message("user" if number % 2 else "workbench", text) for number, text in enumerate(turns)]
    return Packet("make it bigger", ProjectView("P", views), templates(), tuple(talk), sections)


def told(letters: tuple[object, ...]) -> str:
    return "\n".join(letter.text for letter in letters)  # type: ignore[attr-defined]


def test_a_scene_is_told_whole_with_its_neighbours_and_the_rest_as_digests() -> None:
    """Scene 3 and its neighbours come as source; 1 and 5 as one line with their nodes."""
    text = told(writing(packet(), EditScene("S3", "bigger"), 20_000).letters)
    assert [f'text("Words {n}"' in text for n in range(1, 6)] == [False, True, True, True, False]
    assert "Nodes: title" in text


def test_the_scene_to_be_like_is_told_whole() -> None:
    """However far away it is."""
    text = told(writing(packet(), EditScene("S1", "like scene 5", like="S5"), 20_000).letters)
    assert 'text("Words 5"' in text


def test_findings_and_targets_are_told() -> None:
    """A repair hears what was wrong, where, and what it may touch."""
    finding = Finding("argument", "error", "no such argument", "write size", line=3)
    step = EditScene("S1", "bigger", targets=("title",))
    text = told(writing(packet(), step, 20_000, findings=(finding,)).letters)
    assert "line 3" in text
    assert "Touch only these nodes: title" in text


def test_the_first_instruction_survives_forty_messages_in_a_small_context() -> None:
    """What was said for good is told, within the budget, and what is missing is listed."""
    brief = deciding(packet(messages=40), 2_500)
    assert STANDING in told(brief.letters)
    assert brief.tokens <= 2_500
    assert brief.left_out


def test_a_conversation_that_fits_is_told_whole() -> None:
    """Every turn comes with every word of it, in its order."""
    talk = packet(messages=24).conversation
    brief = deciding(packet(messages=24), 24_000)
    texts = [part.text for part in brief.parts if part.title.startswith("message ")]
    assert [text.split(": ", 1)[1] for text in texts] == [each.text for each in talk]
    assert not any("message" in title for title in brief.left_out)


@pytest.mark.parametrize("most", [1_600, 2_048, 2_400])
def test_of_a_conversation_the_oldest_turns_are_left_out_first_whole_and_named(most: int) -> None:
    """Contexts of small servers: the first wish and the newest turns stay, and no turn is told in part."""
    talk = packet(messages=24).conversation
    brief = deciding(packet(messages=24), most)
    missing = [n for n, each in enumerate(talk, 1) if each.text not in told(brief.letters)]
    named = [int(title.split()[1]) for title in brief.left_out if title.startswith("message ")]
    assert brief.tokens <= most
    assert missing == named == list(range(2, 2 + len(missing)))
    assert missing
    assert "…" not in told(brief.letters)


def test_only_the_first_wish_of_the_whole_conversation_holds_for_its_being_first() -> None:
    """Where a conversation is told from its 31st message on, that one is a turn like others."""
    turns = tuple(Message("user", f"Turn {number}", number) for number in range(31, 45))
    brief = deciding(Packet("bigger", conversation=turns), 4_000)
    assert "it still holds" not in told(brief.letters)
    titles = [part.title for part in brief.parts if part.title.startswith("message ")]
    assert titles == [f"message {number}" for number in range(31, 45)]


@pytest.mark.parametrize(("weight", "kept"), [(1.0, True), (0.0, False)])
def test_sections_are_kept_by_their_weight(weight: float, kept: bool) -> None:
    """Memory and the facts of pictures come from elsewhere and compete like everything else."""
    section = Section("Preferences", "The user likes teal. " * 30, weight)
    brief = deciding(packet(sections=(section,)), 1_500)
    assert ("likes teal" in told(brief.letters)) is kept
    assert any("Preferences" in line for line in brief.left_out) is not kept


@given(st.integers(800, 9_000), st.integers(0, 60), st.integers(1, 12))
def test_no_briefing_passes_its_budget(most: int, messages: int, scenes: int) -> None:
    """Any context, conversation and project: within the tokens, or refused as too long."""
    try:
        brief = writing(packet(scenes, messages), EditScene("S1", "bigger"), most)
    except ModelFailed:
        assert most < 4_000
        return
    assert brief.tokens <= most


@given(
    st.lists(st.tuples(st.text(max_size=40), st.floats(0, 1) | st.just(NEEDED)), max_size=12),
    st.integers(0, 200),
)
def test_parts_are_kept_whole_and_in_order(given_parts: list[tuple[str, float]], most: int) -> None:
    """Nothing is cut, reordered or both told and listed as left out."""
    parts = [Part(str(n), text, weight) for n, (text, weight) in enumerate(given_parts)]
    try:
        kept = fitted(parts, most)
    except ModelFailed:
        assert sum(part.tokens for part in parts if part.weight == NEEDED) > most
        return
    assert kept.tokens <= most
    assert list(kept.parts) == [part for part in parts if part in kept.parts]
    assert len(kept.parts) + len(kept.left_out) == len(parts)


def test_the_guide_names_the_whole_language() -> None:
    """Every function and node of the language is in the guide, in fewer tokens than the language file."""
    text = "\n".join(part.text for part in guide_parts())
    missing = [
        name
        for name, entry in reference().items()
        if entry.kind in ("function", "node") and name + "(" not in text
    ]
    assert not missing
    assert tokens_in(text) < 6_000


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["16:9", "9:16", "1:1"])
def test_the_guides_examples_are_good_scenes(shape: str) -> None:
    """No example has a finding of any kind in any shape."""
    with Sandbox(workers=1) as sandbox:
        for source in EXAMPLES.values():
            checked = Evaluator(sandbox).checked(Draft(source, Format.parse(shape)))
            assert checked.ok
            assert checked.findings == ()


def test_words_that_look_like_control_tokens_are_counted_as_text() -> None:
    """A prompt may contain anything."""
    assert tokens_in("<|endoftext|>") > 1
    assert tokens_in("") == 0
