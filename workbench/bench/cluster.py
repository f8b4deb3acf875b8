"""A film by one and two machines of a cluster that are processes here, against the same film without one."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from workbench.bench.contestants import FPS, SCENE
from workbench.bench.rendering import SIZES
from workbench.render.crew import Crew
from workbench.render.film import render_film
from workbench.render.painters import Painters
from workbench.render.timeline import FilmScene
from workbench.scene.format import Format
from workbench.scene.sandbox import Sandbox
from workbench.studio.evaluator import Draft, Evaluator


@dataclass(frozen=True, slots=True)
class Filmed:
    """How long the film took with so many workers, and its SHA-256."""

    where: str
    workers: int
    seconds: float
    frames: int
    sha256: str


def measure_cluster(size: str, seconds: float, workers: Sequence[int]) -> list[Filmed]:
    """Render the benchmark scene by local processes and by a cluster, with each number of workers."""
    picture = Format(*SIZES[size], FPS)
    film = _film(picture, seconds)
    return [
        _filmed(where, count, start, film, picture)
        for count in workers
        for where, start in (("here", _here), ("cluster", _cluster))
    ]


def _film(picture: Format, seconds: float) -> FilmScene:
    with Sandbox(workers=1) as sandbox:
        checked = Evaluator(sandbox).checked(Draft(SCENE.read_text(), picture, seconds))
    return FilmScene(checked.graph, "benchmark", seconds)


def _filmed(
    where: str, workers: int, start: Callable[[int, ExitStack], Painters], film: FilmScene, picture: Format
) -> Filmed:
    with ExitStack() as opened, tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        crew = start(workers, opened)
        path = Path(folder) / "film.mp4"
        for _ in range(2):  # the first one starts processes and reads fonts
            begun = time.perf_counter()
            report = render_film([film], picture, path, crew=crew)
            took = time.perf_counter() - begun
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Filmed(where, workers, took, report.frames, digest)


def _here(workers: int, opened: ExitStack) -> Painters:
    return opened.enter_context(Crew(workers))


def _cluster(workers: int, opened: ExitStack) -> Painters:
    from distributed import LocalCluster

    from workbench.render.dask_crew import DaskCrew

    cluster = opened.enter_context(
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1")
    )
    return opened.enter_context(DaskCrew(cluster.scheduler_address))
