"""Faults while people write, on the real service, on both engines."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import psycopg
import pytest

from tests.store.conftest import postgresql_server
from workbench.cli.main import run
from workbench.stress.drill import DrillReport, Outcome, run_drill

__all__ = ["postgresql_server"]


@pytest.mark.slow
def test_what_was_acknowledged_survives_on_sqlite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The service killed and its database locked: nothing is lost or doubled; the last drill is kept."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    assert run(["drill", "restart the service", "locked database", "--json"]) == 0
    said = json.loads(capfd.readouterr().out)
    assert [each["fault"] for each in said["faults"]] == ["restart the service", "locked database"]
    assert all(each["acknowledged"] > 2 for each in said["faults"])
    assert json.loads((tmp_path / "stress" / "drill.json").read_text())["ok"]


@pytest.fixture
def restart(postgresql_server: str) -> str:
    """Give the command that restarts the server of the tests."""
    (program,) = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))[-1:]
    owner = "runuser -u postgres -- " if os.geteuid() == 0 else ""
    folder = shlex.quote(f"{postgresql_server}/data")
    log = shlex.quote(f"{postgresql_server}/log")
    return f"{owner}{program} -w -m immediate -l {log} -D {folder} restart"


@pytest.mark.slow
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


@pytest.mark.parametrize(
    ("outcome", "ok"),
    [
        (Outcome("x", 5, 0, 0, 9, 1.0, 0.1), True),
        (Outcome("x", 5, 1, 0, 0, 1.0, 0.1), False),
        (Outcome("x", 5, 0, 1, 0, 1.0, 0.1), False),
        (Outcome("x", 0, 0, 0, 0, 1.0, 0.1), False),
        (Outcome("x", 5, 0, 0, 0, 1.0, None, error="writing did not go on"), False),
    ],
)
def test_a_loss_a_double_and_a_standstill_are_failures(outcome: Outcome, ok: bool) -> None:
    """So is a fault during which nothing was acknowledged, and a history with a gap."""
    assert DrillReport("sqlite", (outcome,), {}, 0).ok is ok
    assert not DrillReport("sqlite", (outcome,), {}, 1).ok
    assert not DrillReport("sqlite", (), {}, 0).ok


def test_faults_that_cannot_be_made_are_refused(capfd: pytest.CaptureFixture[str]) -> None:
    """An unknown one with the likely name; a restart of PostgreSQL without a server."""
    assert run(["drill", "slow modle"]) == 2
    assert "Did you mean 'slow model'" in capfd.readouterr().err
    assert run(["drill", "database restart"]) == 2
    assert "--database-restart" in capfd.readouterr().err
