"""A crew on a `dask.distributed` cluster: each chunk of a film is a task, the film is joined here.

A task carries everything it needs, so the machines of the cluster share no disk. Its answer depends on
the task alone, so a task that was on a machine that died is simply done again elsewhere, and the film
is the same, byte for byte. For that every machine must have the same workbench and the same libraries;
a task that arrives at another one is refused.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from distributed import CancelledError, Future
from distributed import TimeoutError as Late
from distributed.client import ClosedClientError
from distributed.scheduler import KilledWorker

from workbench.errors import Cancelled, RenderFailed
from workbench.render.chunk_cache import renderer_fingerprint
from workbench.render.dask_cluster import connected, refuse_another_version
from workbench.render.painters import CONNECT_SECONDS, Item, Result, mapped
from workbench.render.process import SKIA_EASEL, Cancel, Hear, Job, RenderProcess
from workbench.render.wire import Message

Painted = tuple[Message, tuple[Message, ...], dict[str, bytes]]
"""The answer, what was told meanwhile, and the files that were made, by name."""

_LOOK_SECONDS = 0.1
_PROCESSES = threading.local()


class DaskCrew:
    """The painters of a cluster, by the address of its scheduler; close it when done.

    One film at a time. Progress is told chunk by chunk. A film that is cancelled ends here at once; the
    chunks being painted then are finished by the cluster and thrown away. When the scheduler is away
    the crew is lost, and with it the film that it paints.
    """

    def __init__(
        self, address: str, *, easel: str = SKIA_EASEL, connect_seconds: float = CONNECT_SECONDS
    ) -> None:
        self._easel = easel
        self._stop = threading.Event()
        self._fingerprint = renderer_fingerprint()
        self._client = connected(address, "unset WORKBENCH_DASK to render here", seconds=connect_seconds)
        self._workers = 1

    @property
    def lost(self) -> bool:
        """Say whether the scheduler is away; a new crew may find it again."""
        return bool(self._client.status != "running")

    @property
    def workers(self) -> int:
        """Return how many tasks the cluster does at the same time now, or did when it was last there."""
        # a client that is closed in this moment has no scheduler to ask: AttributeError
        with suppress(OSError, Late, AttributeError):
            if not self.lost:
                threads: dict[str, int] = self._client.nthreads()
                self._workers = max(1, sum(threads.values()))
        return self._workers

    def run(self, job: Job, hear: Hear | None = None, cancel: Cancel | None = None) -> Message:
        """Have the cluster do a job; see `RenderProcess.run`."""
        self._heed(cancel)
        portable, folder = _portable(job)
        try:
            task = self._client.submit(paint, portable, self._easel, self._fingerprint, pure=False, retries=2)
        except ClosedClientError:
            raise _lost(job) from None
        try:
            answer, heard, files = self._result(task, job, cancel)
        finally:
            task.release()
        for message in heard:
            if hear:
                hear(message)
        _write(files, job, folder)
        return answer

    def map(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Generator[Result]:
        """Yield `work(item)` in order; `work` runs in threads, at most two items a worker ahead."""
        return mapped(self.workers, work, items, self._stop)

    def close(self) -> None:
        """Leave the cluster; it goes on for others."""
        self._stop.set()
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _heed(self, cancel: Cancel | None) -> None:
        """Raise Cancelled when the render is not wanted any more."""
        if self._stop.is_set() or (cancel and cancel()):
            raise Cancelled("The render was cancelled.", remedy="Nothing partial was kept.")

    def _result(self, task: Future[Painted], job: Job, cancel: Cancel | None) -> Painted:
        # a short timeout of `result` can end in an error of distributed's own, so the end is waited for here
        ended = threading.Event()
        task.add_done_callback(lambda _: ended.set())
        while not ended.wait(_LOOK_SECONDS):
            try:
                self._heed(cancel)
            except Cancelled:
                task.cancel()
                raise
            # what was asked for while the client looked for its scheduler is told nothing when it gives up
            if self._client.status == "closed":
                raise _lost(job)
        try:
            painted: Painted = task.result()
        except CancelledError:
            raise _lost(job) from None
        except KilledWorker as lost:
            raise RenderFailed(
                f"Every machine of the cluster that took {job.title} was lost: {lost}.",
                remedy="Look at the cluster's log; its machines may be short of memory.",
            ) from None
        return painted


def _lost(job: Job) -> RenderFailed:
    return RenderFailed(
        f"The cluster was lost while it painted {job.title}.",
        remedy="See that its scheduler runs, and render again; finished chunks are kept.",
    )


def paint(job: Job, easel: str, fingerprint: str) -> Painted:
    """Do a job on a machine of the cluster."""
    refuse_another_version(fingerprint)
    heard: list[Message] = []
    with tempfile.TemporaryDirectory(prefix="workbench-cluster-") as place:
        answer = _process(easel).run(_placed(job, Path(place)), heard.append)
        files = {path.name: path.read_bytes() for path in Path(place).iterdir()}
    return answer, tuple(heard), files


def _process(easel: str) -> RenderProcess:
    """Return this thread's own render process, kept warm for the next task."""
    found: RenderProcess | None = getattr(_PROCESSES, "process", None)
    if found is None or found.easel != easel:
        found = _PROCESSES.process = RenderProcess(easel)
    return found


def _portable(job: Job) -> tuple[Job, Path | None]:
    """Return a job whose files travel with it, and the folder or file that its own files go to here."""
    parts = list(job.parts)
    sources = []
    for source in job.data.get("sources", ()):
        assets = dict(source["assets"])
        for name, place in assets.items():
            if isinstance(place, str):
                assets[name] = len(parts)
                parts.append(Path(place).read_bytes())
        sources.append({**source, "assets": assets})
    target = job.data.get("folder") or job.data.get("path")
    data = {**job.data, "sources": sources} if sources else dict(job.data)
    return Job(job.kind, data, tuple(parts), job.title), Path(target) if target else None


def _placed(job: Job, place: Path) -> Job:
    data = dict(job.data)
    if "folder" in data:
        data["folder"] = str(place)
    if "path" in data:
        data["path"] = str(place / "made")
    return Job(job.kind, data, job.parts, job.title)


def _write(files: dict[str, bytes], job: Job, target: Path | None) -> None:
    if target is None:
        return
    for name, content in files.items():
        (target / name if "folder" in job.data else target).write_bytes(content)
