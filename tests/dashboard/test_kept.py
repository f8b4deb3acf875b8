"""What load tests, drills and the keeping of data leave behind is on its page, as it was written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from dashboards.estimated_sizes import estimated_bytes
from dashboards.pages.capacity import LOADS
from dashboards.pages.lifecycle import KEPT, kept_for
from dashboards.poller import View
from dashboards.scope import Scope
from dashboards.site import Site
from dashboards.table_sizes import database_bytes, table_sizes
from tests.dashboard.looking import shown
from workbench.bench.filling import fill
from workbench.bench.flow_report import report_data
from workbench.bench.flows import ProfileResult
from workbench.errors import InputError
from workbench.lifecycle.backups import Backups
from workbench.lifecycle.retention import retention_of
from workbench.lifecycle.schedule import Chore
from workbench.spans import span
from workbench.store import Assets, Scenes
from workbench.store.database import Database
from workbench.store.guard.census import count_rows
from workbench.stress.drill_report import DrillReport, Outcome, keep_drill
from workbench.stress.footprint import Share
from workbench.stress.presets import PRESETS
from workbench.stress.reporting import Report, reported, tell_telemetry
from workbench.stress.samples import Sample
from workbench.stress.watching import Look
from workbench.studio.settings import ScaleSettings, Settings
from workbench.studio.workspace import Workspace

_EARLIER = (("PASS", "knee", 1), ("INVALID", "knee", 9), ("PASS", "spike", 9))
"""Verdict, preset, and how many times less was done than at `LEVELS`."""
LEVELS = ((1, 10.0), (4, 35.0), (8, 55.0), (16, 70.0), (32, 60.0))


@pytest.mark.slow
def test_stress_runs_and_the_drill_are_shown(tmp_path: Path) -> None:
    """A run in stages counts them; knee runs that passed tell how many fit; the drill tells what was lost."""
    settings = Settings(data=tmp_path, job_threads=0)
    ended = told_of("knee", [Sample("people", "scenario", "edit", 0, 0, 2.5),
                             Sample("people", "request", "save by hand", 0, 0, 0.5, "500"),
                             Sample("people", "poll", "ask whether it is filmed", 0, 0, 0.1)])  # fmt: skip
    with Workspace(settings):
        for verdict, preset, slower in _EARLIER:
            with span("stress.run", preset=preset) as earlier:
                earlier.set(verdict=verdict, users=32.0, throughput=40.0)
                for users, done in LEVELS:
                    with span("stress.stage", preset=preset) as stage:
                        stage.set(users=float(users), throughput=done / slower)
        with pytest.raises(InputError), span("stress.run", preset="micro"):
            raise InputError("2 tokens are too few.")
        with span("stress.run", preset="smoke") as plain:
            plain.set(verdict="PASS", users=2.0, throughput=12.0)
            tell_telemetry(told_of("smoke", [Sample("people", "scenario", "earlier", 0, 0, 1)]))
        with span("stress.run", preset="knee") as whole:
            whole.set(verdict="FAIL", users=32.0, throughput=40.0)
            tell_telemetry(ended)
            for users, done in LEVELS:
                with span("stress.stage", preset="knee") as stage:
                    stage.set(users=float(users), throughput=done / 8)
    lost = Outcome("kill a worker", 9, 30, 1, lost=1, told="3 killed", error="Writing did not go on.")
    well = Outcome("full disk", 9, 0, 4, recovered_seconds=0.7)
    left = {"database restart": "It needs a server."}
    keep_drill(DrillReport("sqlite", (lost, well), left, 2, "It took too long."), tmp_path / "stress")
    with Site.open(settings, refresh_seconds=3600) as site:
        words = shown(site, "stress")
        loads = site.poller.look(View("test", Scope(), (LOADS,))).fact(LOADS)
        run, *_ = site.reading.ask("stress_runs").dicts()
    assert "smoke 2 12 – PASS" in words["runs"]
    assert "knee 32 40 5 FAIL" in words["runs"]
    assert "micro unknown unknown – error" in words["runs"]
    assert (run["preset"], run["stages"]) == ("knee", 5)
    assert "knee Times Failed P50 P95 P99 edit scenario 1 0 2.5 s 2.5 s 2.5 s" in words["figures"]
    assert "save by hand request 1 1 500 ms 500 ms 500 ms" in words["figures"]
    assert "ask whether it is filmed look 1 0 100 ms" in words["figures"]
    assert "earlier" not in words["figures"]
    assert "painters 40 MB" in words["memory"]
    assert "kill a worker not well 40 30 1 0 never" in words["drill"]
    assert "full disk well 13 0 0 0 0.7 s" in words["drill"]
    assert "database restart not run – – – – –" in words["drill"]
    assert "not well Not everything is well." in words["drill"]
    assert "The drill broke off: It took too long. 2 projects have a gap" in words["drill"]
    assert "kill a worker: 1 lost. Writing did not go on." in words["drill"]
    assert "Not run: database restart. It needs a server." in words["drill"]
    assert sorted(loads) == [(float(users), done) for users, done in LEVELS]


def told_of(preset: str, samples: list[Sample]) -> Report:
    """Return the report of a run in which painters held 40 MB."""
    looks = [Look(float(at), 0.0, 40.0, kinds=(Share("painters", 3, 40.0),)) for at in range(3)]
    report = reported(PRESETS[preset], samples, looks, began=datetime(2026, 3, 4, tzinfo=UTC), model="")
    return replace(report, knee=None)


@pytest.mark.slow
def test_a_drill_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    """A torn file is told, not hidden."""
    (tmp_path / "stress").mkdir()
    (tmp_path / "stress" / "drill.json").write_text('{"at": ')
    with Site.open(Settings(data=tmp_path), refresh_seconds=3600) as site:
        assert "could not be read" in shown(site, "stress")["drill"]


@pytest.mark.slow
def test_what_bench_async_measured_is_on_the_page_of_the_win(tmp_path: Path, bare: Site) -> None:
    """What the command keeps is what the page reads: when, both arms, what is saved; nothing is made up."""
    assert shown(bare, "waiting")["measured"] == "Not measured here yet. Run: workbench bench async"
    result = ProfileResult()
    result.arms["blocking"].answer_seconds = result.arms["blocking"].settled_seconds = [3.0, 3.0, 3.0]
    result.arms["async"].answer_seconds = result.arms["async"].settled_seconds = [1.0, 1.0, 1.0]
    told = report_data({}, {"model": result}, 1, 3, "2026-06-17T09:30:00+00:00")
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "async.json").write_text(json.dumps(told))
    with Site.open(Settings(data=tmp_path), refresh_seconds=3600) as site:
        words = shown(site, "waiting")["measured"]
    assert "a hosted model, assumed 3 s / 3 s 1 s / 1 s 2 s 2 s to 2 s 95% 3" in words
    assert "Measured on 2026-06-17 09:30 UTC." in words


@pytest.mark.slow
def test_alerts_about_the_data_are_on_its_page(tmp_path: Path) -> None:
    """Rows that are gone stand on Lifecycle as on Now; what is no matter of the data stands on Now alone."""
    settings = Settings(data=tmp_path, job_threads=0)
    with Workspace(settings) as workspace:
        project = workspace.projects.create("kept")
        for number in range(20):
            Scenes(workspace.database).add(project.id, f"{number}")
        Backups(tmp_path / "backups").make(workspace.database.engine, "test", verify=False)
        with workspace.database.write() as connection:
            connection.execute(text("DELETE FROM revision"))
        for _ in range(6):
            with pytest.raises(RuntimeError), span("studio.ask"):
                raise RuntimeError("no")
    with Site.open(settings, refresh_seconds=3600) as site:
        site.watching.look()
        now, data = shown(site, "now")["alerts"], shown(site, "lifecycle")["alerts"]
    assert "errors in a row firing" in now
    assert "rows lost firing" in now
    assert "rows lost firing rows lost share 100.0%" in data
    assert "errors in a row" not in data


@pytest.mark.slow
def test_files_in_object_storage_are_not_missing(tmp_path: Path) -> None:
    """The page looks where they lie, as `lifecycle status` does, and tells who else uses them."""
    scale = ScaleSettings(files=f"file://{tmp_path}/bucket")
    here = Settings(data=tmp_path / "here", job_threads=0, scale=scale)
    with Workspace(here) as workspace:
        digest = workspace.blobs.put(b"picture")
        project = workspace.projects.create("kept").id
        Assets(workspace.database).add(project, "logo", digest, "image/png", bytes=7)
        workspace.blobs.place(digest).unlink()
        kept = retention_of(workspace.database, here.data, storage=scale.files).status().orphans
    with Site.open(here, refresh_seconds=3600) as site:
        assert shown(site, "lifecycle")["orphans"] == "Nothing is without its other half."
        seen = site.poller.look(View("test", Scope(), (KEPT,))).fact(KEPT)
        assert seen.state.orphans == kept
    elsewhere = Settings(data=tmp_path / "there", job_threads=0, scale=scale)
    with Workspace(elsewhere) as other, pytest.MonkeyPatch.context() as patch:
        other.blobs.put(b"theirs")
        patch.setattr("workbench.lifecycle.state.YOUNG_SECONDS", -60.0)
        with Site.open(here, refresh_seconds=3600) as site:
            words = shown(site, "lifecycle")["orphans"]
    assert "files nobody names (6 B) 1 – stay: shared with sqlite:///" in words
    assert f"{elsewhere.data}/workbench.db" in words


@pytest.mark.slow
def test_the_page_says_how_bytes_are_known(bare: Site) -> None:
    """Measured by the engine, or estimated and marked so; no table that has rows is left out."""
    words = shown(bare, "lifecycle")
    assert "Next backup" in words["sums"]
    kept = bare.poller.look(View("test", Scope(), (KEPT,))).fact(KEPT)
    assert f"Bytes are {kept.bytes_are}" in words["tables"]
    assert ("≈" in words["tables"]) == (kept.bytes_are == "estimated")
    assert "not known" not in words["tables"]


@pytest.mark.parametrize(
    ("name", "days", "words"),
    [("message", 90.0, "90 d"), ("user", None, "always"), ("removed_row", None, "its grace")],
)
def test_a_table_tells_how_long_it_keeps_rows(name: str, days: float | None, words: str) -> None:
    """By its rule, always without one, and what was removed for the grace of the rule that took it."""
    assert kept_for({"name": name, "keep": days}) == words


def counted(database: Database) -> dict[str, int]:
    """Count the rows of each table."""
    with database.read() as connection:
        return count_rows(connection)


def test_every_engine_tells_bytes_by_table(database: Database) -> None:
    """PostgreSQL its own figures; SQLite measures where it was built to, and else estimates."""
    found = table_sizes(database, counted(database))
    assert found.how in (("measured", "estimated") if database.is_sqlite else ("measured",))
    assert found.bytes["revision"] >= 4096


def test_every_engine_tells_bytes_of_the_whole_database(database: Database) -> None:
    """The files of SQLite, what PostgreSQL says of itself; never less than the tables take."""
    whole = database_bytes(database)
    assert whole is not None
    assert whole >= sum(table_sizes(database, counted(database)).bytes.values()) > 0


def used(database: Database) -> int:
    """Return the bytes in pages that hold something."""
    with database.engine.connect() as connection:
        page, pages, free = (
            connection.exec_driver_sql(f"PRAGMA {each}").scalar_one()
            for each in ("page_size", "page_count", "freelist_count")
        )
    return int(page * (pages - free))


def test_estimates_come_to_what_the_file_holds(tmp_path: Path) -> None:
    """The sum is the file's own; a table's share is close to what the file grew by when it was filled."""
    with Database.open(tmp_path / "filled.db", power_safe=False) as database:
        empty = used(database)
        fill(database, 1500, 900)
        filled = used(database)
        with database.write() as connection:  # large rows, which have pages of their own
            connection.exec_driver_sql("CREATE TABLE large (id TEXT PRIMARY KEY, body BLOB)")
            connection.exec_driver_sql(
                "INSERT INTO large WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 90)"
                " SELECT hex(randomblob(16)), randomblob(20000 + 100 * i) FROM n"
            )
        with database.read() as connection:
            found = estimated_bytes(connection, count_rows(connection))
        assert abs(sum(found.values()) - used(database)) < 100
        assert found["large"] == pytest.approx(used(database) - filled, rel=0.2)
        assert found["revision"] == pytest.approx(filled - empty, rel=0.2)


def test_a_chore_is_next_done_after_now() -> None:
    """Before, within and after its jitter: the next beginning is in the future."""
    chore = Chore("backup", 2, 20.0)
    due = datetime(2026, 6, 17, 2, tzinfo=UTC)
    begin = chore.next(due)
    assert 0 <= (begin - due).total_seconds() <= 1200
    assert chore.next(begin).date() == datetime(2026, 6, 18, tzinfo=UTC).date()
    assert chore.next(due.replace(hour=1)).date() == due.date()
