"""Films as jobs: asked for now, painted in the background, found again after a crash.

A film is painted into a file of its own attempt. Its bytes go into the store of renders under their
SHA-256, and the job's result names them in the transaction that says "done"; so there is one result, and a
film that was interrupted goes on from the pieces that are in the cache.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from workbench.clock import Clock
from workbench.errors import InputError
from workbench.events import Emit, Event
from workbench.render.assets import Assets
from workbench.render.chunk_cache import ChunkCache
from workbench.render.film import FilmReport, render_film
from workbench.render.outfile import disk_faults_told
from workbench.render.painters import Painters
from workbench.render.progress import Progress
from workbench.render.reserve import Reserve
from workbench.render.timeline import FilmScene, Transition
from workbench.scene.excerpt import Excerpt
from workbench.store.blobs import Blobs
from workbench.store.scenes import Scenes
from workbench.store.values import Revision
from workbench.studio.evaluator import Draft, Evaluator
from workbench.studio.film_orders import MEDIA_TYPES, FilmOrder
from workbench.studio.working import Outcome, Run, Task

FILM = "film"
TOLD_EVERY_SECONDS = 0.25
NOTED_EVERY_SECONDS = 1.0
_NOON = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class FilmRoom:
    """What it takes to paint films in a workspace."""

    scenes: Scenes
    evaluator: Evaluator
    pictures: Blobs
    renders: Blobs
    chunks: ChunkCache
    crew: Callable[[], AbstractContextManager[Painters]]
    clock: Clock
    emit: Emit
    reserve: Reserve


def filming(room: FilmRoom) -> Run:
    """Return what a worker does with a `film` job."""

    def run(task: Task) -> Outcome:
        order = FilmOrder.model_validate(dict(task.payload))
        scenes = [_scene(room, order, *each) for each in order.scenes]
        target = _attempt(room, task, order)
        try:
            report = _painted(room, task, order, scenes, target)
            size = target.stat().st_size
            room.reserve.check(room.renders.folder, size)
            digest = room.renders.put_file(target)
            task.check()
            if order.path is not None:
                room.reserve.check(Path(order.path).parent, size)
            return _outcome(task, order, report, digest, size, room.renders.path(digest))
        finally:
            _remove(target)

    return run


def _scene(room: FilmRoom, order: FilmOrder, scene_id: str, number: int) -> FilmScene:
    kept = _revision(room.scenes, scene_id, number)
    sources = {name: room.pictures.path(digest) for name, digest in order.pictures.items()}
    key = " ".join(f"{name}:{digest}" for name, digest in sorted(order.pictures.items()))
    checked = room.evaluator.checked(
        Draft(
            kept.source,
            order.picture,
            kept.duration_seconds,
            kept.params,
            Assets(sources),
            key,
            Excerpt.of(kept.excerpt),
        )
    )
    kind = kept.transition.get("kind")
    return FilmScene(
        graph=checked.graph,
        name=kept.name,
        duration_seconds=kept.duration_seconds,
        findings=checked.findings,
        assets=sources,
        transition_in=Transition(kind, kept.transition.get("seconds", 0.5)) if kind else None,
    )


def _revision(scenes: Scenes, scene_id: str, number: int) -> Revision:
    for kept in scenes.revisions(scene_id):
        if kept.number == number:
            return kept
    raise InputError(
        f"Revision {number} of the scene is not kept any more.", remedy="Export the scenes as they are now."
    )


def _attempt(room: FilmRoom, task: Task, order: FilmOrder) -> Path:
    """Return where this attempt paints, after taking away what attempts before left when they were killed."""
    folder = room.renders.folder / ".painting"
    folder.mkdir(parents=True, exist_ok=True)
    _clear(folder, f"{task.job.id}-", task.job.token)
    return folder / f"{task.job.id}-{task.job.token}.{order.file}"


def _clear(folder: Path, prefix: str, token: int) -> None:
    """Remove what attempts before this one left; a later one may be at work while this one does not know."""
    for left in folder.iterdir():
        number = left.name.removeprefix(prefix).partition(".")[0]
        if left.name.startswith(prefix) and number.isdecimal() and int(number) < token:
            _remove(left)


def _painted(
    room: FilmRoom, task: Task, order: FilmOrder, scenes: list[FilmScene], target: Path
) -> FilmReport:
    frames = target.with_suffix("") if order.file == "zip" else target
    try:
        with room.crew() as crew:
            task.check()
            report = render_film(
                scenes,
                order.picture,
                frames,
                quality=order.quality,
                broken=order.broken,
                cache=room.chunks,
                on_progress=_teller(room, task),
                cancel=lambda: task.stopped,
                clock=room.clock,
                crew=crew,
                reserve=room.reserve,
            )
        if order.file == "zip":
            _packed(frames, target, room.reserve)
        return report
    finally:
        if order.file == "zip":
            _remove(frames)


def _teller(room: FilmRoom, task: Task) -> Callable[[Progress], None]:
    """Return who tells listeners of this process often, and the store, for all others, now and then."""
    told, noted = -TOLD_EVERY_SECONDS, -NOTED_EVERY_SECONDS

    def tell(progress: Progress) -> None:
        nonlocal told, noted
        now, last = progress.elapsed_seconds, progress.done >= progress.total
        if last or now - told >= TOLD_EVERY_SECONDS:
            told = now
            data = {"job_id": task.job.id, **progress_data(progress)}
            room.emit(Event("render_progress", task.job.project_id, data=data))
        if last or now - noted >= NOTED_EVERY_SECONDS:
            noted = now
            task.note(progress_data(progress))

    return tell


def progress_data(progress: Progress) -> dict[str, Any]:
    """Return how far a film is, as plain data: frames, share from 0 to 1, frames a second, seconds left."""
    left = progress.eta_seconds
    return {
        "done": progress.done,
        "total": progress.total,
        "share": round(progress.share, 4),
        "fps": round(progress.fps, 1),
        "eta_seconds": None if left is None else round(left, 1),
    }


def _packed(frames: Path, target: Path, reserve: Reserve) -> None:
    """Put the frames into a ZIP that is the same for the same frames."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for frame in sorted(frames.iterdir()):
            content = frame.read_bytes()
            reserve.check(target.parent, len(content))
            archive.writestr(zipfile.ZipInfo(frame.name, _NOON), content)


