"""Who decides; and that a prompt answered offline loads nothing heavy that it does not need."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from workbench.brain.offline import OfflineDirector
from workbench.events import Event
from workbench.studio.choosing import chosen_model
from workbench.studio.model_settings import ModelSettings
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

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


class Closable(OfflineDirector):
    """A director that says when it was closed."""

    def __init__(self, told: list[str]) -> None:
        super().__init__()
        self._told = told

    def close(self) -> None:
        self._told.append("model")


@pytest.mark.slow
def test_one_model_is_chosen_and_it_outlasts_the_jobs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads that ask at once get the same one; it is closed when no job asks it any more."""
    told: list[str] = []
    twice, got = threading.Event(), []

    def slowly_chosen(settings: ModelSettings, emit: object) -> OfflineDirector:
        told.append("chosen")
        if len(told) > 1:
            twice.set()
        twice.wait(0.05)
        return Closable(told)

    monkeypatch.setattr("workbench.studio.choosing.chosen_model", slowly_chosen)
    with Workspace(Settings(data=tmp_path / "data", workers=1)) as workspace:
        threads = [threading.Thread(target=lambda: got.append(workspace.model)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        close = workspace.background.close

        def closed(patience_seconds: float) -> None:
            close(patience_seconds)
            told.append("jobs")

        monkeypatch.setattr(workspace.background, "close", closed)
    assert got[0] is got[1]
    assert told == ["chosen", "jobs", "model"]
