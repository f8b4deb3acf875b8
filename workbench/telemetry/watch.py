"""The watch: judges every rule now, keeps what became of it, and tells whoever wants to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from workbench.store.database import Database
from workbench.store.jobs import Jobs
from workbench.telemetry.alert_book import AlertBook
from workbench.telemetry.alerts import Alert
from workbench.telemetry.evidence import Evidence
from workbench.telemetry.judging import Verdict, judge
from workbench.telemetry.rules import Rule
from workbench.telemetry.sinks import LogSink, Sink, deliver

Gather = Callable[[], Evidence]
"""Gives what rules look at, as of now."""
Reports = Callable[[], Mapping[str, float]]


class Watch:
    """Looks when it is told to; `gather` gives the evidence, `reports` the numbers others report."""

    def __init__(
        self,
        database: Database,
        rules: Sequence[Rule],
        gather: Gather,
        reports: Reports = dict,
        sinks: Mapping[str, Sink] | None = None,
    ) -> None:
        self._database = database
        self._rules = tuple(rules)
        self._gather = gather
        self._reports = reports
        self._sinks: Mapping[str, Sink] = {"log": LogSink()} if sinks is None else sinks
        self.book = AlertBook(database, tuple(self._sinks))

    def look(self) -> tuple[Alert, ...]:
        """Judge every rule as of now, keep the outcome, tell, and return the alerts that changed."""
        changed = self.book.enter(self.verdicts())
        deliver(Jobs(self._database), self._sinks)
        return changed

    def verdicts(self) -> dict[str, tuple[Rule, Verdict]]:
        """Judge every rule as of now; changes nothing."""
        now = self._database.now().timestamp()
        evidence, reports = self._gather(), self._reports()
        return {rule.name: (rule, judge(rule, evidence, reports, now)) for rule in self._rules}
