"""The parts a page is made of: each asks something, and shows what came back without being built anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any, Protocol

import panel as pn
from bokeh.layouts import column
from bokeh.models import Div

from dashboards.asking import Ask, Failed, Snapshot
from dashboards.charts import ModelBars, Series, TimeChart, milliseconds_of
from dashboards.look import Look
from dashboards.points import What, lead_on
from dashboards.scope import Scope
from dashboards.unusual import Marks
from workbench.telemetry.question import Answer

STYLES = (Path(__file__).parent / "static" / "parts.css").read_text(encoding="utf-8")
LOADING = '<p class="state" role="status">Loading …</p>'
NOTHING = "Nothing was recorded in this time."
MOST_NOTES = 3
Rows = Sequence[Mapping[str, Any]]


class Part(Protocol):
    """A card of a page; `span` is its width in twelfths."""

    key: str
    title: str
    about: str
    span: int
    asks: tuple[Ask, ...]

    @property
    def root(self) -> Any:
        """What is put into the page: a Panel object or a Bokeh model."""
        ...

    def show(self, snapshot: Snapshot, scope: Scope) -> None:
        """Show the answers of a moment."""
        ...


def state(text: str, kind: str = "empty") -> str:
    """Return a quiet line that says that there is nothing, or a red one that says why not."""
    role = "alert" if kind == "failed" else "status"
    return f'<p class="state {kind}" role="{role}">{escape(text)}</p>'


def failure_of(snapshot: Snapshot, asks: Sequence[Ask]) -> str | None:
    """Return the words for the first answer that failed."""
    failed = (snapshot.results.get(ask) for ask in asks)
    first = next((each for each in failed if isinstance(each, Failed)), None)
    return state(f"This could not be read: {first.why}", "failed") if first else None


class Notice:
    """Lines above the cards: what a reader must know of an answer, such as that rows are missing."""

    def __init__(self) -> None:
        self.root = pn.pane.HTML(
            "", sizing_mode="stretch_width", stylesheets=[STYLES], margin=0, visible=False
        )

    def show(self, snapshot: Snapshot) -> None:
        """Say it, or nothing."""
        answers = [each for each in snapshot.results.values() if isinstance(each, Answer)]
        notes = dict.fromkeys(note for answer in answers for note in answer.notes)
        lines = [escape(note) for note in list(notes)[:MOST_NOTES]]
        said = f'<p class="missing" role="status">{"<br>".join(lines)}</p>' if lines else ""
        if said != self.root.object:
            self.root.object = said
            self.root.visible = bool(said)


@dataclass
class Words:
    """A card of text: `write` makes it from the answers; what it says is sent only when it changed."""

    key: str
    title: str
    about: str
    span: int
    asks: tuple[Ask, ...]
    write: Callable[[Snapshot, Scope], str]
    pane: Any = field(init=False)

    def __post_init__(self) -> None:
        self.pane = pn.pane.HTML(LOADING, sizing_mode="stretch_width", stylesheets=[STYLES], margin=0)

    @property
    def root(self) -> Any:
        return self.pane

    def show(self, snapshot: Snapshot, scope: Scope) -> None:
        said = failure_of(snapshot, self.asks) or self.write(snapshot, scope)
        if said != self.pane.object:
            self.pane.object = said


class Chart:
    """A card with a chart and, in its place, what there is to say when there is none."""

    def __init__(
        self, key: str, title: str, about: str, span: int, asks: tuple[Ask, ...], figure: Any
    ) -> None:
        self.key, self.title, self.about, self.span, self.asks = key, title, about, span, asks
        self._figure = figure
        self.note = Div(text=LOADING, stylesheets=[STYLES], sizing_mode="stretch_width", margin=0)
        self.foot = Div(text="", stylesheets=[STYLES], sizing_mode="stretch_width", margin=0, visible=False)
        self._root = column(self.note, figure, self.foot, sizing_mode="stretch_width", margin=0)
        figure.visible = False

    @property
    def root(self) -> Any:
        return self._root

    def _say(self, note: str | None) -> None:
        """Show the chart, or a note in its place."""
        if note is not None and note != self.note.text:
            self.note.text = note
        self.note.visible = note is not None
        self._figure.visible = note is None
        self.foot.visible = note is None and bool(self.foot.text)

    def _foot(self, told: str) -> None:
        """Say something below the chart."""
        said = f'<p class="note">{escape(told)}</p>'
        if said != self.foot.text:
            self.foot.text = said


class Lines(Chart):
    """A question's columns over time, as lines or stacked bars."""

    def __init__(
        self,
        look: Look,
        key: str,
        title: str,
        about: str,
        ask: Ask,
        series: Sequence[Series],
        *,
        span: int = 12,
        unit: str = "",
        stacked: bool = False,
        height: int = 250,
        alerts: Ask | None = None,
        marks: Callable[[Rows, Snapshot], Marks] | None = None,
        asks: tuple[Ask, ...] = (),
        leads_to: tuple[What, float] | None = None,
    ) -> None:
        self.chart = TimeChart(
            look, series, unit=unit, height=height, stacked=stacked, marks=marks is not None
        )
        self._ask, self._alerts, self._marks = ask, alerts, marks
        self._columns = [each.column for each in series]
        if leads_to:
            lead_on(self.chart.root, self.chart.source, tuple(self._columns), *leads_to)
        wanted = (ask, *((alerts,) if alerts else ()), *asks)
        super().__init__(key, title, about, span, wanted, self.chart.root)

    def show(self, snapshot: Snapshot, scope: Scope) -> None:
        found = snapshot.rows(self._ask)
        if isinstance(found, Failed) or not found:
            return self._say(failure_of(snapshot, [self._ask]) or state(NOTHING))
        period = scope.period(snapshot.at)
        columns = {"time": [milliseconds_of(each["time"]) for each in found]}
        columns |= {name: [_number(each[name]) for each in found] for name in self._columns}
        self.chart.show(columns, period.since, period.until, bucket_of(scope))
        if self._alerts:
            self.chart.show_alerts(_strips(snapshot.results.get(self._alerts), period.since, snapshot.at))
        if self._marks:
            marks = self._marks(found, snapshot)
            self.chart.show_marks([(milliseconds_of(moment), value) for moment, value in marks.points])
            self._foot(marks.told)
        return self._say(None)


