"""Opening a data folder that an older workbench wrote."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from workbench.brain.model import ScriptedModel
from workbench.lifecycle.backups import Backups
from workbench.store import schema
from workbench.store.engines import open_engine, parse_url
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace


@pytest.mark.slow
def test_an_older_database_is_backed_up_before_it_is_brought_up_to_date(tmp_path: Path) -> None:
    """Opening it keeps every scene, and leaves a verified backup of how it was."""
    settings = Settings(data=tmp_path)
    with Workspace(settings, model=ScriptedModel()) as workspace:
        studio = Studio(workspace, workspace.project("Old", create=True))
        studio.add_scene(source='text("kept")', name="kept")
    engine = open_engine(parse_url(settings.database_url), power_safe=True)
    schema.move(engine, "0001", reviewed=dict.fromkeys(_later(engine), "a test goes back"))
    engine.dispose()
    with Workspace(settings, model=ScriptedModel()) as workspace:
        assert workspace.database.health().schema == schema.head()
        assert [scene.name for scene in Studio(workspace, workspace.project("Old")).scenes] == ["kept"]
    kept = Backups(tmp_path / "backups").list()
    assert len(kept) == 1
    assert kept[0].verified


def _later(engine: Engine) -> list[str]:
    """Return what going back to the first schema takes away: later tables, later columns."""
    tables = [f"table:{name}" for name in inspect(engine).get_table_names()]
    return [*tables, "values:scene.excerpt", "values:revision.excerpt"]
