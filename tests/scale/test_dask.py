"""Films on a Dask cluster are the films that this machine would make."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import nbformat
import psutil
import pytest
from distributed import CancelledError, Client, LocalCluster

from tests.render.films import GRADIENTS, SMALL, scene
from tests.render.troubled import EASEL as TROUBLED
from workbench.batch import on_cluster
from workbench.batch.run import Batch, run_batch
from workbench.batch.running import Limits
from workbench.cli.main import run
from workbench.errors import Cancelled, EnvironmentFault, InputError, RenderFailed
from workbench.render import dask_crew
from workbench.render.dask_crew import DaskCrew
from workbench.render.film import FilmReport, render_film
from workbench.render.progress import Progress
from workbench.render.timeline import FilmScene
from workbench.stress.drill_faults import until
from workbench.studio.painting import PaintShop
from workbench.studio.settings import ScaleSettings, Settings
from workbench.studio.studio import open_studio
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow
THREE = [scene("#111111"), scene("#222222", 1.5), scene("#333333", 2)]


def film(scenes: list[FilmScene], path: Path, crew: DaskCrew | None = None, **options: object) -> FilmReport:
    return render_film(scenes, SMALL, path, easel=GRADIENTS, workers=2, crew=crew, **options)  # type: ignore[arg-type]


def test_a_cluster_makes_the_same_files(cluster: LocalCluster, tmp_path: Path) -> None:
    """A video, a GIF and numbered pictures, byte for byte; pictures travel along; progress is whole."""
    (tmp_path / "asset").write_bytes(b"picture")
    scenes = [*THREE, scene("#444444", asset=tmp_path / "asset")]
    told: list[Progress] = []
    with DaskCrew(cluster.scheduler_address, easel=GRADIENTS) as crew:
        assert crew.workers == 2
        for name in ("film.mp4", "film.gif", "frames"):
            film(scenes, tmp_path / f"here-{name}")
            report = film(scenes, tmp_path / f"there-{name}", crew, on_progress=told.append)
            assert _content(tmp_path / f"there-{name}") == _content(tmp_path / f"here-{name}")
            assert told[-1].done == told[-1].total
            assert report.workers == 2


def _content(path: Path) -> list[bytes]:
    return [path.read_bytes()] if path.is_file() else [each.read_bytes() for each in sorted(path.iterdir())]


def test_what_fails_is_told_as_here(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scene that cannot be painted, a cancellation, and a machine with other versions."""
    with DaskCrew(cluster.scheduler_address, easel=TROUBLED) as crew:
        with pytest.raises(RenderFailed, match="the paint ran out"):
            film([scene(**{"raise": b"yes"})], tmp_path / "a.mp4", crew)
        with pytest.raises(Cancelled):
            film([scene(seconds=30)], tmp_path / "b.mp4", crew, cancel=lambda: True)
        assert film(THREE[:1], tmp_path / "c.mp4", crew).frames == 30
    monkeypatch.setattr(dask_crew, "renderer_fingerprint", lambda: "of another version")
    with (
        DaskCrew(cluster.scheduler_address, easel=GRADIENTS) as crew,
        pytest.raises(EnvironmentFault, match="another version"),
    ):
        film(THREE[:1], tmp_path / "d.mp4", crew)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.mp4"]


def test_frames_of_a_painter_that_died_are_taken_back(cluster: LocalCluster, tmp_path: Path) -> None:
    """The painter of a chunk dies once on its machine and begins again; no frame is counted twice."""
    (tmp_path / "once").touch()
    told: list[Progress] = []
    with DaskCrew(cluster.scheduler_address, easel=TROUBLED) as crew:
        scenes = [*THREE, scene(die_once=os.fsencode(tmp_path / "once"))]
        report = film(scenes, tmp_path / "a.mp4", crew, on_progress=told.append)
    assert not (tmp_path / "once").exists()
    assert report.painted_frames == told[-1].done == told[-1].total
    assert max(each.done for each in told) == told[-1].total


def test_a_cluster_that_is_not_there_is_told_soon() -> None:
    """With the way out."""
    with pytest.raises(EnvironmentFault, match="unset WORKBENCH_DASK"):
        DaskCrew("tcp://127.0.0.1:9", connect_seconds=1)
    with pytest.raises(InputError, match="no address"):
        ScaleSettings(dask="localhost")


def test_a_studio_exports_on_the_cluster_that_the_settings_name(
    cluster: LocalCluster, tmp_path: Path
) -> None:
    """The setting is all it takes; the film is the one that was made here."""
    made = []
    for name, address in (("here", ""), ("there", cluster.scheduler_address)):
        settings = Settings(data=tmp_path / name, scale=ScaleSettings(dask=address))
        with Workspace(settings) as workspace, open_studio("Film", "320x180", workspace=workspace) as studio:
            studio.add_scene(
                source='text("Hello", size=200, color="white", enter=fade())', duration_seconds=1
            )
            made.append(studio.export(tmp_path / f"{name}.mp4").path.read_bytes())
    assert made[0] == made[1]


def test_a_studio_finds_a_cluster_that_comes_back(tmp_path: Path) -> None:
    """A film during the outage is told what to do; the one after it is painted as before."""
    settings = Settings(data=tmp_path, scale=ScaleSettings(dask=f"tcp://127.0.0.1:{free_port()}"))
    shop = PaintShop(settings, connect_seconds=5)

    def painted(name: str) -> bytes:
        with shop.crew() as crew:
            return film(THREE[:1], tmp_path / name, crew, quality="draft").path.read_bytes()  # type: ignore[arg-type]

    with closing(shop):
        with in_threads(settings.scale.dask):
            before = painted("before.mp4")
            with shop.crew() as crew:
                assert not crew.lost
        assert until(lambda: crew.lost, 60)
        for _ in range(2):
            with pytest.raises(EnvironmentFault, match="Start `dask scheduler`"):
                painted("during.mp4")
        with in_threads(settings.scale.dask):
            assert painted("after.mp4") == before


