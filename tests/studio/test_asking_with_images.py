"""Prompts with pictures: answered at once, and completed when the pictures have been measured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.images.making import encoded, logo, poster, screen
from workbench.brain.model import ScriptedModel
from workbench.brain.offline import OfflineDirector
from workbench.brain.plan import Plan, WriteScene
from workbench.errors import InputError, NotFound
from workbench.events import Event
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow


def opened(folder: Path, model: object) -> Iterator[Studio]:
    with Workspace(Settings(data=folder, job_threads=0), model=model) as workspace:  # type: ignore[arg-type]
        yield Studio(workspace, workspace.project("Test", create=True))


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    """A studio with the offline director, whose pictures nobody measures until `measure` is called."""
    yield from opened(tmp_path, OfflineDirector())


@pytest.fixture
def scripted(tmp_path: Path) -> Iterator[tuple[Studio, ScriptedModel]]:
    model = ScriptedModel()
    for studio in opened(tmp_path, model):
        yield studio, model


def measure(studio: Studio) -> None:
    while studio.workspace.background.drain():
        pass


def test_the_colours_of_a_picture_that_were_asked_for_are_hints(studio: Studio) -> None:
    """They lean one way after a kept answer, weigh a quarter, give way to words, and go with an undo."""
    studio.add_scene(template="title")
    studio.add_picture(encoded(poster(4)), "photo")
    measure(studio)
    studio.ask("use the colours of photo in scene 1")
    hints = {each.key: each for each in studio.memory.beliefs}
    accent = studio.scene(1).params["accent"]
    assert set(hints) == {"accent", "background"}
    assert (hints["accent"].value, hints["accent"].state) == (accent, "leaning")
    (reason,) = hints["accent"].evidence
    assert (reason.source, reason.weight) == ("image", 0.25)
    assert reason.said == f"accent colour {accent} of 'photo'"
    studio.undo()
    assert studio.memory.beliefs == ()
    studio.memory.learning = False
    studio.ask("use the colours of photo in scene 1")
    assert studio.memory.beliefs == ()


def test_nobody_waits_for_facts(studio: Studio) -> None:
    """The answer is there while nothing was measured; then the scene follows by a revision that says why."""
    heard: list[Event] = []
    studio.on(heard.append)
    take = studio.ask("recreate this", images=[encoded(poster(4))])
    before = (take.pictures[0].state, take.pictures[0].known, take.late[0].became)
    shown = studio.scene(1)
    measure(studio)
    after, late = studio.scene(1), take.late[0]
    assert before == ("queued", (), "waiting")
    assert 'image("picture"' in shown.source
    assert "is still being measured" in take.text
    assert (late.became, late.revision, after.revision) == ("applied", 2, 2)
    assert "image(" not in after.source
    assert "rect(" in after.source
    newest = studio.revisions(1)[0]
    assert (newest.who, "facts of 'picture' arrived" in newest.why) == ("image facts", True)
    names = [event.name for event in heard]
    assert names.index("image_facts_ready") < names.index("image_facts_applied")
    assert studio.messages[-1].role == "note"
    assert "queued; known: its size alone" in take.card()
    assert "came later and were applied (revision 2)" in take.card()


def test_a_scene_that_was_touched_is_left_alone(studio: Studio) -> None:
    """Facts that come after somebody worked on the scene are offered, and saved when they are accepted."""
    take = studio.ask("recreate this", images=[encoded(poster(4))])
    mine = 'text("mine")'
    studio.save_scene(1, source=mine)
    measure(studio)
    late = take.late[0]
    assert (studio.scene(1).source, late.became) == (mine, "offered")
    assert "changed in the meantime" in studio.messages[-1].text
    assert studio.pictures.offers == (late,)
    studio.accept(studio.messages[-1].id)
    assert "rect(" in studio.scene(1).source
    assert (take.late[0].became, studio.pictures.offers) == ("accepted", ())
    with pytest.raises(InputError, match="no such offer"):
        studio.accept(late)


def test_an_offer_can_be_declined(studio: Studio) -> None:
    """A declined offer is gone, and the scene as it was."""
    take = studio.ask("recreate this", images=[encoded(poster(4))])
    studio.save_scene(1, source='text("mine")')
    measure(studio)
    studio.pictures.decline(studio.pictures.offers[0])
    assert (take.late[0].became, studio.scene(1).source) == ("declined", 'text("mine")')


def test_facts_that_are_there_are_used_at_once(studio: Studio) -> None:
    """A picture that was measured before needs no second step."""
    studio.add_picture(encoded(poster(4)), "summer")
    measure(studio)
    take = studio.ask("make a scene like the summer poster")
    assert (take.pictures[0].state, take.pictures[0].use, take.late) == ("ready", "recreate", ())
    assert "kind poster" in take.pictures[0].known
    assert "rect(" in studio.scene(1).source


def test_a_logo_lends_its_colours_when_they_are_known(studio: Studio) -> None:
    """A scene made for a picture shows it at once and takes its colours later, as parameters alone."""
    take = studio.ask('make a title scene with this logo saying "Acme"', images=[encoded(logo(1))])
    before = studio.scene(1)
    measure(studio)
    after = studio.scene(1)
    assert 'image("picture"' in before.source
    assert '"Acme"' in before.source
    assert after.source == before.source
    assert (take.late[0].became, after.params["accent"]) == ("applied", "#3c6cf4")


def test_words_go_before_pictures(studio: Studio) -> None:
    """A colour the prompt names stays when the picture has another, and the conflict is told."""
    take = studio.ask("show this poster on a green background", images=[encoded(poster(4))])
    measure(studio)
    late = take.late[0]
    assert late.became == "applied"
    assert "You said #22c55e for the background; 'picture' has #e43c44: yours stays." in late.told
    assert studio.scene(1).params["backdrop"] == "#22c55e"


def test_pictures_are_used_again_by_name(studio: Studio) -> None:
    """A picture of the project is meant by its name, in the scene that is named, and is kept once."""
    studio.add_scene(source='text("one")', name="first thing")
    studio.add_scene(source='text("two")', name="second thing")
    content = encoded(logo(1))
    studio.add_picture(content, "logo")
    studio.ask("use the logo in scene 2 at the top left")
    assert 'image("logo"' in studio.scene(2).source
    assert "at=top_left" in studio.scene(2).source
    assert studio.scene(1).source == 'text("one")'
    studio.ask("put it into scene 1", images=[content])
    assert 'image("logo"' in studio.scene(1).source
    studio.ask("show it big in scene 1", images=["logo"])
    assert len(studio.pictures) == 1


def test_several_pictures_at_once(studio: Studio) -> None:
    """Each of several pictures is kept under a name of its own and shown."""
    studio.ask(
        "make a scene with these pictures", images=[encoded(logo(1)), encoded(logo(2)), encoded(logo(3))]
    )
    assert [each.name for each in studio.pictures] == ["picture", "picture 2", "picture 3"]
    assert studio.scene(1).source.count("image(") == 3
    assert studio.check(1).ok


def test_one_bad_picture_keeps_none(studio: Studio, tmp_path: Path) -> None:
    """A refused picture says why, and nothing of the prompt is kept."""
    with pytest.raises(InputError, match="no picture"):
        studio.ask("recreate this", images=[encoded(logo(1)), b"nonsense"])
    with pytest.raises(NotFound, match="lgo"):
        studio.ask("use it", images=["lgo"])
    with pytest.raises(InputError, match="cannot be read"):
        studio.ask("use it", images=[tmp_path / "missing.png"])
    assert (len(studio.pictures), studio.messages) == (0, ())


def test_a_failed_picture_is_shown_and_tried_again(studio: Studio) -> None:
    """A picture whose file is gone is failed with its reason; after a retry the scene follows as well."""
    take = studio.ask("recreate this", images=[encoded(poster(4))])
    file = studio.workspace.blobs.path(studio.pictures["picture"].asset.sha256)
    content = file.read_bytes()
    file.unlink()
    measure(studio)
    assert (studio.pictures["picture"].state, take.late[0].became) == ("failed", "waiting")
    with pytest.raises(InputError, match=r"failed.*retry"):
        studio.facts("picture")
    file.write_bytes(content)
    studio.pictures.retry("picture")
    measure(studio)
    assert (studio.facts("picture").kind, take.late[0].became) == ("poster", "applied")


def test_undone_in_the_meantime(studio: Studio) -> None:
    """A scene that was taken back before the facts came stays taken back."""
    take = studio.ask("recreate this", images=[encoded(poster(4))])
    studio.undo()
    measure(studio)
    assert (take.late[0].became, studio.scenes) == ("nothing", ())


def test_a_model_is_told_and_asked_again(scripted: tuple[Studio, ScriptedModel]) -> None:
    """A model hears what is known, decides without the rest, and writes again when the facts are there."""
    studio, model = scripted
    model._plans = [Plan("steps", (WriteScene("rebuild it", use="recreate", pictures=("picture",)),))]
    model._writings = ['text("first")', 'text("rebuilt")']
    take = studio.ask("recreate this", images=[encoded(screen(3))])
    told = model.heard[0].pictures[0]
    measure(studio)
    later = model.heard[-1].pictures[0]
    assert (told.asked, told.known, later.known) == (True, False, True)
    assert studio.scene(1).source == 'text("rebuilt")'
    assert (take.late[0].became, studio.scene(1).revision) == ("applied", 2)


def test_a_model_that_fails_later_leaves_the_local_look(scripted: tuple[Studio, ScriptedModel]) -> None:
    """When the model does not answer any more, the look is rebuilt without it, and that is told."""
    studio, model = scripted
    model._plans = [Plan("steps", (WriteScene("rebuild it", use="recreate", pictures=("picture",)),))]
    model._writings = ['text("first")']
    take = studio.ask("recreate this", images=[encoded(poster(4))])
    measure(studio)
    assert take.late[0].became == "applied"
    assert "did not answer" in take.late[0].told
    assert "rect(" in studio.scene(1).source


def test_an_application_that_was_killed_is_not_done_twice(studio: Studio) -> None:
    """Facts that were saved before the job could say so are found saved, not applied again."""
    studio.ask("recreate this", images=[encoded(poster(4))])
    jobs = studio.workspace.jobs
    finishing = jobs.finishing

    def broken(held: object, result: object) -> object:
        if held.kind == "late_facts":  # type: ignore[attr-defined]
            raise RuntimeError("killed")
        return finishing(held, result)  # type: ignore[arg-type]

    jobs.finishing = broken  # type: ignore[assignment,method-assign]
    measure(studio)
    jobs.finishing = finishing  # type: ignore[method-assign]
    (late,) = studio.jobs.list("late_facts")
    jobs.retry(late.id)
    measure(studio)
    assert studio.scene(1).revision == 2
    assert studio.pictures.late[0].became == "applied"


def test_alt_text_is_the_users_or_made_from_facts(studio: Studio) -> None:
    """Alt text begins as what was measured; the user's own goes before it and can be undone."""
    studio.add_picture(encoded(poster(4)), "summer")
    measure(studio)
    made = studio.pictures["summer"].alt
    studio.pictures.set_alt("summer", "A red poster for a jazz night")
    assert "poster" in made
    assert studio.pictures["summer"].alt == "A red poster for a jazz night"
    assert "A red poster" in studio.pictures._repr_mimebundle_()["text/html"]
    studio.undo()
    assert studio.pictures["summer"].alt == made
