"""The card of alerts: what stands, what was, and the one button that writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import panel as pn

from dashboards.asking import FACT, Ask, Failed, Snapshot
from dashboards.parts import LOADING, STYLES, state
from dashboards.scope import Scope
from dashboards.words import ago
from workbench.telemetry.alerts import Alert
from workbench.telemetry.rules import Reported, Rule

ALERTS = Ask(f"{FACT}alerts")
ABOUT_DATA = Ask(f"{FACT}alerts about data")
_DATA_REPORTS = frozenset({"rows_lost_share", "lifecycle_lag_days", "backup_age_days", "orphan_rows"})
MOST_SHOWN = 6
_BUTTON = """
.bk-btn.bk-btn-default { font: 500 12.5px var(--font); color: var(--ink) !important;
background: var(--card) !important; border: 1px solid var(--edge) !important;
border-radius: 7px; padding: 5px 11px; box-shadow: none; }
.bk-btn.bk-btn-default:hover { background: var(--hover); border-color: var(--accent); }
.bk-btn.bk-btn-default:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
"""


class AlertList:
    """Shows alerts, those that stand first; one that fires has a button to say that somebody has seen it."""

    def __init__(
        self,
        acknowledge: Callable[[str], None],
        key: str,
        title: str,
        about: str,
        span: int,
        ask: Ask = ALERTS,
    ) -> None:
        self.asks: tuple[Ask, ...] = (ask,)
        self.key, self.title, self.about, self.span = key, title, about, span
        self._acknowledge = acknowledge
        self._shown: tuple[Any, ...] = ()
        self._column = pn.Column(
            _pane(LOADING),
            sizing_mode="stretch_width",
            margin=0,
        )

    @property
    def root(self) -> Any:
        return self._column

    def show(self, snapshot: Snapshot, scope: Scope) -> None:  # noqa: ARG002 - alerts are of the whole workbench
        (ask,) = self.asks
        found = snapshot.results.get(ask)
        if isinstance(found, Failed):
            self._say(state(f"The alerts could not be read: {found.why}", "failed"))
            return
        alerts: Sequence[Alert] = sorted(
            snapshot.fact(ask) or (), key=lambda each: (not each.open, -each.since.timestamp())
        )
        if not alerts:
            self._say(state("Nothing fired in this time.", "good"))
            return
        shown = tuple(
            (each.id, each.state, each.told, ago(each.fired_at or each.since, snapshot.at)) for each in alerts
        )
        if shown != self._shown:
            self._shown = shown
            self._column.objects = [
                *(item for each in alerts[:MOST_SHOWN] for item in self._row(each, snapshot)),
                *([_pane(_more(len(alerts)))] if len(alerts) > MOST_SHOWN else ()),
            ]

    def _row(self, alert: Alert, snapshot: Snapshot) -> list[Any]:
        when = ago(alert.fired_at or alert.since, snapshot.at)
        seen = f", seen by {escape(alert.acknowledged_by)}" if alert.acknowledged_by else ""
        said = (
            f'<ul class="alerts"><li class="{alert.state}"><span class="dot"></span><div>'
            f"<b>{escape(alert.rule.replace('_', ' '))}</b> "
            f'<span class="tag {_tone(alert)}">{alert.state}</span>'
            f"<small>{escape(alert.told)}</small>"
            f"<small>{when}, {alert.severity}{seen}</small></div></li></ul>"
        )
        pane = _pane(said)
        if alert.state != "firing":
            return [pane]
        button = pn.widgets.Button(
            label=f"Seen: {alert.rule.replace('_', ' ')}",
            stylesheets=[_BUTTON],
            margin=(0, 0, 8, 20),
            align="start",
        )
        button.on_click(lambda _: self._acknowledge(alert.id))
        return [pane, button]

    def _say(self, words: str) -> None:
        if self._shown != (words,):
            self._shown = (words,)
            self._column.objects = [_pane(words)]


def about_data(rules: Sequence[Rule]) -> frozenset[str]:
    """Return the names of rules that watch over the data: rows lost, a late cleanup or backup, orphans."""
    return frozenset(
        rule.name for rule in rules if isinstance(rule, Reported) and rule.report in _DATA_REPORTS
    )


def _pane(words: str) -> Any:
    return pn.pane.HTML(words, stylesheets=[STYLES], sizing_mode="stretch_width", margin=0)


def _more(alerts: int) -> str:
    left = alerts - MOST_SHOWN
    return f'<p class="note">{left} more in this time: <code>workbench alerts list --all</code></p>'


def _tone(alert: Alert) -> str:
    return {"firing": "bad", "acknowledged": "warn", "pending": "warn"}.get(alert.state, "good")
