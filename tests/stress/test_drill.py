"""Faults while people write, on the real service, on both engines."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.store.conftest import postgresql_server
from workbench.cli.main import run
from workbench.errors import EnvironmentFault
from workbench.stress import drill, drill_faults
from workbench.stress.drill import run_drill
from workbench.studio.settings import Settings

__all__ = ["postgresql_server"]
HERE = ("kill a worker", "slow model", "failing model", "full disk")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_was_acknowledged_survives_a_killed_service_and_a_locked_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nothing is lost or doubled, writing goes on; the last drill is kept."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    code = run(["drill", "restart the service", "locked database", "--json"])
    said = json.loads(capfd.readouterr().out)
    assert code == 0, said
    assert [each["fault"] for each in said["faults"]] == ["restart the service", "locked database"]
    assert json.loads((tmp_path / "stress" / "drill.json").read_text())["ok"]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_was_acknowledged_survives_broken_workers_models_and_disks() -> None:
    """Each of them is made once; prompts are answered by a slow model, and refused whole by a failing one."""
    report = run_drill(HERE)
    assert report.ok, report.as_dict()
    found = {each.fault: each for each in report.outcomes}
    if "full disk" in report.not_run:  # elsewhere than on Linux, and without root
        assert report.not_run == {"full disk": drill_faults.NO_DISK}
    assert set(found) == set(HERE) - set(report.not_run)
    assert found["slow model"].slowest_prompt_seconds > drill_faults.SLOW.median_seconds / 2
    assert found["failing model"].prompts.failed >= drill.WRITERS
    assert found["slow model"].prompts.failed == found["slow model"].prompts.cut_off == 0


@pytest.fixture
def restart(postgresql_server: str) -> str:
    """Give the command that restarts the server of the tests."""
    (program,) = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))[-1:]
    owner = "runuser -u postgres -- " if os.geteuid() == 0 else ""
    folder = shlex.quote(f"{postgresql_server}/data")
    log = shlex.quote(f"{postgresql_server}/log")
    return f"{owner}{program} -w -m immediate -l {log} -D {folder} restart"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_was_acknowledged_survives_on_postgresql(
    postgresql_server: str,
    restart: str,
) -> None:
    """The service is served from a real server, which is stopped at once and started in the middle."""
    with psycopg.connect(
        f"postgresql://workbench@/template1?host={postgresql_server}", autocommit=True
    ) as admin:
        admin.execute("CREATE DATABASE drilled TEMPLATE template0")
    address = f"postgresql://workbench@/drilled?host={postgresql_server}"
    report = run_drill(["database restart"], database=address, restart_database=restart)
    assert report.database == "postgresql"
    assert report.ok, report.as_dict()


def test_faults_that_cannot_be_made_are_refused(capfd: pytest.CaptureFixture[str]) -> None:
    """An unknown one with the likely name; a restart of PostgreSQL without a server."""
    assert run(["drill", "slow modle"]) == 2
    assert "Did you mean 'slow model'" in capfd.readouterr().err
    assert run(["drill", "database restart"]) == 2
    assert "--database-restart" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("names", "database", "made", "left"),
    [
        ((), "", 6, {"database restart"}),
        ((), "postgresql://x", 4, {"full disk", "locked database", "database restart"}),
        (("locked database",), "postgresql://x", 0, {"locked database"}),
        (("slow model", "kill a worker"), "", 2, set()),
    ],
)
def test_what_is_left_out_has_its_reason(
    names: tuple[str, ...], database: str, made: int, left: set[str]
) -> None:
    """Every fault that was asked for is either made or told as not run."""
    found = drill.chosen(names, database)
    assert len(found.chosen) == made
    assert set(found.not_run) == left
    assert all(why.endswith(".") for why in found.not_run.values())


@pytest.mark.slow
def test_a_full_disk_that_cannot_be_made_is_told_as_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Without root no file system is made, and when nothing else is asked for no service is started."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    monkeypatch.setattr(drill_faults.os, "geteuid", lambda: 1000)
    assert run(["drill", "full disk"]) == 1
    said = capfd.readouterr().out
    assert "Not run: full disk. A small file system of its own needs Linux and root." in said
    assert "No fault was made." in said
    kept = json.loads((tmp_path / "stress" / "drill.json").read_text())
    assert (kept["ok"], list(kept["not_run"])) == (False, ["full disk"])


@pytest.mark.slow
def test_a_drill_that_breaks_off_replaces_the_last_good_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A service that does not start is a result: told, kept, and no success."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))

    def fails(*_: object, **__: object) -> None:
        raise EnvironmentFault("What is to be loaded did not start: no port.")

    monkeypatch.setattr(drill, "started", fails)
    assert run(["drill", "slow model"]) == 1
    assert "The drill broke off: What is to be loaded did not start: no port." in capfd.readouterr().out
    kept = json.loads((tmp_path / "stress" / "drill.json").read_text())
    assert not kept["ok"]
    assert kept["not_run"] == {"slow model": "The drill broke off before."}


def test_on_the_small_disk_pictures_find_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What else is left free is more than all of it: each picture would be turned away, faults or none."""
    monkeypatch.delenv("WORKBENCH_DISK_RESERVE_BYTES", raising=False)

    @contextmanager
    def disk(_: Path) -> Iterator[Path]:
        yield tmp_path

    def starts(*_: object, environment: Mapping[str, str], **__: object) -> None:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        raise EnvironmentFault("It is enough to know how it would be started.")

    monkeypatch.setattr(drill, "small_disk", disk)
    monkeypatch.setattr(drill, "started", starts)
    assert "enough to know" in run_drill(["full disk"]).error
    assert Settings(data=tmp_path).disk_reserve_bytes < 2**20 < drill_faults.DISK_MEGABYTES * 2**20
