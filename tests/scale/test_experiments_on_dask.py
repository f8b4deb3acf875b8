"""An experiment on a cluster ends with every cell done once, also when a machine is lost."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from distributed import LocalCluster

from workbench.errors import EnvironmentFault
from workbench.experiments import cluster as cells_on_cluster
from workbench.experiments.cluster import Order
from workbench.experiments.experiment import Experiment
from workbench.experiments.opening import open_experiment
from workbench.render.chunk_cache import renderer_fingerprint
from workbench.store.trials import Trials
from workbench.studio.model_settings import ModelSettings
from workbench.studio.settings import ScaleSettings, Settings
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow


def settings(data: Path, dask: str = "") -> Settings:
    return Settings(data=data, models=ModelSettings(model="offline"), scale=ScaleSettings(dask=dask))


@pytest.mark.timeout(600)
@pytest.mark.flaky(reruns=1)
def test_a_machine_that_is_lost_costs_no_cell(cluster: LocalCluster, tmp_path: Path) -> None:
    """`kill -9` while it is at a cell; the others do its part, and no cell is done twice."""
    address = cluster.scheduler_address
    with Workspace(settings(tmp_path, address)) as workspace:
        opened = open_experiment(workspace, "far", cases=["a title card", "a chart of 3, 4"], repeats=3)
        ended: dict[str, str] = {}
        run = threading.Thread(target=lambda: ended.update(opened.run_on_cluster(threads=1)), daemon=True)
        run.start()
        os.kill(busy_machine(opened, workspace), signal.SIGKILL)
        run.join(300)
        assert len(ended) == 2
        assert opened.counts == {"done": 6}
        assert sorted(cell.attempts for cell in opened.cells)[:-1] == [1] * 5
        assert all(cell.scores for cell in opened.cells)


def busy_machine(opened: Experiment, workspace: Workspace) -> int:
    """Wait until a machine is at a cell; return its process."""
    trials, ends = Trials(workspace.database), time.monotonic() + 240
    while time.monotonic() < ends:
        for cell in trials.cells(opened.id, states=("running",)):
            return int(str(cell.holder).split("|")[1])
        time.sleep(0.02)
    raise AssertionError("no machine took a cell")


def test_cells_of_a_machine_elsewhere_are_taken_when_their_lease_ends(tmp_path: Path) -> None:
    """Of another machine's process nobody here can say whether it lives; a run waits for its lease."""
    with Workspace(settings(tmp_path)) as workspace:
        opened = open_experiment(workspace, "left", cases=["a title card"], repeats=2)
        lost = Trials(workspace.database).claim(opened.id, "elsewhere|1|0.0:0", lease_seconds=3)
        assert lost
        order = Order(str(tmp_path), workspace.settings.database_url, "left", 1, renderer_fingerprint())
        assert cells_on_cluster._run(order) == "done"
        assert {cell.id: cell.attempts for cell in opened.cells}[lost.id] == 2
        assert opened.counts == {"done": 2}


def test_a_machine_waits_for_how_the_others_end_it(tmp_path: Path) -> None:
    """What they put back it goes on with; what they paused it leaves; when they are through it is done."""
    with Workspace(settings(tmp_path)) as workspace:
        opened = open_experiment(workspace, "left", cases=["a title card"], repeats=2)
        trials, waits = Trials(workspace.database), cells_on_cluster._ended_by_others
        trials.take_up(opened.id)
        assert waits(trials, opened.id) == ""
        for held in [trials.claim(opened.id, "elsewhere|1|0.0:0") for _ in range(2)]:
            assert held
            trials.finish(held, {}, {})
        assert waits(trials, opened.id) == "done"
        assert opened.state == "done"
        opened.amend(repeats=3)
        opened.pause()
        assert waits(trials, opened.id) == "paused"


def test_a_machine_with_another_version_does_no_cell(tmp_path: Path) -> None:
    """It would score pictures that the others do not paint."""
    with pytest.raises(EnvironmentFault, match="another version"):
        cells_on_cluster._run(Order(str(tmp_path), "", "far", 1, "of another version"))


def test_no_password_travels_and_a_machine_uses_its_own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a machine was set up with comes first, and it asks no cluster itself."""
    for url in ("postgresql://ana:canary-77@db:5432/wb", "postgresql://ana@db:5432/wb?password=canary-77"):
        assert cells_on_cluster._without_password(url) == "postgresql://ana@db:5432/wb"
    assert cells_on_cluster._without_password("sqlite:////srv/data/wb.db") == "sqlite:////srv/data/wb.db"
    order = Order("/srv/data", "postgresql://ana@db/wb", "far", 1, "")
    monkeypatch.setenv("WORKBENCH_DASK", "tcp://scheduler:8786")
    assert cells_on_cluster._settings(order).database == "postgresql://ana@db/wb"
    monkeypatch.setenv("WORKBENCH_DATABASE", "postgresql://own@db/wb")
    own = cells_on_cluster._settings(order)
    assert (own.database, own.scale.dask) == ("postgresql://own@db/wb", "")
