"""Room that films and pictures leave free on the disk they are written to, so that texts can still be saved.

A picture's size is known before it is kept, a film's only when it is there. So for a film the disk is looked
at before it is begun and while it is written, and one that would take the last room is ended as if cancelled.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import Cancelled, EnvironmentFault
from workbench.render.process import Cancel

RESERVE_BYTES = 512 * 2**20
SETTING = "WORKBENCH_DISK_RESERVE_BYTES"
_MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Reserve:
    """So many bytes of a disk that no film or picture takes; 0 lets them fill it."""

    bytes: int = RESERVE_BYTES

    def lack(self, folder: Path, more_bytes: int = 0) -> EnvironmentFault | None:
        """Return why so much more cannot be written to a folder, there or not yet; None when it can."""
        free = _free_bytes(folder) if self.bytes else None
        if free is None or free - more_bytes >= self.bytes:
            return None
        left, wanted = free // _MEGABYTE, self.bytes // _MEGABYTE
        has = f"The disk had {left} MB left"
        if more_bytes:
            has = f"{-(-more_bytes // _MEGABYTE)} MB more would be written, and the disk has {left} MB left"
        return EnvironmentFault(
            f"{has}; films and pictures leave {wanted} MB of it free.",
            remedy=f"Free some space and try again, or set {SETTING}; nothing that was saved before is lost.",
            folder=str(folder),
        )

    def check(self, folder: Path, more_bytes: int = 0) -> None:
        """Raise EnvironmentFault when so much more cannot be written to a folder."""
        if lack := self.lack(folder, more_bytes):
            raise lack


USUAL = Reserve()


class Watch:
    """A `Cancel` that also stops a film when its disk runs short; `telling` then says why it ended."""

    def __init__(self, reserve: Reserve, folder: Path, cancel: Cancel | None) -> None:
        self._reserve = reserve
        self._folder = folder
        self._cancel = cancel
        self._lack: EnvironmentFault | None = None

    def __call__(self) -> bool:
        """Whether to stop: because somebody wants it, or for want of room."""
        if self._cancel is not None and self._cancel():
            return True
        self._lack = self._lack or self._reserve.lack(self._folder)
        return self._lack is not None

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Raise EnvironmentFault in place of Cancelled when it was for want of room."""
        try:
            yield
        except Cancelled:
            if self._lack is not None:
                raise self._lack from None
            raise


def _free_bytes(folder: Path) -> int | None:
    """Return how much may still be written there; None where that cannot be known."""
    path = folder.absolute()
    try:
        there = next(each for each in (path, *path.parents) if each.exists())
        return shutil.disk_usage(there).free
    except OSError:
        return None
