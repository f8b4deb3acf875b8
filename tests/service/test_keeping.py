"""The doors of the data's keeper: signed requests, health, chores once a day."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from starlette.testclient import TestClient

from tests.lifecycle.test_doors import notebook_figures
from tests.lifecycle.world import World
from tests.service.conftest import bearer
from workbench.cli.main import run
from workbench.clock import FrozenClock
from workbench.events import Event
from workbench.lifecycle.backups import Backups
from workbench.lifecycle.health import reported
from workbench.lifecycle.policy import read_policy
from workbench.lifecycle.schedule import Chore, enqueue_due
from workbench.lifecycle.signing import sign
from workbench.service.access import CRON_PATH
from workbench.service.app import create_app
from workbench.service.keeping import asking, keeping, learn_chores, watching
from workbench.store import Database
from workbench.store.jobs import Jobs
from workbench.studio.chores import BACKUP, CLEANUP
from workbench.studio.lifecycle_settings import LifecycleSettings
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

KEY, NEXT = "k" * 32, "n" * 40
RULES = (
    '[revisions]\ntable = "revision"\nmoment = "created_at"\nkeep_days = 60\nmost_share = 1.0\n'
    'keep_last = { count = 5, per = "scene_id", by = "number" }\nkeep_true = ["pinned"]\n'
)


@pytest.fixture
def old(tmp_path: Path, address: str) -> Path:
    """Give a data folder where people worked for a hundred days, long ago."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "retention.toml").write_text(RULES)
    world = World(address or str(data / "workbench.db"))
    world.live(100)
    world.database.close()
    return data


@pytest.fixture
def workspace(old: Path, address: str) -> Iterator[Workspace]:
    with Workspace(Settings(data=old, database=address, workers=1, job_threads=0)) as opened:
        yield opened


def client_of(workspace: Workspace, **settings: Any) -> TestClient:
    chosen = LifecycleSettings(scheduled=False, **settings)
    return TestClient(create_app(workspace, plugs=[keeping(chosen)]), raise_server_exceptions=False)


def signed(
    body: bytes, key: str = KEY, *, request_id: str = "one", late: int = 0, path: str = CRON_PATH
) -> dict[str, str]:
    when = int(time.time()) + late
    return {
        "X-Workbench-Id": request_id,
        "X-Workbench-Time": str(when),
        "X-Workbench-Signature": sign(key.encode(), "POST", path, request_id, when, body),
    }


def both_keys(workspace: Workspace) -> TestClient:
    return client_of(workspace, cron_key=SecretStr(KEY), cron_key_next=SecretStr(NEXT))


@pytest.mark.parametrize("key", ["", "short"])
def test_not_configured(workspace: Workspace, key: str) -> None:
    """Without a key of 32 letters there is no such door, whatever is shown."""
    client = client_of(workspace, cron_key=SecretStr(key))
    assert client.post(CRON_PATH, content=b"{}", headers=signed(b"{}")).status_code == 404
    assert client.post(CRON_PATH).status_code == 404


@pytest.mark.parametrize("key", [KEY, NEXT])
def test_a_signed_request_only_counts(workspace: Workspace, key: str) -> None:
    """Either key opens; without a word about it nothing is removed; the same request again is refused."""
    client = both_keys(workspace)
    first = client.post(CRON_PATH, content=b"{}", headers=signed(b"{}", key))
    assert first.status_code == 200
    assert first.json()["dry_run"] is True
    assert first.json()["rows"] > 0
    assert client.post(CRON_PATH, content=b"{}", headers=signed(b"{}", key)).status_code == 409


def test_what_is_not_signed_so(workspace: Workspace) -> None:
    """Another body, key, path, time or id is refused and leaves no trace that would block the true one."""
    client = both_keys(workspace)
    good = signed(b"{}")
    wrong = [
        (b'{"dry_run": false}', good),
        (b"{}", signed(b"{}", "x" * 32)),
        (b"{}", signed(b"{}", path="/ops/cron/other")),
        (b"{}", signed(b"{}", late=-330)),
        (b"{}", signed(b"{}", late=400)),
        (b"{}", good | {"X-Workbench-Id": "two"}),
        (b"{}", good | {"X-Workbench-Signature": ""}),
        (b"{}", {}),
        (b"{}", {"Authorization": f"Bearer {KEY}"}),
    ]
    answers = [client.post(CRON_PATH, content=body, headers=headers).status_code for body, headers in wrong]
    assert answers == [401] * len(wrong)
    assert client.post(CRON_PATH, content=b"{}", headers=good).status_code == 200
    odd = b'{"dry": 1}'
    assert client.post(CRON_PATH, content=odd, headers=signed(odd, request_id="3")).status_code == 422


