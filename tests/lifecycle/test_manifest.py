"""What a backup says of itself is there whole, whoever writes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.between import before_renaming
from workbench.lifecycle.manifest import Manifest, read_manifest, write_manifest


def test_two_that_write_of_one_backup_share_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes verify one backup at once: the last one's words stay, and nothing else lies there."""
    made = datetime(2026, 3, 1, tzinfo=UTC)
    mine = Manifest("B1", made, "mine", "sqlite", "0001", "copy.db", "0a1b", 6, 0.1, {}, {})
    theirs = replace(mine, reason="theirs")
    before_renaming(monkeypatch, lambda: write_manifest(theirs, tmp_path))
    write_manifest(mine, tmp_path)
    assert read_manifest(tmp_path).reason == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["manifest.json"]
