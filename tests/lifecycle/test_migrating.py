"""Migrations are planned, judged, rehearsed on a restored copy, and kept as a whole or not at all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from tests.lifecycle.dying import die_after, done_or_dead
from workbench.errors import EnvironmentFault, InputError
from workbench.lifecycle.backups import Backups
from workbench.lifecycle.migrating import plan_upgrade, rehearse, upgrade
from workbench.store import Database, NewScene, Project, Projects, Scenes, schema
from workbench.store.engines import open_engine, parse_url

ADDITIVE = "op.add_column('scene', sa.Column('mood', sa.Text()))"
LOSSY = 'op.execute("DELETE FROM revision WHERE number = 1")'
DESTRUCTIVE = "op.drop_column('scene', 'source')"


def script(folder: Path, body: str, *, key: str = "t001", after: str | None = None, head: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{key}_step.py").write_text(
        f'"""A step."""\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
        f"revision = {key!r}\ndown_revision = {after or schema.head()!r}\n{head}\n\n"
        f"def upgrade():\n    {body}\n"
    )
    return folder


@pytest.fixture
def backups(tmp_path: Path) -> Backups:
    return Backups(tmp_path / "backups")


def test_upgrade_step_by_step(database: Database, project: Project, backups: Backups, tmp_path: Path) -> None:
    """An additive script is planned, rehearsed and run; the backup before it is verified."""
    Scenes(database).add(project.id, "one")
    versions = script(tmp_path / "versions", ADDITIVE)
    assert [step.revision for step in plan_upgrade(database.engine, versions).steps] == ["t001"]
    done = upgrade(database.engine, backups, versions=versions)
    assert done is not None
    assert done.backup.verified
    assert done.passage.after.tables["scene"].rows == 1
    assert "mood" in {column["name"] for column in inspect(database.engine).get_columns("scene")}
    assert upgrade(database.engine, backups, versions=versions) is None


def test_upgrade_from_base(database: Database, backups: Backups) -> None:
    """A database that was taken down to nothing is planned and upgraded like an older one."""
    schema.move(database.engine, "base", reviewed={"table:user": "there is nobody but the local user"})
    plan = plan_upgrade(database.engine)
    assert (plan.found, plan.target) == (None, schema.head())
    done = upgrade(database.engine, backups)
    assert done is not None
    assert done.backup.verified
    assert database.health().schema == schema.head()
    assert Projects(database).create("Again").sequence == 1


def test_judged_before_anything_else(database: Database, backups: Backups, tmp_path: Path) -> None:
    """A destructive script is refused with its line and the safe recipe, before a backup is made."""
    versions = script(tmp_path / "versions", DESTRUCTIVE)
    with pytest.raises(InputError, match=r"t001_step.py:10 drop-column.*Expand and contract"):
        upgrade(database.engine, backups, versions=versions)
    assert backups.list() == ()


def test_rehearsal_finds_what_the_text_hides(
    database: Database, project: Project, backups: Backups, tmp_path: Path
) -> None:
    """A script that may pass the judge but loses rows on real data stops at the rehearsal."""
    Scenes(database).add(project.id, "one")
    versions = script(tmp_path / "versions", LOSSY)
    backup = backups.make(database.engine, "test")
    rehearsal = rehearse(backups, backup, near=database.url, versions=versions)
    assert {loss.code for loss in rehearsal.losses} == {"rows:revision", "references:revision.scene_id"}
    with pytest.raises(EnvironmentFault, match="revision had 1 rows and has 0"):
        upgrade(database.engine, backups, versions=versions)
    assert len(Scenes(database).revisions(Scenes(database).list(project.id)[0].id)) == 1


def test_reviewed_loss_is_let_through(
    database: Database, project: Project, backups: Backups, tmp_path: Path
) -> None:
    """What a script names as reviewed, and allows with a reason, may go; nothing else."""
    Scenes(database).add(project.id, "one")
    body = f"{DESTRUCTIVE}  # guard: allow drop-column, moved to files"
    versions = script(
        tmp_path / "versions", body, head="reviewed = {'values:scene.source': 'moved to files'}"
    )
    done = upgrade(database.engine, backups, versions=versions)
    assert done is not None
    assert "source" not in {column["name"] for column in inspect(database.engine).get_columns("scene")}


@pytest.mark.parametrize(
    "body",
    [
        "op.get_bind().exec_driver_sql('COMMIT')",
        "op.get_bind().commit()",
        "op.get_bind().exec_driver_sql('PRAGMA foreign_keys = ON')",
    ],
)
def test_leaving_the_transaction_is_refused(tmp_path: Path, empty_file: Path, body: str) -> None:
    """A script that ends its transaction or turns checks off is stopped while it runs."""
    versions = script(tmp_path / "versions", f"{ADDITIVE}; {body}")
    engine = open_engine(parse_url(tmp_path / "a.db"), power_safe=False)
    Database.open(tmp_path / "a.db").close()
    with pytest.raises(InputError, match="leave its transaction"):
        schema.guarded(engine, lambda connection: schema.upgrade(connection, versions))
    assert "mood" not in {column["name"] for column in inspect(engine).get_columns("scene")}
    engine.dispose()


@pytest.mark.slow
def test_plain_alembic_is_guarded(tmp_path: Path) -> None:
    """`alembic upgrade head` with our environment rolls a loss back too, and says what it was."""
    with Database.open(tmp_path / "a.db") as database:
        project = Projects(database).create("Demo").id
        Scenes(database).add(project, "one")
    versions = script(tmp_path / "versions", LOSSY)
    (tmp_path / "alembic.ini").write_text(
        f"[alembic]\nscript_location = {schema.MIGRATIONS}\npath_separator = newline\n"
        f"version_locations = {schema.MIGRATIONS / 'versions'}\n    {versions}\n"
        f"sqlalchemy.url = sqlite:///{tmp_path / 'a.db'}\n"
    )
    command = [sys.executable, "-m", "alembic", "-c", str(tmp_path / "alembic.ini"), "upgrade", "head"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "FAILED: The migration would lose data: revision had 1 rows and has 0" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    with Database.open(tmp_path / "a.db") as database:
        assert database.health().schema == schema.head()


def alembic(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run Alembic's own command with the configuration of the documents."""
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = workbench:store/migrations\n")
    command = [sys.executable, "-m", "alembic", "-c", str(folder / "alembic.ini"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_plain_alembic_by_two_lines(blank: Engine, tmp_path: Path) -> None:
    """Two lines of alembic.ini and an address bring an empty database up to date, on both engines."""
    address = blank.url.render_as_string(hide_password=False)
    assert alembic(tmp_path, "-x", f"database={address}", "upgrade", "head") == (0, "")
    with blank.connect() as connection:
        assert schema.version_of(connection) == schema.head()


@pytest.mark.slow
def test_plain_alembic_down_to_base(blank: Engine, tmp_path: Path) -> None:
    """What Alembic's own command took down to nothing is opened, and filled as an empty database is."""
    address = blank.url.render_as_string(hide_password=False)
    assert alembic(tmp_path, "-x", f"database={address}", "upgrade", "head") == (0, "")
    down = ("-x", f"database={address}", "-x", "reviewed=table:user", "downgrade", "base")
    assert alembic(tmp_path, *down) == (0, "")
    with Database.open(address) as database:
        assert database.health().schema == schema.head()


@pytest.mark.slow
def test_plain_alembic_without_an_address(tmp_path: Path) -> None:
    """What was left out is told in a line, without a traceback."""
    code, told = alembic(tmp_path, "upgrade", "head")
    assert code != 0
    assert "FAILED: No database was named. Add -x database=URL" in told
    assert "Traceback" not in told


def upgrade_and_die(place: Path, versions: Path, statements: int) -> None:
    engine = open_engine(parse_url(place), power_safe=True)
    die_after(engine, statements)
    schema.guarded(engine, lambda connection: schema.upgrade(connection, versions))


@pytest.mark.slow
def test_killed_in_the_middle(tmp_path: Path, empty_file: Path) -> None:
    """After kill -9 at twenty-five points of an upgrade there is the old schema or the new, and every row."""
    columns = "\n    ".join(f"op.add_column('scene', sa.Column('c{n}', sa.Text()))" for n in range(40))
    versions = script(tmp_path / "versions", columns)
    with Database.open(tmp_path / "start.db") as database:
        project = Projects(database).create("Demo")
        Scenes(database).add_many(project.id, [NewScene(f"text {number}") for number in range(30)])
    seen = set()
    for statements in range(0, 1250, 50):
        place = tmp_path / f"a{statements}.db"
        shutil.copy(tmp_path / "start.db", place)
        finished = done_or_dead(upgrade_and_die, place, versions, statements)
        seen.add((finished, added_columns(place)))
    assert seen == {(False, 0), (True, 40)}


def added_columns(place: Path) -> int:
    """Return how many columns the upgrade left, having looked that the file is whole."""
    engine = open_engine(parse_url(place), power_safe=True)
    with engine.connect() as connection:
        added = sum(each["name"].startswith("c") for each in inspect(connection).get_columns("scene")) - 1
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert connection.exec_driver_sql("SELECT count(*) FROM scene").scalar_one() == 30
        assert schema.version_of(connection) == ("t001" if added else schema.head())
    engine.dispose()
    return added
