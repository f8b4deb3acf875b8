"""A vision model's word about pictures: asked for when one is set, never waited for, within limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.images.making import encoded, logo
from workbench.brain.model import ScriptedModel, Usage
from workbench.brain.plan import Plan
from workbench.errors import ModelFailed
from workbench.studio.model_settings import ModelSettings
from workbench.studio.picture_settings import PictureSettings
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow


@dataclass
class Said:
    text: str
    usage: Usage


class Eyes(ScriptedModel):
    """A model that says what it was given, picture after picture; an error in the list is raised."""

    def __init__(self, *said: str | ModelFailed) -> None:
        super().__init__([Plan("answer", message="ok")] * 3)
        self.said = list(said)
        self.looked_at: list[bytes] = []

    def describe(self, picture: bytes, media_type: str, question: str) -> Said:
        self.looked_at.append(picture)
        answer = self.said.pop(0)
        if isinstance(answer, ModelFailed):
            raise answer
        return Said(answer, Usage("here", "eyes", 900, 0, 60, 0.002))


def studios(folder: Path, eyes: Eyes, a_day: int = 10, *, describe: str = "eyes") -> Iterator[Studio]:
    settings = Settings(
        data=folder,
        job_threads=0,
        models=ModelSettings(model_describe=describe),
        pictures=PictureSettings(described_a_day=a_day, described_side=128),
    )
    with Workspace(settings, model=eyes) as workspace:
        yield Studio(workspace, workspace.project("Test", create=True))


def measure(studio: Studio) -> None:
    while studio.workspace.background.drain():
        pass


def test_a_model_says_what_a_picture_shows(tmp_path: Path) -> None:
    """The description joins the facts and later packets; what it took is kept; it gets a small JPEG."""
    eyes = Eyes(
        '```json\n{"description": "A blue disc", "mood": "calm", "fonts": "", "alt": "Blue disc"}\n```'
    )
    for studio in studios(tmp_path, eyes):
        studio.add_picture(encoded(logo(1)), "logo")
        measure(studio)
        state = studio.pictures["logo"]
        studio.ask("hello")
        assert state.facts is not None
        assert state.facts.seen is not None
        assert (state.described, state.alt, state.facts.kind) == ("ready", "Blue disc", "logo")
        assert (state.facts.seen.mood, state.facts.seen.cost_usd) == ("calm", 0.002)
        assert any("Shows: A blue disc" in section.text for section in eyes.heard[0].sections)
        assert eyes.looked_at[0][:2] == b"\xff\xd8"


def test_a_failure_is_shown_and_the_measured_stays(tmp_path: Path) -> None:
    """A model that cannot see fails the description alone; a retry asks it again."""
    eyes = Eyes(ModelFailed("'eyes' cannot look at pictures.", kind="no_vision"), "A blue disc on nothing.")
    for studio in studios(tmp_path, eyes):
        studio.add_picture(encoded(logo(1)), "logo")
        measure(studio)
        failed = studio.pictures["logo"]
        studio.pictures.retry("logo")
        measure(studio)
        again = studio.pictures["logo"]
        assert (failed.state, failed.described) == ("ready", "failed")
        assert "cannot look" in failed.description_error
        assert (again.described, again.alt) == ("ready", "A blue disc on nothing.")


def test_a_day_has_its_limit(tmp_path: Path) -> None:
    """Over the day's limit pictures are measured and not described, and that is said."""
    eyes = Eyes("One thing.", "Another thing.")
    for studio in studios(tmp_path, eyes, a_day=1):
        studio.add_picture(encoded(logo(1)), "one")
        studio.add_picture(encoded(logo(2)), "two")
        measure(studio)
        states = sorted(each.described for each in studio.pictures)
        assert states == ["over the day's limit", "ready"]
        assert len(eyes.looked_at) == 1


def test_without_a_setting_nothing_is_sent(tmp_path: Path) -> None:
    """No model looks at a picture unless one is named for it."""
    eyes = Eyes("Never.")
    for studio in studios(tmp_path, eyes, describe=""):
        studio.add_picture(encoded(logo(1)), "logo")
        measure(studio)
        assert (studio.pictures["logo"].described, eyes.looked_at) == ("", [])
