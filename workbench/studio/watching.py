"""The watch of a data folder: its rules, what it looks at, and whom it tells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from workbench.lifecycle.backups import Backups
from workbench.lifecycle.health import reported
from workbench.lifecycle.policy import read_policy
from workbench.store.database import Database
from workbench.studio.dashboard_settings import AlertSettings
from workbench.studio.settings import Settings
from workbench.telemetry.alert_book import AlertBook
from workbench.telemetry.alerts import Alert
from workbench.telemetry.asked import Asked
from workbench.telemetry.evidence import Evidence
from workbench.telemetry.question import Period
from workbench.telemetry.rules import SHIPPED, Rule, read_rules
from workbench.telemetry.sinks import LogSink, Sink, WebhookSink
from workbench.telemetry.watch import Watch
from workbench.telemetry.witness import Queries

_LOST = """\
SELECT coalesce(sum(value) FILTER (WHERE name = 'telemetry.dropped'), 0),
  coalesce(sum(value) FILTER (WHERE name IN ('telemetry.export_dropped', 'telemetry.export_failed')), 0)
FROM events WHERE kind = 'count' AND ts > $since AND ts <= $until"""


COUNT_SECONDS = 60.0
"""How old the numbers about the data may be: each look at them counts every table."""


class Watching:
    """Looks at the rules when told to; `book` holds what became of them."""

    def __init__(self, settings: Settings, database: Database, reading: Queries, folder: Path) -> None:
        self._settings = settings
        self._database = database
        self._reading = reading
        self._backups = Backups(folder / "backups", clock=database.clock)
        self._data: dict[str, float] = {}
        self._counted: float | None = None
        self.rules = rules_of_folder(settings)
        self._watch = Watch(database, self.rules, self.evidence, self.reports, sinks_of(settings.alerts))

    @property
    def book(self) -> AlertBook:
        """The alerts that are kept."""
        return self._watch.book

    def look(self) -> tuple[Alert, ...]:
        """Judge every rule now, and return the alerts that changed."""
        return self._watch.look()

    def evidence(self) -> Evidence:
        """Return what rules look at; nothing is read before a rule asks for it."""
        return Asked(self._reading)

    def reports(self) -> Mapping[str, float]:
        """Return what the workbench knows about itself; what cannot be told is left out."""
        until = self._database.now()
        hour = Period.last(until, hours=1)
        found = self._reading.query(_LOST, hour, since=hour.since, until=hour.until).rows
        dropped, unsent = map(float, found[0]) if found else (0.0, 0.0)
        return {**self._about_data(), "telemetry_dropped": dropped, "telemetry_export_lost": unsent}

    def _about_data(self) -> Mapping[str, float]:
        """Return rows lost, how late retention is and how old the last good backup; a minute old at most."""
        now = self._database.clock.monotonic()
        if self._counted is None or now - self._counted >= COUNT_SECONDS:
            own = self._settings.data / "retention.toml"
            policy = read_policy(own if own.is_file() else None)
            self._data = reported(self._database, self._backups, policy)
            self._counted = now
        return self._data


def watch_of(
    settings: Settings, database: Database, reading: Queries, folder: Path | None = None
) -> Watching:
    """Return the watch of a data folder; `folder` is where its backups are, when that is another one."""
    return Watching(settings, database, reading, folder or settings.data)


def rules_of_folder(settings: Settings) -> tuple[Rule, ...]:
    """Return the rules: of the file that is set, of `rules.toml` in the data folder, or the shipped ones."""
    return read_rules(rules_file(settings))


def rules_file(settings: Settings) -> Path:
    """Return where the rules of a data folder are read."""
    own = settings.alerts.rules or settings.data / "rules.toml"
    return own if settings.alerts.rules or own.is_file() else SHIPPED


def sinks_of(settings: AlertSettings) -> Mapping[str, Sink]:
    """Return who is told: the log, and the webhook when an address is set."""
    sinks: dict[str, Sink] = {"log": LogSink()}
    if settings.webhook:
        sinks["webhook"] = WebhookSink(settings.webhook, settings.webhook_secret.get_secret_value())
    return sinks
