"""The command line and the notebook give the same figures as the engine."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import papermill
import pytest

from tests.lifecycle.world import World
from workbench.cli.main import run
from workbench.lifecycle.backups import Backups
from workbench.lifecycle.manifest import Manifest as Backup
from workbench.store import Assets, Blobs, Database, Projects, Scenes, schema
from workbench.store.engines import open_engine, parse_url
from workbench.telemetry.reading import Reading
from workbench.telemetry.segments import Manifest

pytestmark = pytest.mark.slow
NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "batch" / "cleanup.ipynb"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("WORKBENCH_DATA", str(folder))
    return folder


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = run([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def notebook_figures(data: Path) -> dict[str, Any]:
    """Return what the notebook's dry run plans for a data folder."""
    with tempfile.TemporaryDirectory() as folder:
        asked = {"data": str(data), "policy": str(data / "retention.toml")}
        out = papermill.execute_notebook(
            str(NOTEBOOK), f"{folder}/out.ipynb", asked, progress_bar=False, cwd=folder
        )
    told: dict[str, Any] = out.cells[-1].outputs[0]["data"]["application/json"]
    return told


def test_backup_verify_restore(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A backup made by command is verified, listed, and restored to a new place."""
    World(str(data / "workbench.db")).live(8)
    code, (made,) = said(capsys, "db", "backup")
    assert (code, made["verified"]) == (0, True)
    assert said(capsys, "db", "verify", made["id"])[0] == 0
    code, restored = said(capsys, "db", "restore", made["id"], "--to", str(tmp_path / "new.db"))
    assert (code, restored["rows"]) == (0, sum(table["rows"] for table in made["tables"].values()))
    assert run(["db", "restore", made["id"]]) == 2


def test_a_backup_that_is_pruned_while_it_is_verified(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command says so in one line, without a traceback."""
    World(str(data / "workbench.db")).live(8)
    said(capsys, "db", "backup")

    def pruned(self: Backups, manifest: Backup) -> Iterator[str]:
        shutil.rmtree(self.folder / manifest.id)
        yield from ()

    monkeypatch.setattr(Backups, "damage", pruned)
    assert run(["db", "verify"]) == 2
    told = capsys.readouterr().err
    assert "is gone: it was pruned meanwhile." in told
    assert "Traceback" not in told


def test_a_backup_says_which_file_is_damaged(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command tells the file and ends with 1; so does a restore of that backup."""
    blobs = Blobs(data / "files")
    digest = blobs.put(b"picture")
    with Database.open(data / "workbench.db") as database:
        project = Projects(database).create("Film")
        Assets(database).add(project.id, "logo", digest, "image/png", bytes=7)
    blobs.path(digest).write_bytes(b"torn")
    assert run(["db", "backup"]) == 1
    assert f"  the file {digest[:12]}… is missing" in capsys.readouterr().out
    assert run(["db", "restore", "--over"]) == 1
    assert digest[:12] in capsys.readouterr().err


def test_two_databases_in_one_folder(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The list says whose a backup is, the latest is one's own, and another's is restored when named."""
    World(str(data / "workbench.db")).live(8)
    _, (mine,) = said(capsys, "db", "backup")
    second = str(tmp_path / "second.db")
    World(second).live(4, projects=1)
    monkeypatch.setenv("WORKBENCH_DATABASE", second)
    assert run(["db", "verify"]) == 2
    assert run(["db", "restore", "--over"]) == 2
    assert run(["db", "restore", mine["id"], "--over"]) == 2
    assert "another database: workbench.db, not" in capsys.readouterr().err
    code, (theirs,) = said(capsys, "db", "backup")
    assert (code, theirs["source"]["name"]) == (0, second)
    assert said(capsys, "db", "backup", "--prune", "1") == (0, [])
    assert [each["id"] for each in said(capsys, "db", "backup", "--list")[1]] == [theirs["id"], mine["id"]]
    assert [each["id"] for each in said(capsys, "db", "verify", "--of", "workbench.db")[1]] == [mine["id"]]
    assert run(["db", "restore", theirs["id"], "--of", "workbench.db", "--over"]) == 2
    code, restored = said(capsys, "db", "restore", "--of", "workbench.db", "--over")
    assert (code, restored["backup"]) == (0, mine["id"])


def test_restore_before_a_revision(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The latest backup of an older schema comes back, not the newest; a name beside it is refused."""
    engine = open_engine(parse_url(str(data / "workbench.db")), power_safe=False)
    for revision in ("0009", "0010", "head"):
        schema.move(engine, revision)
        assert run(["db", "backup"]) == 0
    engine.dispose()
    capsys.readouterr()
    new = str(tmp_path / "old.db")
    assert run(["db", "restore", "--before", "0011", "--to", new]) == 0
    told = capsys.readouterr().out
    assert f"to sqlite:///{new}" in told
    assert "schema 0010" in told
    assert run(["db", "restore", "--before", "0003", "--to", str(tmp_path / "x.db")]) == 2
    assert f"there is of: 0009, 0010, {schema.head()}" in capsys.readouterr().err
    assert run(["db", "restore", "some-name", "--before", "0011", "--to", str(tmp_path / "x.db")]) == 2


def test_lint_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dangerous file is exit 1 with its rule, a harmless one exit 0, a missing one exit 2."""
    (tmp_path / "bad.sql").write_text("DROP TABLE users;")
    (tmp_path / "good.sql").write_text("CREATE TABLE users (id text);")
    code, found = said(capsys, "db", "lint", str(tmp_path / "bad.sql"))
    assert (code, found[0]["rule"], found[0]["line"]) == (1, "drop-table", 1)
    assert said(capsys, "db", "lint", str(tmp_path / "good.sql")) == (0, [])
    assert run(["db", "lint", str(tmp_path / "none.sql")]) == 2


def test_rehearse(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A rehearsal reports rows before and after, exits 1 on a loss, and changes nothing."""
    world = World(str(data / "workbench.db"))
    world.live(8)
    head = world.database.health().schema
    (tmp_path / "revisions").mkdir()
    (tmp_path / "revisions" / "next.py").write_text(
        f"from alembic import op\nrevision = 'next'\ndown_revision = '{head}'\n"
        "def upgrade():\n    op.execute('DELETE FROM message WHERE number = 1')\n"
    )
    before = world.content()
    code, report = said(capsys, "db", "rehearse", "--revisions", str(tmp_path / "revisions"))
    message = next(table for table in report["tables"] if table["table"] == "message")
    assert (code, message["rows_before"], message["rows_after"]) == (1, 4, 2)
    assert world.content() == before


@pytest.mark.parametrize("there", [False, True])
def test_expand_leads_on(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], there: bool) -> None:
    """Scripts written into a new or an empty folder build on the database's schema, and can be rehearsed."""
    World(str(data / "workbench.db")).live(4)
    folder = tmp_path / "revisions"
    if there:
        folder.mkdir()
    assert run(["db", "expand", "user.id", "--to", "uuid", "--revisions", str(folder)]) == 0
    capsys.readouterr()
    code, report = said(capsys, "db", "rehearse", "--revisions", str(folder))
    assert (code, report["passed"]) == (0, True)


def test_an_upgrade_tells_what_it_did(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows before and after are told as they are, and the way back leads to the database that was changed."""
    place = str(tmp_path / "shop.db")
    World(place).live(4)
    folder = tmp_path / "revisions"
    there = ["--database", place, "--revisions", str(folder)]
    assert run(["db", "expand", "user.id", "--to", "uuid", *there]) == 0
    capsys.readouterr()
    assert run(["db", "upgrade", *there]) == 0
    first, second = capsys.readouterr().out.splitlines()
    found = re.search(r": (\d+) rows before, (\d+) after, none lost;", first)
    assert found is not None
    assert int(found[2]) == int(found[1]) + 1
    back = shlex.split(second.partition("Back again: workbench ")[2])
    assert back[-3:] == ["--to", f"sqlite:///{place}", "--over"]
    assert run(back) == 0
    assert f"to sqlite:///{place}: {found[1]} rows" in capsys.readouterr().out


def test_scripts_that_lead_nowhere(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that does not build on the database's schema is refused before anything is copied."""
    World(str(data / "workbench.db"))
    (tmp_path / "one.py").write_text("revision = 'one'\ndown_revision = None\ndef upgrade(): pass\n")
    assert run(["db", "rehearse", "--revisions", str(tmp_path)]) == 2
    assert "do not lead on from schema" in capsys.readouterr().err
    assert not list((data / "backups").glob("*"))


def test_plan_apply_undo(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The notebook's dry run, the plan and the removal agree, and undo brings everything back."""
    (data / "retention.toml").write_text(
        '[revisions]\ntable = "revision"\nmoment = "created_at"\nkeep_days = 60\nmost_share = 1.0\n'
        'keep_last = { count = 5, per = "scene_id", by = "number" }\nkeep_true = ["pinned"]\n'
    )
    world = World(str(data / "workbench.db"))
    world.live(100)
    before = world.content()
    code, plan = said(capsys, "lifecycle", "plan", "--out", str(tmp_path / "plan.json"))
    noted = notebook_figures(data)
    assert (noted["rows"], noted["bytes"]) == (plan["rows"], plan["bytes"])
    code, report = said(capsys, "lifecycle", "apply", str(tmp_path / "plan.json"))
    removed = report["removed"]
    assert (code, removed["rows"], removed["bytes"]) == (0, plan["rows"], plan["bytes"])
    assert plan["rows"] > 0
    assert run(["lifecycle", "undo", removed["entries"][0]["id"]]) == 0
    assert world.content() == before


def test_hold_by_command(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A hold needs a reason and something that exists, and shows in the status."""
    world = World(str(data / "workbench.db"))
    (project, _) = world.live(4)
    assert run(["lifecycle", "hold", "project", project]) == 2
    assert run(["lifecycle", "hold", "project", "nobody", "--why", "x"]) == 2
    assert run(["lifecycle", "hold", "project", project, "--why", "court order"]) == 0
    end = capsys.readouterr().out.partition("End it with: workbench ")[2].strip()
    _, status = said(capsys, "lifecycle", "status")
    assert [each["key"] for each in status["holds"]] == [project]
    assert Scenes(world.database).list(project)
    assert run(["lifecycle", "plan"]) == 0
    assert (
        f"Held, so kept with all that belongs to it: project {project} (court order)."
        in capsys.readouterr().out
    )
    assert run(["lifecycle", "status"]) == 0
    assert end in capsys.readouterr().out
    assert run(end.split()) == 0
    capsys.readouterr()
    assert said(capsys, "lifecycle", "status")[1]["holds"] == []


def test_every_rule_to_confirm_is_named(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A plan that two rules stop is told once, with all that has to be added."""
    rule = 'table = "{}"\nmoment = "created_at"\nkeep_days = 30\nmost_share = 0.1\n'
    (data / "retention.toml").write_text(
        f"[conversation]\n{rule.format('message')}[revisions]\n{rule.format('revision')}"
        'keep_last = { count = 5, per = "scene_id", by = "number" }\nkeep_true = ["pinned"]\n'
    )
    World(str(data / "workbench.db")).live(100)
    plan = str(tmp_path / "plan.json")
    assert run(["lifecycle", "plan", "--out", plan]) == 0
    capsys.readouterr()
    assert run(["lifecycle", "apply", plan]) == 2
    told = capsys.readouterr().err
    assert "by name: --confirm conversation --confirm revisions" in told
    assert '"confirm": ["conversation", "revisions"]' in told
    assert run(["lifecycle", "apply", plan, "--confirm", "conversation", "--confirm", "revisions"]) == 0


def test_an_older_database_is_backed_up_before_a_look(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`lifecycle plan` of a newer workbench upgrades on top of a verified backup, as the studio does."""
    engine = open_engine(parse_url(str(data / "workbench.db")), power_safe=False)
    schema.move(engine, "0010")
    engine.dispose()
    assert run(["lifecycle", "plan"]) == 0
    capsys.readouterr()
    run(["db", "backup", "--list", "--json"])
    (kept,) = json.loads(capsys.readouterr().out)
    assert (kept["schema"], kept["verified"]) == ("0010", True)


def test_what_commands_do_is_measured(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A backup, a plan, a cleanup and a compaction are in the folder's telemetry, a failure as one."""
    World(str(data / "workbench.db")).database.close()
    assert run(["db", "backup"]) == 0
    assert run(["lifecycle", "plan", "--out", str(tmp_path / "plan.json")]) == 0
    assert run(["lifecycle", "apply", str(tmp_path / "plan.json")]) in (0, 2)
    assert run(["db", "compact"]) == 0
    assert run(["db", "restore"]) == 2, "there is a database already"
    capsys.readouterr()
    with Database.open(data / "workbench.db") as database:
        reading = Reading(data / "telemetry", Manifest(database))
        runs = [(each["name"], each["outcome"]) for each in reading.ask("lifecycle_runs").dicts()]
        reading.close()
    assert {("lifecycle.backup", "ok"), ("lifecycle.plan", "ok"), ("lifecycle.compact", "ok")} <= set(runs)
    assert ("lifecycle.restore", "error") in runs


def test_a_database_that_is_not_there_is_not_made_by_measuring(tmp_path: Path, data: Path) -> None:
    """A backup of another database leaves the data folder's alone."""
    with Database.open(tmp_path / "other.db"):
        pass
    assert run(["db", "backup", "--database", str(tmp_path / "other.db")]) == 0
    assert not (data / "workbench.db").exists()


@pytest.mark.parametrize("name", ["C# films", "what?", "100%25", "a b"])
def test_a_folder_of_any_name_is_restored_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """What means something in an address is a letter of a path: nothing is emptied, nothing made beside."""
    home = tmp_path / name
    home.mkdir()
    monkeypatch.setenv("WORKBENCH_DATA", str(home))
    with Database.open(home / "workbench.db") as database:
        Projects(database).create("Film")
    assert run(["db", "backup"]) == 0
    with Database.open(home / "workbench.db") as database:
        Projects(database).create("Later")
    assert run(["db", "restore", "--over"]) == 0
    with Database.open(home / "workbench.db") as database:
        assert [each.name for each in Projects(database).list()] == ["Film"]
    assert [each.name for each in tmp_path.iterdir()] == [name]
