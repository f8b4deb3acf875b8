"""What can be mended safely is told, mended and looked at again; what lives or is young stays."""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

import workbench
from workbench.cli.main import run
from workbench.lifecycle.litter import OWNER, UNNAMED_SECONDS, YOUNG_SECONDS, find_litter, sweep
from workbench.lifecycle.repairing import find_repairs
from workbench.store import Assets, Blobs, Database, Project, Scenes
from workbench.stress.drill_faults import small_disk

OLD = 2 * YOUNG_SECONDS


def aged(path: Path, seconds: float = OLD) -> Path:
    for each in (path, *(path.rglob("*") if path.is_dir() else ())):
        os.utime(each, (time.time() - seconds,) * 2)
    return path


def test_gaps_and_indexes(database: Database, project: Project, tmp_path: Path) -> None:
    """Positions become 1 to n in their order, a missing index is made, an ended lease goes."""
    names = [Scenes(database).add(project.id, f"{number}").id for number in range(3)]
    with database.write() as connection:
        connection.execute(text("UPDATE scene SET position = position * 10"))
        connection.execute(text("DROP INDEX ix_message_created_at"))
        connection.execute(text("INSERT INTO lease VALUES ('gone', 'x', '2020-01-01 00:00:00.000000')"))
    found = find_repairs(database, tmp_path, tmp_path)
    assert {each.name for each in found} == {"scene positions", "missing index", "stale leases"}
    for each in found:
        each.mend()
    assert find_repairs(database, tmp_path, tmp_path) == ()
    assert [(scene.id, scene.position) for scene in Scenes(database).list(project.id)] == [
        (name, place) for place, name in enumerate(names, 1)
    ]
    with database.read() as connection:
        indexes = {each["name"] for each in inspect(connection).get_indexes("message")}
    assert "ix_message_created_at" in indexes


def test_litter(tmp_path: Path) -> None:
    """Old leftovers go; what is young, has a living owner, is open, or is no name of ours stays."""
    home, temporary = tmp_path / "data", tmp_path / "temporary"
    (home / "exports").mkdir(parents=True)
    old = [
        aged(_file(home / "exports" / ".film.mp4.ab12.partial")),
        aged(_folder(temporary / "workbench-sandbox-dead", owner=2**22 + 1)),
        aged(_file(home / "files" / ".new-abc")),
        aged(_file(home / "drafts" / "P1" / ".S1.json.ab12.partial")),
        aged(_file(home / "cache" / "remote" / ".0a1b.ab12.partial")),
    ]
    _file(home / "exports" / ".young.mp4.ab12.partial")
    aged(_folder(temporary / "workbench-sandbox-alive", owner=os.getpid()))
    aged(_file(home / "exports" / "film.mp4"))
    aged(_folder(temporary / "somebody-elses", owner=None))
    with (home / "exports" / ".open.mp4.cd34.partial").open("w") as file:
        aged(Path(file.name))
        found = find_litter(home, temporary=temporary)
    assert [each.path for each in found] == sorted(old)
    assert len(sweep(found)) == len(old)
    assert not any(each.exists() for each in old)


def test_every_temporary_folder_of_ours_is_known(tmp_path: Path) -> None:
    """Whatever the source names a temporary folder, it is found once its process died, after a day."""
    source = Path(workbench.__file__).parent
    files = [each for each in source.rglob("*.py") if "node_modules" not in each.parts]
    named = {name for each in files for name in re.findall(r'prefix="(workbench-\w+-)"', each.read_text())}
    assert {"workbench-sandbox-", "workbench-experiment-", "workbench-films-"} <= named
    made = [_folder(tmp_path / f"{name}dead", owner=None) for name in sorted(named)]
    for each in made:
        aged(each, UNNAMED_SECONDS / 2)
    assert find_litter(tmp_path / "data", temporary=tmp_path) == ()
    for each in made:
        aged(each, 2 * UNNAMED_SECONDS)
    assert [each.path for each in find_litter(tmp_path / "data", temporary=tmp_path)] == made


def test_litter_is_told_by_its_folder(database: Database, tmp_path: Path) -> None:
    """Hundreds of leftovers are one line that names some, and one deed."""
    for number in range(5):
        aged(_folder(tmp_path / f"workbench-sandbox-{number}", owner=2**22 + 1))
    (found,) = find_repairs(database, tmp_path / "data", tmp_path)
    assert (
        f"5 in {tmp_path}: workbench-sandbox-0, workbench-sandbox-1, workbench-sandbox-2, ...;" in found.found
    )
    found.mend()
    assert find_repairs(database, tmp_path / "data", tmp_path) == ()


@pytest.mark.parametrize("harm", ["missing", "damaged", "empty"])
def test_files_that_a_backup_has(database: Database, project: Project, tmp_path: Path, harm: str) -> None:
    """A named file that is gone or is not what it was comes back from a backup that has it."""
    blobs = Blobs(tmp_path / "files")
    digest = blobs.put(b"picture")
    Assets(database).add(project.id, "logo", digest, "image/png", bytes=7)
    place = blobs.path(digest)
    if harm == "missing":
        place.unlink()
    else:
        place.write_bytes(b"" if harm == "empty" else b"another")
    told = {each.name for each in find_repairs(database, tmp_path, tmp_path)}
    assert told == ({"empty file"} if harm == "empty" else set())
    Blobs(tmp_path / "backups" / "files").put(b"picture")
    for each in find_repairs(database, tmp_path, tmp_path):
        each.mend()
    assert blobs.get(digest) == b"picture"
    assert find_repairs(database, tmp_path, tmp_path) == ()


def test_doctor_repairs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`doctor --repair` tells first, does it when told to, and finds nothing the second time."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    Database.open(tmp_path / "workbench.db").close()
    digest = Blobs(tmp_path / "files").put(b"picture")
    Blobs(tmp_path / "files").path(digest).write_bytes(b"")
    assert run(["doctor", "--repair", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in told["found"]] == ["empty file"]
    assert told["mended"] == []
    assert run(["doctor", "--repair", "--yes"]) == 0
    assert "Mended 1; looked again: 0 left." in capsys.readouterr().out
    assert run(["doctor", "--repair", "--yes"]) == 0
    assert "Nothing to mend." in capsys.readouterr().out


def _file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("half")
    return path


def _folder(path: Path, *, owner: int | None) -> Path:
    path.mkdir(parents=True)
    if owner is not None:
        (path / OWNER).write_text(str(owner))
    return path


def test_the_small_disk_of_a_killed_drill_is_let_go_of(tmp_path: Path) -> None:
    """Where we may not mount one, the folder alone goes."""
    folder = _folder(tmp_path / "workbench-drill-dead", owner=2**22 + 1)
    with small_disk(folder / "small") as disk:
        (disk or folder).joinpath("filler").write_bytes(b"0" * 5000)
        aged(folder)
        (found,) = find_litter(tmp_path / "data", temporary=tmp_path)
        assert sweep([found]) == (found,)
        assert not folder.exists()