@pytest.mark.slow
def test_four_doors_give_the_same_figures(
    workspace: Workspace,
    old: Path,
    address: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Command, notebook, signed request and schedule plan the same rows and bytes by the same rules."""
    monkeypatch.setenv("WORKBENCH_DATA", str(old))
    monkeypatch.setenv("WORKBENCH_DATABASE", address)
    assert run(["lifecycle", "plan", "--json"]) == 0
    by_command = json.loads(capsys.readouterr().out)
    by_request = both_keys(workspace).post(CRON_PATH, content=b"", headers=signed(b"")).json()
    learn_chores(workspace, LifecycleSettings(dry_run=True, jitter_minutes=0))
    asking(workspace, LifecycleSettings(jitter_minutes=0))()
    workspace.background.drain()
    by_schedule = workspace.jobs.list(kind=CLEANUP, state=("done",))[0].result
    assert by_schedule is not None
    by_notebook = notebook_figures(old)
    told = [by_command, by_request, dict(by_schedule), by_notebook]
    figures = [(each["rows"], each["bytes"], [(r["rule"], r["rows"], r["bytes"]) for r in each["rules"]])
               for each in told]  # fmt: skip
    assert figures[0][0] > 0
    assert all(each == figures[0] for each in figures)
    body = b'{"dry_run": false}'
    applied = both_keys(workspace).post(CRON_PATH, content=body, headers=signed(body, request_id="go")).json()
    assert (applied["removed"]["rows"], applied["removed"]["bytes"]) == figures[0][:2]


def test_chores_are_due_once(place: str) -> None:
    """Two services ask for one run of the day; days that were missed are caught up by one run."""
    clock = FrozenClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
    with Database.open(place, clock=clock, power_safe=False) as database:
        chore = Chore("lifecycle.cleanup", 3, jitter_minutes=20)
        first = enqueue_due(Jobs(database), chore, clock.now())
        assert enqueue_due(Jobs(database), chore, clock.now() + timedelta(hours=14)).id == first.id
        clock.advance(5 * 86_400)
        late = enqueue_due(Jobs(database), chore, clock.now())
        assert (late.id != first.id, len(Jobs(database).list())) == (True, 2)
        due = chore.due(datetime(2026, 3, 7, 2, 59, tzinfo=UTC))
        assert due == datetime(2026, 3, 6, 3, tzinfo=UTC)
        assert 0 <= chore.delay_seconds(due) <= 1200


def test_another_hour_on_the_same_day(place: str) -> None:
    """Whoever changes the hour of a chore and starts again has no second run that day, and no error."""
    clock = FrozenClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
    with Database.open(place, clock=clock, power_safe=False) as database:
        runs = {enqueue_due(Jobs(database), Chore(BACKUP, hour), clock.now()).id for hour in (2, 3, 11)}
        assert len(runs) == 1


@pytest.mark.slow
def test_the_service_keeps_data(workspace: Workspace) -> None:
    """While it runs, the service asks for a verified backup and a cleanup, and both are done by its jobs."""
    settings = LifecycleSettings(jitter_minutes=0)
    with TestClient(create_app(workspace, plugs=[keeping(settings)])):
        workspace.background.drain()
    jobs = {job.kind: job for job in workspace.jobs.list() if job.kind in (BACKUP, CLEANUP)}
    assert {job.state for job in jobs.values()} == {"done"}
    cleaned, backed = jobs[CLEANUP].result or {}, jobs[BACKUP].result or {}
    assert cleaned["removed"]["rows"] == cleaned["rows"] > 0
    assert Backups(workspace.settings.data / "backups").get(backed["backup"]).verified


def test_health_of_data(workspace: Workspace) -> None:
    """Operators see every sign; others and strangers do not."""
    client = client_of(workspace)
    assert client.get("/health/data").status_code == 401
    assert client.get("/health/data", headers=bearer(workspace)).status_code == 403
    told = client.get("/health/data", headers=bearer(workspace, scope="operator")).json()
    seen = {each["name"]: each["well"] for each in told["signs"]}
    assert (told["well"], seen["Backup"], seen["Retention"]) == (False, False, False)
    assert {"Files", "Foreign keys", "Scene positions", "Room for backups", "Last cleanup"} <= set(seen)


def test_lost_rows_are_told(workspace: Workspace) -> None:
    """A protected table that becomes empty is an event, and a number that alert rules ask for."""
    heard: list[Event] = []
    workspace.bus.on("data_alarm", heard.append)
    backups = Backups(workspace.settings.data / "backups")
    backups.make(workspace.database.engine, "test")
    watching(workspace)()
    assert heard == []
    with workspace.database.write() as connection:
        connection.execute(text("DELETE FROM message"))
    watching(workspace)()
    assert [(each.data["table"], each.data["rows"]) for each in heard] == [("message", 0)]
    numbers = reported(workspace.database, backups, read_policy(workspace.settings.data / "retention.toml"))
    assert numbers["rows_lost_share"] == 1.0
    assert numbers["lifecycle_lag_days"] > 7