def _outcome(task: Task, order: FilmOrder, report: FilmReport, digest: str, size: int, made: Path) -> Outcome:
    result = _result(order, report, digest, size)
    data = {"job_id": task.job.id, "sha256": digest, "path": order.path}
    ready = Event("film_ready", task.job.project_id, data=data)
    if order.path is None:
        return Outcome(result, then=(ready,))
    target = Path(order.path)
    mine = f".{target.name}.{task.job.id}-"
    waiting = target.with_name(f"{mine}{task.job.token}.partial")
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear(target.parent, mine, task.job.token)
    _copied(made, waiting, target)

    def keep(_: Connection) -> None:
        waiting.replace(target)

    return Outcome(result, keep, (ready,), drop=lambda: _remove(waiting))


def _copied(made: Path, waiting: Path, target: Path) -> None:
    """Copy a film beside its place; what the disk does not take whole is removed."""
    try:
        with disk_faults_told(target):
            shutil.copyfile(made, waiting)
    except BaseException:
        _remove(waiting)
        raise


def _result(order: FilmOrder, report: FilmReport, digest: str, size: int) -> Mapping[str, Any]:
    return {
        "sha256": digest,
        "bytes": size,
        "media_type": MEDIA_TYPES[order.file],
        "name": f"{order.name}.{order.file}",
        "path": order.path,
        "width": report.picture.width,
        "height": report.picture.height,
        "fps": report.picture.fps,
        "frames": report.frames,
        "seconds": round(report.seconds, 3),
        "painted_frames": report.painted_frames,
        "cached_frames": report.cached_frames,
        "elapsed_seconds": round(report.elapsed_seconds, 3),
        "quality": report.quality,
        "cards": list(report.cards),
        "skipped": list(report.skipped),
    }


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)