class Groups(Chart):
    """A question's column over time, stacked by a group such as the model."""

    def __init__(
        self,
        look: Look,
        key: str,
        title: str,
        about: str,
        ask: Ask,
        value: str | Callable[[Mapping[str, Any]], Any],
        *,
        group: str = "model",
        span: int = 6,
        unit: str = "",
        height: int = 230,
    ) -> None:
        self.chart = ModelBars(look, unit=unit, height=height)
        self._ask, self._value, self._group = ask, value, group
        super().__init__(key, title, about, span, (ask,), self.chart.root)

    def show(self, snapshot: Snapshot, scope: Scope) -> None:
        found = snapshot.rows(self._ask)
        if isinstance(found, Failed) or not found:
            return self._say(failure_of(snapshot, [self._ask]) or state(NOTHING))
        period = scope.period(snapshot.at)
        points = [(each["time"], str(each[self._group] or "unknown"), self._read(each)) for each in found]
        if all(value is None for _, _, value in points):
            return self._say(state("There are calls, but nobody told this of any of them: it is unknown."))
        self.chart.show(points, period.since, period.until, bucket_of(scope))
        return self._say(None)

    def _read(self, row: Mapping[str, Any]) -> float | None:
        found = row[self._value] if isinstance(self._value, str) else self._value(row)
        return None if found is None else float(found)


def bucket_of(scope: Scope) -> float:
    """Return how many seconds one point stands for: what was asked, or whole hours over long times."""
    asked = scope.bucket_seconds
    return max(asked, 3600) if scope.length.total_seconds() > 25 * 3600 else asked


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _strips(alerts: Any, since: datetime, now: datetime) -> list[tuple[float, float, bool]]:
    """Return where alerts fired within the period, for a chart."""
    found = []
    for alert in alerts if isinstance(alerts, Sequence) else ():
        begin, end = alert.fired_at, alert.resolved_at or now
        if begin is not None and end >= since:
            found.append((milliseconds_of(max(begin, since)), milliseconds_of(end), alert.severity == "page"))
    return found
