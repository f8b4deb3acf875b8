"""Exporting to a file beside the kernel, with progress and a way to stop."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any, cast

from workbench.errors import InputError
from workbench.naming import file_name
from workbench.render.film import Broken, FilmKind
from workbench.render.progress import OnProgress, Progress
from workbench.widgets.desk import Desk, Said
from workbench.widgets.lanes import Cancel

_TOLD_EVERY_SECONDS = 0.1
_MOST_DOWNLOAD_BYTES = 200 * 2**20
_ENDINGS = {"mp4": ".mp4", "gif": ".gif", "png": ""}


def export(desk: Desk, said: Said) -> None:
    """Write the project to a file in the data folder's `exports`."""
    if desk.export.busy:
        raise InputError("Another export is running.", remedy="Wait for it, or cancel it.")
    kind = str(said.get("kind") or "mp4")
    if kind not in _ENDINGS:
        raise InputError(f"{kind!r} is no kind of file.", remedy=f"Use one of {', '.join(_ENDINGS)}.")
    desk.export.put("export", lambda cancel: _export(desk, kind, said, cancel))


def _export(desk: Desk, kind: str, said: Said, cancel: Cancel) -> None:
    folder = desk.studio.workspace.settings.data / "exports"
    target = free_path(folder, desk.studio.name, _ENDINGS[kind])
    report = desk.studio.export(
        target,
        quality=str(said.get("quality") or "good"),
        kind=cast("FilmKind", kind),
        broken=cast("Broken", said.get("broken") or "refuse"),
        on_progress=progress_teller(desk),
        cancel=cancel,
    )
    size = sum(file.stat().st_size for file in _files(report.path))
    desk.tell(
        "exported",
        path=str(report.path),
        name=report.path.name,
        bytes=size,
        seconds=report.seconds,
        took_seconds=report.elapsed_seconds,
        picture=str(report.picture),
        skipped=list(report.skipped),
        cards=list(report.cards),
        single=report.path.is_file() and size <= _MOST_DOWNLOAD_BYTES,
    )


def progress_teller(desk: Desk) -> OnProgress:
    """Return what tells progress to the views, at most ten times a second and always at the end."""
    last = 0.0

    def tell(progress: Progress) -> None:
        nonlocal last
        now = monotonic()
        if now - last < _TOLD_EVERY_SECONDS and progress.done < progress.total:
            return
        last = now
        desk.tell(
            "progress",
            done=progress.done,
            total=progress.total,
            eta_seconds=progress.eta_seconds,
        )

    return tell


def download(desk: Desk, said: Said) -> None:
    """Send a file that was exported to the view that asks for it."""
    folder = (desk.studio.workspace.settings.data / "exports").resolve()
    path = (folder / Path(str(said["name"])).name).resolve()
    desk.export.queue(lambda _: _send(desk, path, said))


def _send(desk: Desk, path: Path, said: Said) -> None:
    more: dict[str, Any] = {"name": path.name, "view": said.get("view")}
    desk.tell("file", path.read_bytes(), **more)


def free_path(folder: Path, name: str, ending: str) -> Path:
    """Return a path in the folder that nothing has yet: `Orbit.mp4`, then `Orbit 2.mp4`."""
    safe = file_name(name)
    number = 1
    while (path := folder / f"{safe}{f' {number}' if number > 1 else ''}{ending}").exists():
        number += 1
    return path


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
