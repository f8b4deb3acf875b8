"""Telemetry of one data folder, opened with it: what records, what asks, what tidies up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from workbench.clock import Clock
from workbench.spans import Receiver, attach
from workbench.store.database import Database
from workbench.telemetry.levels import Gauge
from workbench.telemetry.recorder import FLUSH_SECONDS, MOST_WAITING, Listener, Recorder, RecorderState
from workbench.telemetry.segments import Manifest
from workbench.telemetry.shipping import Shipper, Storage

if TYPE_CHECKING:
    from workbench.telemetry.compactor import Compactor
    from workbench.telemetry.damage import Damaged
    from workbench.telemetry.question import Answer, Period, Question, Value
    from workbench.telemetry.reading import Reading
    from workbench.telemetry.report import Report

RAW_DAYS, ROLLUP_DAYS = 30, 400


@runtime_checkable
class Closing(Protocol):
    """A listener that holds something open."""

    def close(self) -> None:
        """Give it back."""
        ...


class Telemetry:
    """Records what this process does in a data folder and answers questions about everybody's work there.

    With a `storage` its files are sent there and fetched from there.

    `receiver` is what spans of this folder name as theirs (None: nothing is recorded). Arrow and DuckDB are
    loaded when they are first needed. Closing twice is harmless.
    """

    def __init__(
        self,
        folder: Path,
        database: Database,
        *,
        recording: bool = True,
        secrets: Sequence[str] = (),
        flush_seconds: float = FLUSH_SECONDS,
        most_waiting: int = MOST_WAITING,
        raw_days: int = RAW_DAYS,
        rollup_days: int = ROLLUP_DAYS,
        listeners: Sequence[Listener] = (),
        clock: Clock | None = None,
        storage: Storage | None = None,
    ) -> None:
        self.folder = folder
        self.manifest = Manifest(database)
        self._days = {"raw_days": raw_days, "rollup_days": rollup_days}
        self._clock = clock
        self._lock = threading.Lock()
        self._readings: dict[bool, Reading] = {}
        self._damaged: Damaged | None = None
        self._listeners = tuple(listeners)
        self.shipper = Shipper.of(folder, self.manifest, storage, clock=clock) if storage else None
        self._depot = self.shipper.depot if self.shipper else None
        self.recorder = Recorder(
            folder,
            self.manifest,
            secrets=secrets,
            flush_seconds=flush_seconds,
            most_waiting=most_waiting,
            listeners=listeners,
            tidy=self.tidy_when_needed,
            clock=clock,
        )
        self._gauge = Gauge(self.manifest, self.recorder, clock)
        self.receiver: Receiver | None = self.recorder if recording else None
        self._detach: Callable[[], None] | None = attach(self.recorder) if recording else None
        if self.shipper and recording:
            self.shipper.start()

    @property
    def state(self) -> RecorderState:
        """How recording goes in this process."""
        return self.recorder.state

    def reading(self, *, sample: bool = False) -> Reading:
        """Return what answers questions, about what really happened or about the sample data."""
        with self._lock:
            if sample not in self._readings:
                home = import_module("workbench.telemetry.reading")
                self._readings[sample] = home.Reading(
                    self.folder, self.manifest, sample=sample, before=self.recorder.flush, depot=self._depot
                )
            return self._readings[sample]

    def ask(
        self, question: Question | str, period: Period | None = None, *, sample: bool = False, **given: Value
    ) -> Answer:
        """Answer a named question, by default about the last 24 hours: `ask("operations", project_id=…)`."""
        return self.reading(sample=sample).ask(question, period, **given)

    def query(
        self, sql: str, period: Period | None = None, *, sample: bool = False, **given: Value
    ) -> Answer:
        """Run one SELECT of your own over `events`, or `hours`, of a period."""
        return self.reading(sample=sample).query(sql, period, **given)

    def report(
        self, period: Period | timedelta | None = None, *, project_id: str | None = None, sample: bool = False
    ) -> Report:
        """Return the performance report of a period, or of so long until now (default: a day)."""
        report: Report = import_module("workbench.telemetry.report").report(
            self.reading(sample=sample), period, project_id=project_id
        )
        return report

    def compactor(self, **options: Any) -> Compactor:
        """Return what keeps the files few."""
        home = import_module("workbench.telemetry.compactor")
        with self._lock:
            self._damaged = self._damaged or import_module("workbench.telemetry.damage").Damaged(self.folder)
        own = {"clock": self._clock, "depot": self._depot, "damaged": self._damaged}
        made: Compactor = home.Compactor(self.folder, self.manifest, **own, **self._days, **options)
        return made

    def tidy_when_needed(self) -> None:
        """Make files of texts; merge files when there are many and nobody else does, then measure levels."""
        import_module("workbench.telemetry.spool").adopt_spool(self.folder, self.manifest)
        compactor = self.compactor()
        if compactor.needed() and compactor.run() is not None and self._detach is not None:
            self._gauge.tell()

    def close(self) -> None:
        """Write what waits, record no more, and give the memory back."""
        if self._detach is not None:
            self._detach()
            self._detach = None
        self.recorder.flush()
        for listener in self._listeners:
            if isinstance(listener, Closing):
                listener.close()
        self.recorder.close()  # now, so that it has what the listeners counted until their end
        if self.shipper:
            self.shipper.close()
        with self._lock:
            for reading in self._readings.values():
                reading.close()
            self._readings.clear()

    def __enter__(self) -> Telemetry:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
