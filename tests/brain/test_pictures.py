"""What requests want of which picture: shown, rebuilt, or its colours; in which scene."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.brain.offline import OfflineDirector
from workbench.brain.packet import Packet, Patch, PictureView, ProjectView, SceneView
from workbench.brain.pictures.looks import look_of
from workbench.brain.pictures.rebuilding import rebuilt
from workbench.brain.plan import EditScene, Plan, WriteScene

ONE = SceneView("a", "Opening", 'text("Hello", name="title")')
TWO = SceneView("b", "Numbers", 'text("42", name="number")')
LOGO = PictureView("logo", 400, 400, state="ready", kind="logo", colors=(("#3c6cf4", 0.7),), transparent=True)
SHOT = PictureView(
    "checkout page",
    1600,
    900,
    asked=True,
    state="ready",
    kind="ui",
    colors=(("#f8fafc", 0.8), ("#06d6a0", 0.1)),
    background="#f8fafc",
    areas=(Patch(0.1, 0.2, 0.3, 0.1, "#06d6a0"),),
    words=(Patch(0.1, 0.05, 0.2, 0.05, "#0f172a", "Pay now"),),
)


class Alike:
    """A measure of meaning to which nothing is like anything, so that no encoder is loaded."""

    name = "none"

    def __init__(self, texts: object) -> None:
        self.count = len(list(texts))  # type: ignore[call-overload]

    def similarities(self, query: str) -> list[float]:
        return [0.0] * self.count


def plan(prompt: str, *pictures: PictureView, scenes: tuple[SceneView, ...] = (ONE, TWO)) -> Plan:
    view = ProjectView("P", scenes, selected="a" if scenes else None)
    return OfflineDirector(Alike).decide(Packet(prompt, view, pictures=pictures)).plan


@pytest.mark.parametrize(
    ("prompt", "picture", "kind", "use", "scene"),
    [
        ("use the logo in scene 2", LOGO, EditScene, "embed", "b"),
        ("put my logo at the top left of the Numbers scene", LOGO, EditScene, "embed", "b"),
        ("add the logo", LOGO, EditScene, "embed", "a"),
        ("recreate this", SHOT, WriteScene, "recreate", None),
        ("make a scene like this screenshot", SHOT, WriteScene, "recreate", None),
        ("turn this mockup into an animation", SHOT, WriteScene, "recreate", None),
        ("make scene 2 look like the screenshot", SHOT, EditScene, "recreate", "b"),
        ("use the colours of this image in scene 1", SHOT, EditScene, "colors", "a"),
        ("make a new scene with the checkout page", SHOT, WriteScene, "embed", None),
        ("show checkout-page.png in scene 2", SHOT, EditScene, "embed", "b"),
    ],
)
def test_what_is_wanted(prompt: str, picture: PictureView, kind: type, use: str, scene: str | None) -> None:
    """Each way to say it gives one step about that picture, with its use, in that scene or a new one."""
    (step,) = plan(prompt, picture).steps
    assert isinstance(step, kind)
    assert (step.use, step.pictures) == (use, (picture.name,))
    assert getattr(step, "scene", None) == scene


@pytest.mark.parametrize(
    ("prompt", "meant"),
    [
        ("make a scene with the colours of this picture", "picture 2"),
        ("recreate this picture", "picture 2"),
        ("show the logo beside this picture", "logo"),
        ("make a scene with the colours of @picture", "picture"),
        ("show picture 2 in scene 1", "picture 2"),
        ("show 'picture' in scene 1", "picture"),
    ],
)
def test_a_name_that_is_only_a_word(prompt: str, meant: str) -> None:
    """A picture that happens to be called "picture" is not the one that came with the prompt."""
    older = PictureView("picture", 800, 600, state="ready", kind="poster", colors=(("#e43c44", 1.0),))
    came = replace(SHOT, name="picture 2")
    (step,) = plan(prompt, older, came, LOGO).steps
    assert getattr(step, "pictures", ()) == (meant,)


def test_an_attached_logo_is_not_the_older_one() -> None:
    """What "this logo" points at came with the prompt; "the logo" is still the one of that name."""
    came = replace(LOGO, name="logo 2", asked=True)
    for word, meant in (("this", "logo 2"), ("the", "logo")):
        (step,) = plan(f"put {word} logo in scene 1", LOGO, came).steps
        assert getattr(step, "pictures", ()) == (meant,)


@pytest.mark.parametrize("prompt", ["make the title blue", "delete scene 2", "remove the logo", "undo"])
def test_other_requests_are_left_alone(prompt: str) -> None:
    """A picture in the project changes nothing about requests that do not mean it."""
    assert all(not getattr(step, "pictures", ()) for step in plan(prompt, LOGO).steps)


def test_without_pictures_nothing_is_about_one() -> None:
    """A word like "logo" is no picture while the project has none."""
    assert all(not getattr(step, "pictures", ()) for step in plan("use the logo in scene 2").steps)


def test_a_rebuilt_scene_has_what_was_measured() -> None:
    """Boxes, words and ground come back in their colours; what was not read is not made up."""
    source, _, told = rebuilt(Packet("recreate it"), SHOT, 5)
    assert '"Pay now"' in source
    assert "fill=accent" in source
    assert '"#f8fafc"' in source
    assert "1 boxes, 1 lines" in told[0]
    unread = PictureView("x", 10, 10, state="ready", kind="ui", colors=(("#112233", 1.0),))
    _, _, told = rebuilt(Packet("recreate it"), unread, 5)
    assert any("not read" in line for line in told)


def test_the_users_word_goes_before_the_picture() -> None:
    """Colours of the prompt stay, the rest is the picture's, and each conflict is one sentence."""
    look = look_of(SHOT, Packet("recreate it on a red background"))
    assert look.colors["accent"] == "#06d6a0"
    assert look.colors["background"] != "#f8fafc"
    assert len(look.conflicts) == 1
    assert look_of(SHOT, Packet("recreate it")).conflicts == ()
