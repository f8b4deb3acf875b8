"""Something that happens between two steps of a function, without a race: for names that two may share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


def before_renaming(patch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Have it happen once, when the next file is whole under its temporary name and about to get its own."""
    replace = Path.replace

    def replaced(path: Path, target: Path) -> Path:
        patch.setattr(Path, "replace", replace)
        happens()
        return replace(path, target)

    patch.setattr(Path, "replace", replaced)
