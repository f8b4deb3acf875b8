"""What processes that died left behind: found by its name, its age and its owner, and swept away.

Only names this workbench gives are looked at. What is younger than an hour, or whose owner may live, stays;
a folder that names no owner stays for a day.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

YOUNG_SECONDS = 3600.0
UNNAMED_SECONDS = 86_400.0
DRILL_DISK = "workbench-drill"
"""What the small file system is called that a drill fills."""
OWNER = "owner"
"""The file in a temporary folder that holds its owner's process id."""
_TEMPORARY = tuple(
    f"workbench-{of}-*"
    for of in (
        "async",
        "batch",
        "bench",
        "cluster",
        "drill",
        "experiment",
        "films",
        "ops",
        "sandbox",
        "stress",
    )
)
_HIDDEN = (".*.partial", ".new-*", ".restored-*", "*.partial")
_PARTS = (
    "",
    "files",
    "renders",
    "renders/.painting",
    "backups",
    "exports",
    "drafts",
    "cache/chunks",
    "cache/remote",
)
_BELOW = ("drafts", "backups")
"""Where what is written lies a folder deeper: one for each project, for each backup."""


@dataclass(frozen=True, slots=True)
class Litter:
    """A file or folder that a process left: how large, and how old."""

    path: Path
    bytes: int
    age_seconds: float


def owned(folder: Path) -> Path:
    """Write into a temporary folder that this process owns it, and return the folder."""
    (folder / OWNER).write_text(str(os.getpid()))
    return folder


def find_litter(
    folder: Path, *, temporary: Path | None = None, more: Iterable[Path] = (), now: float | None = None
) -> tuple[Litter, ...]:
    """Return what lies about in a data folder, in the folder for temporary files, and where exports went."""
    moment = time.time() if now is None else now
    found = {}
    homes: list[tuple[Path, tuple[str, ...]]] = [(folder / part, _HIDDEN) for part in _PARTS]
    homes += [(folder / part, ("*/.*.partial",)) for part in _BELOW]
    homes += [(each, (".*.partial",)) for each in more]
    homes.append((temporary or Path(tempfile.gettempdir()), _TEMPORARY))
    used = _in_use()
    for home, patterns in homes:
        for path in (each for pattern in patterns for each in home.glob(pattern)):
            litter = _litter(path, moment)
            if litter and litter.age_seconds > _patience(path) and not used(path):
                found[path] = litter
    return tuple(found[path] for path in sorted(found))


def sweep(litter: Iterable[Litter]) -> tuple[Litter, ...]:
    """Remove what was found and return what is gone now."""
    gone = []
    for each in litter:
        if each.path.is_dir() and not each.path.is_symlink():
            _unmount(each.path)
            shutil.rmtree(each.path, ignore_errors=True)
        else:
            each.path.unlink(missing_ok=True)
        if not each.path.exists():
            gone.append(each)
    return tuple(gone)


def _unmount(folder: Path) -> None:
    """Let go of the small file system that a killed drill left there."""
    for each in psutil.disk_partitions(all=True):
        if each.device == DRILL_DISK and Path(each.mountpoint).is_relative_to(folder.resolve()):
            subprocess.run(["umount", "-l", each.mountpoint], check=False, capture_output=True)  # noqa: S603, S607


def _litter(path: Path, now: float) -> Litter | None:
    try:
        told = path.lstat()
        if hasattr(os, "getuid") and told.st_uid != os.getuid():
            return None
        inside = [each.lstat() for each in path.rglob("*")] if path.is_dir() and not path.is_symlink() else []
    except OSError:
        return None
    newest = max([told.st_mtime, *(each.st_mtime for each in inside)])
    return Litter(path, sum(each.st_size for each in inside) or told.st_size, now - newest)


def _patience(path: Path) -> float:
    """Return how old it must be: never old enough while its owner lives, a day where nobody is named."""
    if not path.is_dir():
        return YOUNG_SECONDS
    try:
        return math.inf if psutil.pid_exists(int((path / OWNER).read_text())) else YOUNG_SECONDS
    except (OSError, ValueError):
        return UNNAMED_SECONDS


def _in_use() -> Callable[[Path], bool]:
    """Return whether a living process of ours has a file or folder open, or names it among its arguments."""
    held = set(_held())

    def used(path: Path) -> bool:
        text = str(path)
        return any(each == text or each.startswith(f"{text}{os.sep}") for each in held)

    return used


def _held() -> Iterator[str]:
    for process in psutil.process_iter():
        try:
            yield from process.cmdline()
            yield process.cwd()
            yield from (each.path for each in process.open_files())
        except (psutil.Error, OSError):
            continue
