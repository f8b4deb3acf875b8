"""What takes and studios show in a notebook."""

import re

import pytest

from workbench.brain.model import ScriptedModel
from workbench.brain.plan import AddScene, Plan
from workbench.scene.finding import Finding
from workbench.studio.cards import SceneCell, findings_list, project_card
from workbench.studio.studio import Studio
from workbench.studio.take import Take

HOSTILE = "</div><script>alert('x')</script><img src=x onerror=alert(1)>"
HELLO = 'text("Hello", size=300, color="white", enter=fade(), name="title")\n'


def tags(html: str) -> set[str]:
    return set(re.findall(r"<(\w+)", html))


@pytest.fixture
def take(studio: Studio, model: ScriptedModel) -> Take:
    model.__init__([Plan("steps", (AddScene("title", name=HOSTILE),), message=HOSTILE)], [])  # type: ignore[misc]
    return studio.ask(HOSTILE)


@pytest.mark.slow
def test_hostile_words_stay_words(studio: Studio, take: Take) -> None:
    """Names, prompts and answers are shown as text: no tag of theirs reaches the page."""
    for html in (take.card(), studio.card()):
        assert tags(html) <= {
            "div",
            "b",
            "span",
            "img",
            "ul",
            "li",
            "code",
            "details",
            "summary",
            "figure",
            "figcaption",
        }
        assert "<img src=x" not in html
        assert "alert" in html


@pytest.mark.slow
def test_the_same_take_shows_the_same_card(take: Take) -> None:
    """Showing twice gives the same bytes, and the plain words hold no memory address."""
    assert take.card() == take.card()
    assert "0x" not in repr(take)
    assert {"text/html", "text/plain", "image/jpeg"} == set(take._repr_mimebundle_())


def test_a_finding_shows_its_line_with_the_place_marked() -> None:
    """The line stands as written, a caret under the column, the fix below."""
    finding = Finding("argument", "error", "no <b>", "Write size.", line=2, column=6)
    html = findings_list([finding], "a = 1\ntext(&)\n")
    assert "no &lt;b&gt;" in html
    assert "   2  text(&amp;)\n           ^" in html
    assert "Write size." in html


def test_nothing_found_shows_nothing() -> None:
    """A scene without findings has no empty list."""
    assert findings_list([], "") == ""


def test_an_empty_project_says_what_to_do(studio: Studio) -> None:
    """The card of a new project holds the first call to make."""
    assert "studio.ask" in studio.card()


@pytest.mark.slow
def test_a_broken_scene_does_not_hide_its_neighbours(studio: Studio) -> None:
    """A studio's card shows the finding of the broken scene and the picture of the good one."""
    studio.add_scene(source=HELLO, name="good")
    studio.add_scene(source=HELLO.replace("size", "sise"), name="bad")
    html = studio.card()
    assert html.count("<img") == 1
    assert "Did you mean size?" in html


def test_a_cell_without_a_picture_tells_its_trouble() -> None:
    """What kept a scene from being painted stands where its picture would, as plain words."""
    html = project_card("film", "16:9", [SceneCell("intro", "1 intro · 5 s", trouble="no <b> here")])
    assert "<img" not in html
    assert "no &lt;b&gt; here" in html
    assert "1 intro · 5 s" in html
