"""A format asked for when a project is opened."""

import pytest

from workbench.errors import InputError
from workbench.scene.format import Format
from workbench.studio.actions import SetFormat
from workbench.studio.studio import Studio, open_studio
from workbench.studio.workspace import Workspace


def test_a_project_opens_with_its_own_format_or_none(studio: Studio, workspace: Workspace) -> None:
    """The same cell may be run again, and a shape without a rate says nothing about the rate."""
    studio.do(SetFormat(format="9:16@60"))
    for format_ in (None, "9:16", "1080x1920@60", Format(1080, 1920, 60)):
        assert open_studio("Test", format_, workspace=workspace).project_id == studio.project_id


def test_another_format_than_the_project_has_is_refused(studio: Studio, workspace: Workspace) -> None:
    """It says what the project is and how to change it, and changes nothing."""
    before = studio.format
    for format_ in ("9:16", Format(1080, 1920), f"{before.width}x{before.height}@{before.fps + 1}"):
        with pytest.raises(InputError, match="is there already and is") as refused:
            open_studio("Test", format_, workspace=workspace)
        assert f'workbench project format "Test" {format_}' in str(refused.value)
    assert studio.format == before
