"""Pictures of a service are files of this machine, shared by all who have it open here."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.between import before_renaming
from workbench.studio.remote.near import NearWorkspace
from workbench.studio.settings import Settings


def test_two_projects_fetch_the_same_picture_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each writes a file of its own; both have the picture, and nothing else lies there."""
    near: Any = SimpleNamespace(far=SimpleNamespace(pictures=SimpleNamespace(content=lambda _: b"a picture")))
    one, two = (NearWorkspace(near, Settings(data=tmp_path)) for _ in range(2))
    asset: Any = SimpleNamespace(id="A1", sha256="0a1b", name="logo")
    try:
        before_renaming(monkeypatch, lambda: two.sources([asset]))
        one.sources([asset])
        assert [each.name for each in (tmp_path / "cache" / "remote").iterdir()] == ["0a1b"]
        assert (tmp_path / "cache" / "remote" / "0a1b").read_bytes() == b"a picture"
    finally:
        one.close()
        two.close()
