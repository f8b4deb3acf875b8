"""Who decides; and that a prompt answered offline loads nothing heavy that it does not need."""

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
print(*sorted({"openai", "sqlglot", "scipy", "alembic"} & set(sys.modules)))
"""


def unheard(_: Event) -> None:
    """Hear no event."""


def test_without_a_server_the_offline_director_decides() -> None:
    """It is what the settings mean as they are shipped."""
    assert isinstance(chosen_model(ModelSettings(model="offline"), unheard), OfflineDirector)


@pytest.mark.slow
def test_offline_neither_the_wires_client_nor_other_heavy_parts_are_loaded(tmp_path: Path) -> None:
    """A whole prompt is answered by a fresh process without them; opening the database needs Alembic."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(tmp_path)], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "alembic"
