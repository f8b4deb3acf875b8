"""Edits change what they name and leave every other byte alone."""

import ast
import difflib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.brain.project import FEATURES, GROWTH, INTRO, QUOTE, SCENES, SIGN_UP
from workbench.brain import EditScene, Packet, ProjectView
from workbench.brain.edits import Draft, perform, perform_like
from workbench.brain.edits.draft import literal
from workbench.brain.offline import OfflineDirector


def changed_lines(before: str, after: str) -> list[str]:
    return [
        line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:2] in ("+ ", "- ")
    ]


def test_a_param_is_changed_as_a_param():
    """A text that comes from a parameter leaves the source as it is."""
    done = perform(INTRO, {}, 'change the title to "Hello"')
    assert done.source == INTRO
    assert done.params == {"title": "Hello"}


def test_a_literal_is_changed_in_place():
    """One keyword of one call changes; the comment beside it stays."""
    done = perform(FEATURES, {}, "make the heading blue")
    (gone, come) = changed_lines(FEATURES, done.source)
    assert come == "+ " + gone[2:].replace('name="heading"', 'name="heading", color="#3b82f6"')


@pytest.mark.parametrize(
    ("source", "instruction", "piece"),
    [
        (QUOTE, "move the moon to the top right corner", "circle(220, fill="),
        (QUOTE, "rotate the moon by 30 degrees", "rotation=30"),
        (FEATURES, "the heading is too small", "size=114"),
        (SIGN_UP, "make the button pulse", "emphasis=pulse()"),
        (GROWTH, "make the headline bolder", "weight=800"),
        (QUOTE, "the quote should appear letter by letter", 'stagger="letter"'),
        (FEATURES, 'add "Open" to the list', 'text("Open", size=56'),
        (QUOTE, "add some particles behind everything", "particles(60"),
        (
            FEATURES,
            "give it a gradient background from red to blue",
            'background(linear("#ef4444", "#3b82f6"',
        ),
    ],
)
def test_instructions_reach_the_source(source, instruction, piece):
    """Each instruction leaves its mark, and the result still parses."""
    done = perform(source, {}, instruction)
    assert piece in done.source
    ast.parse(done.source)


def test_removing_the_last_child_removes_its_container():
    """No `with` is left without a body."""
    source = 'with row():\n    text("Only", name="only")\ncircle(9)\n'
    assert perform(source, {}, "remove the only").source == "circle(9)\n"


def test_faster_explains_its_choice():
    """Faster means the animations, not the length of the scene, and says so."""
    done = perform(FEATURES, {}, "make it faster")
    assert "rise(seconds=0.455)" in done.source
    assert "keeps its length" in done.assumed[0]


def test_likeness_brings_background_and_accent():
    """A scene made like another takes its background."""
    assert 'background(radial("#312e81", "#0b1020"))' in perform_like(FEATURES, {}, QUOTE, {}).source


@pytest.mark.parametrize("instruction", ["sing a song", "make the volcano red hot lava", ""])
def test_what_is_not_understood_changes_nothing(instruction):
    """Without a rule the source is handed back as it came."""
    done = perform("circle(9)\n", {}, instruction)
    assert (done.done, done.source) == (False, "circle(9)\n")


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60))
def test_any_text_survives_as_a_literal(text):
    """A text written into source reads back as itself."""
    assert ast.literal_eval(literal(text)) == text


@given(
    name=st.sampled_from(["color", "x", "opacity"]),
    tail=st.sampled_from(["", ",", " ", " ,", "  # note\n", ",  # note\n"]),
)
def test_a_keyword_can_be_added_to_any_call(name, tail):
    """Trailing commas, spaces and comments before the parenthesis do no harm."""
    draft = Draft(f'text("a"{tail})\n')
    assert draft.set_keyword(draft.elements()[0].call, name, "1")
    assert draft.elements()[0].argument(name) is not None


def test_letters_outside_ascii_do_not_shift_edits():
    """Columns count bytes: an edit after an emoji lands where it should."""
    done = perform('text("Grüße 🎉", size=80, name="title")\n', {}, "make the title twice as big")
    assert done.source == 'text("Grüße 🎉", size=160, name="title")\n'


@pytest.mark.parametrize("prompt", ["make the moon purple", "make the dog bigger", "the sky should be red"])
def test_a_thing_the_scene_does_not_have_is_refused_and_nothing_else_changed(prompt):
    """What is there is not painted in place of what was asked for; a part that bears the name is."""
    accent = 'accent = param("accent", "#38bdf8", kind="color")\ntext("Hi", color=accent, name="title")\n'
    done = perform(accent, {}, prompt)
    assert not done.done
    assert re.fullmatch(r"There is no (moon|dog|sky) in this scene\.", done.refused[0])
    moon = perform(accent + 'circle(80, fill="#ffffff", name="moon")\n', {}, "make the moon purple")
    assert 'fill="#a855f7", name="moon"' in moon.source


@pytest.mark.parametrize("words", ["highlights", "main colour", "brand color", "accent"])
def test_a_scenes_leading_colour_has_several_names(words):
    """All of them mean the accent, and nothing is left that nothing was done about."""
    accent = 'accent = param("accent", "#38bdf8", kind="color")\ntext("Hi", color=accent, name="title")\n'
    done = perform(accent, {}, f"make the {words} purple")
    assert done.params == {"accent": "#a855f7"}
    assert done.refused == ()


def test_the_director_writes_what_it_planned():
    """A planned edit is written at its turn; unknown words are refused, not guessed."""
    packet = Packet("", ProjectView(scenes=SCENES))
    writing = OfflineDirector().write(packet, EditScene("s2", "make the heading red"))
    assert writing.source is not None
    assert '"#ef4444"' in writing.source
    assert "can't do that offline" in OfflineDirector().write(packet, EditScene("s2", "be funny")).cannot


@pytest.mark.parametrize("holder", ["phone()", "browser('example.com')", "group()"])
def test_words_on_a_screen_are_changed_where_they_stand(holder):
    """What a device frame holds is found like what any container holds."""
    source = f'with {holder}:\n    text("Hi", name="title")\n'
    done = perform(source, {}, 'change the title to "Hello"')
    assert done.source == source.replace("Hi", "Hello")
