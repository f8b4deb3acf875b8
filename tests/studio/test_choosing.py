"""Who decides: offline nothing of the wire's client is loaded, which takes a second."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from workbench.brain.offline import OfflineDirector
from workbench.events import Event
from workbench.studio.choosing import chosen_model
from workbench.studio.model_settings import ModelSettings

ASK = """\
import sys
from pathlib import Path
from workbench.studio.model_settings import ModelSettings
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

with Workspace(Settings(data=Path(sys.argv[1]), models=ModelSettings(model="offline"))) as workspace:
    assert Studio(workspace, workspace.project("Orbit", create=True)).ask("add a title that says Hello").ok
print("openai" in sys.modules)
"""


def unheard(_: Event) -> None:
    """Hear no event."""


def test_without_a_server_the_offline_director_decides() -> None:
    """It is what the settings mean as they are shipped."""
    assert isinstance(chosen_model(ModelSettings(model="offline"), unheard), OfflineDirector)


@pytest.mark.slow
def test_offline_the_client_is_not_loaded(tmp_path: Path) -> None:
    """A whole prompt is answered by a fresh process without it."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(tmp_path)], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "False"
