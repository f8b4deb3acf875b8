"""A dashboard opened over a data folder, real or sample: what it reads, its rules, and the poller."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from dashboards.alerting import ABOUT_DATA, ALERTS, about_data
from dashboards.asking import Asks, Fact, Source
from dashboards.drills import last_drill
from dashboards.keeping import Keeping
from dashboards.measured import last_measured
from dashboards.pages.capacity import LEVELS, LOADS
from dashboards.pages.lifecycle import KEPT
from dashboards.pages.stress import DRILL
from dashboards.pages.waiting import MEASURED
from dashboards.patience import patient
from dashboards.poller import Poller
from workbench.clock import Clock, SystemClock
from workbench.lifecycle.policy import read_policy
from workbench.store.data_folder import make_private
from workbench.store.database import Database
from workbench.store.object_blobs import blobs_at
from workbench.studio.lifecycle_settings import LifecycleSettings
from workbench.studio.measuring import reading_of
from workbench.studio.settings import Settings
from workbench.studio.upgrading import open_database
from workbench.studio.watching import Watching, watch_of
from workbench.telemetry.question import Period
from workbench.telemetry.reading import Reading
from workbench.telemetry.sample_home import SampleHome
from workbench.telemetry.segments import Manifest

SAMPLE = "sample"
WATCH_SECONDS = 15.0
SLOW_FACT_SECONDS = 30.0
CHOICES_SECONDS = 60.0
CHOICES_DAYS = 28


@dataclass
class Site:
    """Everything the pages of one process share; a context manager."""

    settings: Settings
    sample: bool
    reading: Asks
    watching: Watching
    poller: Poller
    choices: Callable[[], Sequence[Mapping[str, Any]]]
    clock: Clock
    _stack: ExitStack

    @classmethod
    def open(
        cls,
        settings: Settings | None = None,
        *,
        sample: bool = False,
        refresh_seconds: float | None = None,
        clock: Clock | None = None,
        sample_options: Mapping[str, Any] | None = None,
    ) -> Site:
        """Open the dashboard of a data folder; with `sample`, of made-up rows in a folder of their own."""
        given, time, stack = settings or Settings(), clock or SystemClock(), ExitStack()
        folder = given.data / SAMPLE if sample else given.data
        make_private(given.data)
        before: list[Callable[[], object]] = []
        if sample:
            home = stack.enter_context(SampleHome(folder, clock=time, **(sample_options or {})))
            database, manifest, reading = home.database, home.manifest, home.reading
            before.append(home.tick)
        else:
            database = open_database(given, time)
            stack.callback(database.close)
            manifest = Manifest(database)
            reading = stack.enter_context(reading_of(given, manifest))
        watching = watch_of(given, database, reading, folder)
        choices = patient(lambda: _choices(reading, time), CHOICES_SECONDS, time)
        choices()
        before.append(choices)
        before.append(patient(watching.look, WATCH_SECONDS, time))
        facts = _facts(given, folder, database, manifest, reading, watching, time)
        refresh = refresh_seconds or given.dashboard.refresh_seconds
        poller = Poller(Source(reading, facts), refresh_seconds=refresh, clock=time, before=before)
        stack.enter_context(poller)
        return cls(given, sample, reading, watching, poller, choices, time, stack)

    def acknowledge(self, alert_id: str, who: str) -> None:
        """Note that somebody has seen an alert, the only thing people write by the dashboard."""
        self.watching.book.acknowledge(alert_id, who)
        self.poller.nudge()

    def close(self) -> None:
        """Stop the poller and give everything back; twice is once."""
        self._stack.close()

    def __enter__(self) -> Site:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _choices(reading: Asks, clock: Clock) -> Sequence[Mapping[str, Any]]:
    """Return what pages can be narrowed to: projects, models and operations of four weeks."""
    return reading.ask("choices", Period.last(clock.now(), days=CHOICES_DAYS)).dicts()


def _facts(
    settings: Settings,
    folder: Path,
    database: Database,
    manifest: Manifest,
    reading: Reading,
    watching: Watching,
    clock: Clock,
) -> Mapping[str, Fact]:
    own = settings.data / "retention.toml"
    policy = read_policy(own if own.is_file() else None)
    blobs = blobs_at(folder, "" if reading.sample else settings.scale.files, "files")
    stored = bool(settings.telemetry.files) and not reading.sample
    keeping = Keeping(database, blobs, policy, manifest, reading, folder, LifecycleSettings(), stored)
    book = watching.book
    return {
        ALERTS.name: lambda period: book.list(since=period.since, most=60),
        ABOUT_DATA.name: lambda period: book.list(rules=about_data(watching.rules), since=period.since),
        KEPT.name: patient(keeping.kept, SLOW_FACT_SECONDS, clock),
        LEVELS.name: patient(keeping.levels, SLOW_FACT_SECONDS, clock),
        LOADS.name: patient(keeping.loads, SLOW_FACT_SECONDS, clock),
        MEASURED.name: patient(lambda _: last_measured(folder / "bench"), SLOW_FACT_SECONDS, clock),
        DRILL.name: patient(lambda _: last_drill(folder / "stress"), SLOW_FACT_SECONDS, clock),
    }
