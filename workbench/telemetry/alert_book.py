"""The book of alerts: incidents in the store, and the notices that go out with them.

States and notices change in one transaction, and a notice is a job: whoever is killed after that has still
told, because the next process delivers it. Two processes may judge at once; an incident is opened once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, text, update

from workbench.errors import NotFound
from workbench.store.database import Database
from workbench.store.jobs import Jobs
from workbench.store.rows_alerts import alert as table
from workbench.telemetry.alerts import OPEN, Alert, Notice, State, acknowledge, advance
from workbench.telemetry.judging import Verdict
from workbench.telemetry.rules import Rule

NOTICE = "alert.notice"
"""The kind of job that tells a sink."""
MOST_TRIES = 8


class AlertBook:
    """The alerts of a database; `sinks` are the names of those who are told."""

    def __init__(self, database: Database, sinks: Sequence[str] = ()) -> None:
        self._database = database
        self._jobs = Jobs(database)
        self._sinks = tuple(sinks)

    def enter(self, verdicts: Mapping[str, tuple[Rule, Verdict]]) -> tuple[Alert, ...]:
        """Advance every judged rule by one step, and return the alerts that changed their state."""
        now = self._database.now()
        changed = []
        with self._database.write() as connection:
            if not self._database.is_sqlite:
                connection.execute(text("LOCK TABLE alert IN EXCLUSIVE MODE"))
            last = _last(connection)
            for name, (rule, verdict) in verdicts.items():
                before = last.get(name)
                step = advance(before, rule, verdict, now, self._database.new_id)
                _keep(connection, before, step.alert)
                if step.alert is not None and step.notice is not None:
                    self._announce(connection, step.alert, step.notice)
                if step.alert is not None and (before is None or before.state != step.alert.state):
                    changed.append(step.alert)
        return tuple(changed)

    def list(
        self,
        *,
        states: Sequence[State] = (),
        rules: Collection[str] | None = None,
        since: datetime | None = None,
        most: int = 200,
    ) -> tuple[Alert, ...]:
        """Return alerts, those that stand before those that are over, each the newest first."""
        standing = table.c.resolved_at.is_(None)
        asked = select(table).order_by(standing.desc(), table.c.since.desc(), table.c.id.desc()).limit(most)
        if states:
            asked = asked.where(table.c.state.in_(tuple(states)))
        if rules is not None:
            asked = asked.where(table.c.rule.in_(tuple(rules)))
        if since is not None:
            asked = asked.where(standing | (table.c.resolved_at >= since))
        with self._database.read() as connection:
            return tuple(_alert(row) for row in connection.execute(asked).mappings())

    def open(self) -> tuple[Alert, ...]:
        """Return the alerts that stand, the newest first."""
        return self.list(states=OPEN)

    def acknowledge(self, key: str, who: str) -> Alert:
        """Note that somebody has seen an alert, named by its id or its rule."""
        with self._database.write() as connection:
            found = _named(connection, key)
            seen = acknowledge(found, who, self._database.now())
            _keep(connection, found, seen)
        return seen

    def remember(self, history: Sequence[Alert]) -> None:
        """Keep incidents of a time when nobody watched, such as a replay's; nobody is told."""
        with self._database.write() as connection:
            for alert in history:
                _keep(connection, None, replace(alert, id=self._database.new_id()))

    def _announce(self, connection: Connection, alert: Alert, notice: Notice) -> None:
        moment = (alert.noticed_at if notice == "firing" else alert.resolved_at) or alert.since
        for sink in self._sinks:
            key = f"{NOTICE}:{alert.id}:{notice}:{moment.timestamp():.3f}:{sink}"
            payload = {"sink": sink, "notice": notice, "alert": plain(alert)}
            self._jobs.enqueue(connection, NOTICE, payload, key=key, priority=10, most_attempts=MOST_TRIES)


def plain(alert: Alert) -> dict[str, Any]:
    """Return an alert as data for JSON, moments in ISO 8601."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(alert).items()
    }


def _last(connection: Connection) -> dict[str, Alert]:
    """Return the newest incident of each rule."""
    rows = connection.execute(select(table).order_by(table.c.since.desc(), table.c.id.desc()).limit(500))
    found: dict[str, Alert] = {}
    for row in rows.mappings():
        found.setdefault(row["rule"], _alert(row))
    standing = connection.execute(select(table).where(table.c.resolved_at.is_(None)))
    return found | {row["rule"]: _alert(row) for row in standing.mappings()}


def _keep(connection: Connection, before: Alert | None, after: Alert | None) -> None:
    if after == before:
        return
    if after is None:
        assert before is not None
        connection.execute(delete(table).where(table.c.id == before.id))
    elif before is None or before.id != after.id:
        connection.execute(insert(table).values(**_row(after)))
    else:
        connection.execute(update(table).where(table.c.id == after.id).values(**_row(after)))


def _named(connection: Connection, key: str) -> Alert:
    """Return the alert of an id or rule, as it stays until the transaction ends: none is judged meanwhile."""
    mine = (table.c.id == key) | ((table.c.rule == key) & table.c.resolved_at.is_(None))
    row = connection.execute(select(table).where(mine).with_for_update()).mappings().first()
    if row is None:
        known = connection.scalars(select(table.c.rule).where(table.c.resolved_at.is_(None)))
        raise NotFound.among("open alert", key, known)
    return _alert(row)


def _row(alert: Alert) -> dict[str, Any]:
    values = asdict(alert)
    values["bound"] = values.pop("limit")
    return values


def _alert(row: RowMapping) -> Alert:
    values = dict(row)
    values["limit"] = values.pop("bound")
    return Alert(**values)