def test_a_film_whose_cluster_closed_says_what_to_do(tmp_path: Path) -> None:
    """Whether the client still looks for the scheduler or has given up."""
    address = f"tcp://127.0.0.1:{free_port()}"
    with in_threads(address):
        crew = DaskCrew(address, easel=GRADIENTS, connect_seconds=5)
    with crew:
        for _ in range(2):
            with pytest.raises(RenderFailed, match="render again"):
                film(THREE[:1], tmp_path / "lost.mp4", crew)
        assert crew.lost
        assert crew.workers == 1


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def in_threads(address: str) -> LocalCluster:
    """Return a cluster at an address that takes its place at once: its only machine is this process."""
    port = int(address.rpartition(":")[2])
    return LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0", host="127.0.0.1",
        scheduler_port=port,
    )  # fmt: skip


def test_a_batch_runs_on_a_machine_of_the_cluster(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """`workbench batch --cluster` keeps the notebook here; its failure is a failure here."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_DASK", cluster.scheduler_address)
    monkeypatch.setenv("CANARY_TOKEN", "canary-5170d7")
    cells = [
        nbformat.v4.new_code_cell("a: int = 1", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(
            "import psutil\nprint(psutil.Process().parent().pid, 'canary-' + '5170d7')"
        ),
        nbformat.v4.new_code_cell("assert a == 1, 'a is not one'"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "small.ipynb")
    assert run(["batch", str(tmp_path / "small.ipynb"), "--cluster", "--no-html", "--json"]) == 0
    text = Path(json.loads(capfd.readouterr().out)["output"]).read_text()
    with Client(cluster) as client:
        assert any(f"{pid} [CANARY_TOKEN]" in text for pid in client.run(os.getpid).values())
    assert run(["batch", str(tmp_path / "small.ipynb"), "2", "--cluster", "--no-html"]) == 1
    assert "a is not one" in capfd.readouterr().err


def test_a_batch_that_no_machine_may_run_leaves_nothing(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where nobody is, nor where the machines have another version."""
    cells = [nbformat.v4.new_code_cell("a: int = 1", metadata={"tags": ["parameters"]})]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "small.ipynb")
    batch = Batch(str(tmp_path / "small.ipynb"))
    monkeypatch.setattr(on_cluster, "renderer_fingerprint", lambda: "of another version")
    for address, told in (
        (cluster.scheduler_address, "another version"),
        ("carrier-pigeon://1", "dask worker"),
    ):
        with pytest.raises(EnvironmentFault, match=told):
            run_batch(batch, tmp_path / "out", environment={}, cluster=address)
    assert list((tmp_path / "out").rglob("*.ipynb")) == []


def test_what_a_machine_could_not_do_is_the_runs_failure() -> None:
    """An error of the task itself is no cluster that cannot be reached, and one of ours stays itself."""

    class Ended:
        def __init__(self, error: BaseException) -> None:
            self.error = error

        def result(self) -> None:
            raise self.error

    content, failure = on_cluster._came(Ended(OSError(28, "No space left")), "as it was")  # type: ignore[arg-type]
    assert content == "as it was"
    assert "OSError: [Errno 28] No space left" in str(failure)
    assert "reached" not in str(failure)
    _, failure = on_cluster._came(Ended(CancelledError("gone")), "")  # type: ignore[arg-type]
    assert "the cluster was lost: gone" in str(failure)
    with pytest.raises(EnvironmentFault, match="other"):
        on_cluster._came(Ended(EnvironmentFault("other")), "")  # type: ignore[arg-type]


def test_a_batch_on_a_machine_asks_no_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address of a cluster that the machine has would make it wait for itself."""
    monkeypatch.setenv("WORKBENCH_DASK", "tcp://scheduler:8786")
    cells = [nbformat.v4.new_code_cell("import os\nprint('WORKBENCH_DASK' in os.environ)")]
    text = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    content, failure = on_cluster._run(
        "1", "small.ipynb", text, {}, Limits(), on_cluster.renderer_fingerprint()
    )
    assert failure is None
    assert "False" in str(nbformat.reads(content, as_version=4).cells[-1].outputs)


def test_dask_is_not_imported_unless_it_is_used() -> None:
    """Opening a workspace and rendering here touches nothing of it."""
    code = (
        "import sys, workbench.studio.workspace, workbench.cli.films\nsys.exit('distributed' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_worker_that_is_killed_costs_only_time(cluster: LocalCluster, tmp_path: Path) -> None:
    """`kill -9` in the middle of a film; the file is the one that nobody disturbed."""
    scenes = [scene(f"#1111{number:02d}", 4) for number in range(12)]
    film(scenes, tmp_path / "here.mp4")
    with Client(cluster) as client:
        pids = client.run(os.getpid)
    told: list[Progress] = []
    begun = threading.Event()

    def hear(progress: Progress) -> None:
        told.append(progress)
        if progress.done > 120:
            begun.set()

    def kill() -> None:
        assert begun.wait(60)
        os.kill(next(iter(pids.values())), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with DaskCrew(cluster.scheduler_address, easel=GRADIENTS) as crew:
        report = film(scenes, tmp_path / "there.mp4", crew, on_progress=hear)
    killer.join()
    assert report.painted_frames == 12 * 120
    assert max(each.done for each in told) == told[-1].total == 12 * 120
    assert until(lambda: not psutil.pid_exists(next(iter(pids.values()))), 60)
    assert (tmp_path / "there.mp4").read_bytes() == (tmp_path / "here.mp4").read_bytes()
