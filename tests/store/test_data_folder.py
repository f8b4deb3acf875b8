"""What is kept is its owner's: others of the machine cannot look into a data folder that was made here."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.cli import doctor
from workbench.clock import FrozenClock
from workbench.store import data_folder
from workbench.store.data_folder import make_private, others_can_enter
from workbench.studio.settings import Settings
from workbench.studio.upgrading import open_database

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights than modes")


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    """New folders can be read by everybody unless somebody says otherwise."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


@pytest.mark.parametrize("database", ["", "elsewhere/of/mine.db"])
def test_a_new_data_folder_is_its_owners_alone(tmp_path: Path, database: str) -> None:
    """Also where only a command opens it, and the folder of a database elsewhere; not those above."""
    settings = Settings(data=tmp_path / "work" / "data", database=database and str(tmp_path / database))
    open_database(settings, FrozenClock()).close()
    assert mode(settings.data) == 0o700
    assert mode(Path(settings.database_url).parent) == 0o700
    assert mode(tmp_path / "work") == 0o755


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    """Whoever opened it to a group meant it."""
    tmp_path.chmod(0o750)
    make_private(tmp_path)
    assert mode(tmp_path) == 0o750


@pytest.mark.parametrize(
    ("modes", "open_to_others"),
    [((0o755, 0o755), True), ((0o711, 0o755), True), ((0o750, 0o755), False), ((0o755, 0o700), False)],
)
def test_who_can_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, modes: tuple[int, int], open_to_others: bool
) -> None:
    """A folder is open when it and everything above it is: one closed home closes all that is in it."""
    told = {tmp_path.resolve(): modes[0], tmp_path.resolve().parent: modes[1]}
    monkeypatch.setattr(data_folder, "_mode", lambda folder: told.get(folder, 0o755))
    assert others_can_enter(tmp_path) is open_to_others


def test_the_doctor_tells_that_others_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It warns and says how to close the folder; one that is closed gives no warning."""
    folder = tmp_path / "our data"
    folder.mkdir()
    monkeypatch.setenv("WORKBENCH_DATA", str(folder))
    monkeypatch.setattr(data_folder, "_mode", lambda _: 0o755)
    told = [each for each in doctor._data() if not each.ok and each.name == "Data folder"]
    assert [(each.needed, each.remedy) for each in told] == [(False, f"Close it: chmod 700 '{folder}'")]
    monkeypatch.setattr(data_folder, "_mode", lambda _: 0o700)
    assert all(each.ok for each in doctor._data() if each.name == "Data folder")
