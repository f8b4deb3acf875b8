"""A chart of something measured once a day, and where it is going."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bokeh.models import ColumnDataSource, Legend, LegendItem, Range1d

from dashboards.asking import Ask, Snapshot
from dashboards.charts import change, legend_of, milliseconds_of, time_figure
from dashboards.keeping import Levels
from dashboards.look import Look
from dashboards.parts import Chart, failure_of, state
from dashboards.scope import Scope
from workbench.telemetry.capacity import Refusal
from workbench.telemetry.growth import find_growth

AHEAD_DAYS = 30
_TOO_FEW = "It was measured on no day before today, so there is no line yet."


class ForecastChart(Chart):
    """The measured days as a line, the trend dashed, its interval as a band."""

    def __init__(
        self, look: Look, key: str, title: str, about: str, span: int, ask: Ask, name: str, *, unit: str
    ) -> None:
        self._ask, self._name = ask, name
        self._range = Range1d(0, 1)
        figure = time_figure(look, unit, int(270 * look.scale), self._range)
        self.measured = ColumnDataSource({"time": [], "level": []})
        self.ahead = ColumnDataSource({"time": [], "low": [], "level": [], "high": []})
        band = figure.varea("time", "low", "high", source=self.ahead, fill_color=look.accent, fill_alpha=0.15)
        trend = figure.line(
            "time", "level", source=self.ahead, color=look.accent, line_dash=[6, 5], line_width=1.8
        )
        line = figure.line("time", "level", source=self.measured, color=look.accent, line_width=2.4)
        items = [
            LegendItem(label="measured", renderers=[line]),
            LegendItem(label="trend", renderers=[trend]),
            LegendItem(label="95 % interval", renderers=[band]),
        ]
        legend: Legend = legend_of(look, items)
        figure.add_layout(legend, "above")
        super().__init__(key, title, about, span, (ask,), figure)

    def show(self, snapshot: Snapshot, scope: Scope) -> None:  # noqa: ARG002 - always the last four weeks
        levels: Sequence[Levels] = snapshot.fact(self._ask) or ()
        mine = next((each for each in levels if each.name == self._name), None)
        if mine is None or len(mine.days) < 2:
            return self._say(failure_of(snapshot, [self._ask]) or state(_TOO_FEW))
        change(self.measured, {"time": [_noon(day) for day in mine.days], "level": list(mine.levels)})
        growth = find_growth(mine.days, mine.levels)
        steps: list[tuple[float, Any]] = []
        if not isinstance(growth, Refusal):
            steps = [(_noon(growth.day + timedelta(days=n)), growth.after(n)) for n in range(AHEAD_DAYS + 1)]
        columns = {"time": [at for at, _ in steps]}
        for place, name in enumerate(("low", "level", "high")):
            columns[name] = [values[place] for _, values in steps]
        change(self.ahead, columns)
        self._range.update(start=_noon(mine.days[0]), end=(steps[-1][0] if steps else _noon(mine.days[-1])))
        return self._say(None)


def _noon(day: Any) -> float:
    return milliseconds_of(datetime.combine(day, time(12), UTC))
