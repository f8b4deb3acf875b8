"""The background work of a project at a service, and films fetched from there."""

from __future__ import annotations

import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from workbench.errors import Cancelled, InputError, RenderFailed
from workbench.lifecycle.litter import owned
from workbench.render.film import Broken, FilmKind, FilmReport
from workbench.render.process import Cancel
from workbench.render.progress import OnProgress, Progress
from workbench.scene.format import Format
from workbench.store.jobs import Job, JobState
from workbench.studio.remote.calling import Calling
from workbench.studio.remote.values import job_of
from workbench.studio.wire.work import JobSent
from workbench.studio.work_card import work_card

LOOK_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 3600.0
_ENDINGS: dict[str, tuple[FilmKind, str]] = {
    ".mp4": ("mp4", "mp4"),
    ".gif": ("gif", "gif"),
    "": ("png", "zip"),
}


class RemoteWork:
    """The jobs of a project, the newest first. In a notebook it shows itself."""

    def __init__(self, calling: Calling, path: str) -> None:
        self._calling = calling
        self._path = path
        self._fetched: Path | None = None

    def list(self, kind: str | None = None, state: Iterable[JobState] = ()) -> tuple[Job, ...]:
        """Return the newest jobs, of one kind and in some states where these are given."""
        found = self._calling.get(f"{self._path}/jobs", kind=kind, state=list(state) or None)
        return tuple(_job(each) for each in found)

    def get(self, job: Job | str) -> Job:
        """Return a job of this project as it is now."""
        return _job(self._calling.get(f"{self._path}/jobs/{_id(job)}"))

    def wait(self, job: Job | str, timeout_seconds: float = LONGEST_WAIT_SECONDS) -> Job:
        """Return a job once it has ended, or as it is when the time is over."""
        deadline = time.monotonic() + timeout_seconds
        while not (found := self.get(job)).ended and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        return found

    def cancel(self, job: Job | str) -> Job:
        """Stop a job that has not ended; nothing it made is kept."""
        return _job(self._calling.post(f"{self._path}/jobs/{_id(job)}/cancel"))

    def retry(self, job: Job | str) -> Job:
        """Do a job again that failed, died or was cancelled."""
        return _job(self._calling.post(f"{self._path}/jobs/{_id(job)}/retry"))

    def file(self, job: Job | str) -> Path:
        """Fetch the finished film of a job and return where it lies here, until the studio is closed."""
        found = self.get(job)
        if self._fetched is None:
            self._fetched = owned(Path(tempfile.mkdtemp(prefix="workbench-films-")))
        content = self._calling.bytes(f"{self._path}/jobs/{found.id}/film")
        ending = Path(str((found.result or {}).get("name", ""))).suffix
        target = self._fetched / f"{found.id}{ending}"
        target.write_bytes(content)
        return target

    def film(self, path: Path, *, quality: str, kind: FilmKind | None, broken: Broken,
             on_progress: OnProgress | None, cancel: Cancel | None) -> FilmReport:  # fmt: skip
        """Have the whole project made into a film and bring it to `path`."""
        made, file = _kind(path, kind)
        asked = {"quality": quality, "file": file, "broken": broken}
        job = _job(self._calling.post(f"{self._path}/exports", asked))
        while not job.ended:
            if cancel is not None and cancel():
                self.cancel(job)
                raise Cancelled("The film was stopped.", remedy="Nothing was kept.")
            if on_progress is not None and job.progress:
                on_progress(_progress(job.progress))
            time.sleep(LOOK_SECONDS)
            job = self.get(job)
        if job.state != "done" or job.result is None:
            raise RenderFailed(job.error or f"The film's job is {job.state}.", remedy="See studio.jobs.")
        if on_progress is not None and job.progress:
            on_progress(_progress(job.progress))
        _bring(self._calling.bytes(f"{self._path}/jobs/{job.id}/film"), path, made)
        return _report(job.result, path, made)

    def close(self) -> None:
        """Remove the films that were fetched."""
        if self._fetched is not None:
            shutil.rmtree(self._fetched, ignore_errors=True)
            self._fetched = None

    def __iter__(self) -> Iterator[Job]:
        return iter(self.list())

    def __len__(self) -> int:
        return len(self.list())

    def __repr__(self) -> str:
        held = self.list()
        return f"RemoteWork({len(held)} jobs, {sum(not each.ended for each in held)} not ended)"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": work_card(self.list())}


def _job(data: Any) -> Job:
    return job_of(JobSent.model_validate(data))


def _id(job: Job | str) -> str:
    return job if isinstance(job, str) else job.id


def _kind(path: Path, kind: FilmKind | None) -> tuple[FilmKind, str]:
    known = _ENDINGS.get(path.suffix.lower())
    if known is None or (kind is not None and kind != known[0]):
        raise InputError(
            f"{path} has an ending that no film is written to.", remedy="Use .mp4, .gif or a folder."
        )
    return known


def _bring(content: bytes, path: Path, kind: FilmKind) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "png":
        path.mkdir(exist_ok=True)
        with zipfile.ZipFile(BytesIO(content)) as frames:
            for name in frames.namelist():
                (path / Path(name).name).write_bytes(frames.read(name))
    else:
        path.write_bytes(content)


def _progress(told: Any) -> Progress:
    return Progress(told["done"], told["total"], 0.0, told["fps"], told["eta_seconds"])


def _report(made: Any, path: Path, kind: FilmKind) -> FilmReport:
    return FilmReport(
        path=path,
        kind=kind,
        picture=Format(made["width"], made["height"], made["fps"]),
        quality=made["quality"],
        frames=made["frames"],
        painted_frames=made["painted_frames"],
        cached_frames=made["cached_frames"],
        elapsed_seconds=made["elapsed_seconds"],
        workers=0,
        cards=tuple(made["cards"]),
        skipped=tuple(made["skipped"]),
    )
