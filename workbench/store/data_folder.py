"""The folder that holds everything: made for its owner alone, and looked at for who else can read it.

Its files have whatever mode the system gives new ones; nobody gets to them who cannot enter the folder.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

_OWNER = 0o700
_HAS_MODES = os.name != "nt"


def make_private(folder: Path) -> None:
    """Make a folder that its owner alone can enter; one that is there stays as it is.

    Those above it are made as usual where they are missing.
    """
    mode = _OWNER if _HAS_MODES else 0o777
    try:
        folder.mkdir(mode, exist_ok=True)
    except FileNotFoundError:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode, exist_ok=True)


def others_can_enter(folder: Path) -> bool:
    """Whether people who are neither its owner nor of its group can get into a folder, from the root on."""
    if not _HAS_MODES:
        return False
    there = folder.resolve()
    return all(_mode(each) & stat.S_IXOTH for each in (there, *there.parents))


def _mode(folder: Path) -> int:
    return folder.stat().st_mode
