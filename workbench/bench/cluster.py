"""A film by one and two machines of a cluster that are processes here, against the same film without one.

Every number of workers has its processes started and warmed by a film of one chunk each, which is not
timed; then the places take turns, so that what else the machine does meets all of them.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

import psutil

from workbench.bench.contestants import FPS, SCENE
from workbench.bench.rendering import SIZES
from workbench.render.crew import Crew
from workbench.render.film import render_film
from workbench.render.painters import Painters
from workbench.render.progress import Progress
from workbench.render.timeline import CHUNK_SECONDS, FilmScene
from workbench.scene.format import Format
from workbench.scene.sandbox import Sandbox
from workbench.studio.evaluator import Draft, Evaluator

SAY_SECONDS = 5.0
Say = Callable[[str], None]


@dataclass(slots=True)
class Filmed:
    """One place with so many workers: the seconds of each film, the processors in use, the SHA-256s."""

    where: str
    workers: int
    frames: int = 0
    runs: list[float] = field(default_factory=list)
    processors: list[float] = field(default_factory=list)
    files: set[str] = field(default_factory=set)

    @property
    def seconds(self) -> float:
        """Return the median of the films' times."""
        return median(self.runs)

    @property
    def frames_a_second(self) -> float:
        """Return the frames a second of the median film."""
        return self.frames / self.seconds

    def times(self, other: Filmed) -> float:
        """Return how many times as fast as another it was."""
        return other.seconds / self.seconds

    def as_dict(self, one: Filmed) -> dict[str, object]:
        """Return plain data, with the ratio to `one` worker at the same place."""
        return {
            **asdict(self),
            "files": sorted(self.files),
            "seconds": round(self.seconds, 3),
            "frames_a_second": round(self.frames_a_second, 1),
            "times_one_worker": round(self.times(one), 2),
        }


def measure_cluster(
    size: str, seconds: float, workers: Sequence[int], *, runs: int = 2, say: Say = lambda _: None
) -> list[Filmed]:
    """Render the benchmark scene by local processes and by a cluster, with each number of workers."""
    picture = Format(*SIZES[size], FPS)
    film, warming = _film(picture, seconds), _film(picture, CHUNK_SECONDS * max(workers))
    found = []
    for count in workers:
        with ExitStack() as opened:
            places = {"here": _here(count, opened), "cluster": _cluster(count, opened)}
            filmed = [Filmed(where, count) for where in places]
            for each in filmed:
                say(f"{_named(each)}: starting and warming up")
                _render(places[each.where], warming, picture, lambda _: None)
            for number in range(runs):
                for each in filmed if number % 2 == 0 else filmed[::-1]:
                    _film_once(each, places[each.where], film, picture, _saying(each, say))
                    say(f"{_named(each)}: {each.frames} frames in {each.runs[-1]:.1f} s")
        found += filmed
    return found


def _named(filmed: Filmed) -> str:
    return f"{filmed.workers} {'worker' if filmed.workers == 1 else 'workers'} {filmed.where}"


def _saying(filmed: Filmed, say: Say) -> Callable[[Progress], None]:
    told = time.monotonic()

    def tell(progress: Progress) -> None:
        nonlocal told
        if time.monotonic() - told >= SAY_SECONDS:
            told = time.monotonic()
            say(f"{_named(filmed)}: {progress.done} of {progress.total} frames")

    return tell


def _film(picture: Format, seconds: float) -> FilmScene:
    with Sandbox(workers=1) as sandbox:
        checked = Evaluator(sandbox).checked(Draft(SCENE.read_text(), picture, seconds))
    return FilmScene(checked.graph, "benchmark", seconds)


def _film_once(
    filmed: Filmed, painters: Painters, film: FilmScene, picture: Format, tell: Callable[[Progress], None]
) -> None:
    used, begun = _processor_seconds(), time.perf_counter()
    filmed.frames, digest = _render(painters, film, picture, tell)
    took = time.perf_counter() - begun
    filmed.runs.append(took)
    filmed.processors.append(round((_processor_seconds() - used) / took, 2))
    filmed.files.add(digest)


def _render(
    painters: Painters, film: FilmScene, picture: Format, tell: Callable[[Progress], None]
) -> tuple[int, str]:
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        path = Path(folder) / "film.mp4"
        report = render_film([film], picture, path, crew=painters, on_progress=tell)
        return report.frames, hashlib.sha256(path.read_bytes()).hexdigest()


def _processor_seconds() -> float:
    """Return the processor time of this process and all that it started and that still run."""
    own = psutil.Process()
    used = 0.0
    for each in (own, *own.children(recursive=True)):
        with suppress(psutil.Error):
            times = each.cpu_times()
            used += times.user + times.system
    return used


def _here(workers: int, opened: ExitStack) -> Painters:
    return opened.enter_context(Crew(workers))


def _cluster(workers: int, opened: ExitStack) -> Painters:
    from distributed import LocalCluster

    from workbench.render.dask_crew import DaskCrew

    cluster = opened.enter_context(
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1")
    )
    return opened.enter_context(DaskCrew(cluster.scheduler_address))
