"""Charts over time that are changed in place: new points are streamed, the last ones patched."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bokeh.models import (
    ColumnDataSource,
    CustomJSTickFormatter,
    DataRange1d,
    DatetimeTickFormatter,
    HoverTool,
    Legend,
    LegendItem,
    Range1d,
)
from bokeh.plotting import figure

from dashboards.look import FONT, Look

MOST_POINTS, FEW_POINTS = 2000, 30
Columns = Mapping[str, Sequence[Any]]
_FORMATS: Mapping[str, str] = {
    "ms": "return tick >= 1000 ? +(tick / 1000).toPrecision(6) + ' s' : +tick.toPrecision(6) + ' ms'",
    "s": "return tick >= 120 ? Math.round(tick / 60) + ' min' : +tick.toPrecision(6) + ' s'",
    "USD": "return '$' + +tick.toPrecision(6)",
    "1": "return Math.round(100 * tick) + ' %'",
    "bytes": "const u = ['B','kB','MB','GB','TB']; let i = 0; let v = tick;"
    "while (Math.abs(v) >= 1000 && i < 4) { v /= 1000; i++ } return +v.toPrecision(3) + ' ' + u[i]",
    "": "const v = Math.abs(tick);"
    "return +(v >= 1e6 ? tick / 1e6 : v >= 1e4 ? tick / 1e3 : tick).toPrecision(6)"
    " + (v >= 1e6 ? 'M' : v >= 1e4 ? 'k' : '')",
}
_HOVERS: Mapping[str, str] = {
    "ms": "{0,0} ms",
    "s": "{0,0.0} s",
    "USD": "{$0,0.0000}",
    "1": "{0.0 %}",
    "bytes": "{0.0 b}",
    "": "{0,0.[0]}",
}


@dataclass(frozen=True, slots=True)
class Series:
    """One line or band: its column, what it is called, its colour."""

    column: str
    label: str
    color: str
    width: float = 1.8


def milliseconds_of(moment: datetime) -> float:
    """Return a moment (UTC when it does not say) as Bokeh counts: milliseconds since 1970."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.timestamp() * 1000


def change(source: ColumnDataSource, columns: Columns, key: str = "time") -> str:
    """Bring `source` up to date with as little as possible, and return how: same, stream or replace."""
    fresh = {name: list(values)[-MOST_POINTS:] for name, values in columns.items()}
    held = source.data
    old, new = list(held.get(key, ())), fresh[key]
    if set(held) != set(fresh) or not old or not new or new[0] not in old or len(new) < 2:
        return _replace(source, fresh, held)
    first = old.index(new[0])
    common = len(old) - first
    if old[first:] != new[:common] or (first and common == len(new)):
        return _replace(source, fresh, held)
    patches = {
        name: [(first + n, values[n]) for n in range(common) if not _same(held[name][first + n], values[n])]
        for name, values in fresh.items()
    }
    if sum(map(len, patches.values())) > len(new):
        return _replace(source, fresh, held)
    if changed := {name: each for name, each in patches.items() if each}:
        source.patch(changed)
    if len(new) > common:
        source.stream({name: values[common:] for name, values in fresh.items()}, rollover=len(new))
        return "stream"
    return "patch" if changed else "same"


def _replace(source: ColumnDataSource, fresh: dict[str, list[Any]], held: Columns) -> str:
    if set(held) == set(fresh) and all(
        len(held[name]) == len(fresh[name]) and all(map(_same, held[name], fresh[name])) for name in fresh
    ):
        return "same"
    source.data = fresh
    return "replace"


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other):
        return True
    return bool(one == other)


class TimeChart:
    """Lines or stacked bars over time, with strips for alerts and marks for what is unusual."""

    def __init__(
        self,
        look: Look,
        series: Sequence[Series],
        *,
        unit: str = "",
        height: int = 250,
        stacked: bool = False,
        marks: bool = False,
    ) -> None:
        self._look = look
        self._series = tuple(series)
        self._stacked = stacked
        self.source = ColumnDataSource({"time": [], **{each.column: [] for each in series}})
        self.alerts = ColumnDataSource({"since": [], "until": [], "color": []})
        self.marks = ColumnDataSource({"time": [], "value": []})
        self._range = Range1d(0, 1)
        self.root = time_figure(look, unit, int(height * look.scale), self._range)
        self._bars: Any = None
        self._dots: list[Any] = []
        self._strips()
        self._draw()
        self._hover(unit)
        if marks:
            self._marks()

    def show(self, columns: Columns, since: datetime, until: datetime, bucket_seconds: float) -> str:
        """Show these columns (`time` in milliseconds) of a period; returns how the points were changed."""
        self._range.update(start=milliseconds_of(since), end=milliseconds_of(until))
        if self._stacked:
            self._widen(1000 * bucket_seconds * 0.86)
        self._dot(len(columns["time"]))
        return change(self.source, columns)

    def show_alerts(self, spans: Sequence[tuple[float, float, bool]]) -> None:
        """Shade the times of alerts, each with its beginning, its end, and whether it was a page."""
        colors = [self._look.bad if page else self._look.warn for _, _, page in spans]
        since, until = [each[0] for each in spans], [each[1] for each in spans]
        fresh: dict[str, list[Any]] = {"since": since, "until": until, "color": colors}
        _replace(self.alerts, fresh, self.alerts.data)

    def show_marks(self, points: Sequence[tuple[float, float]]) -> None:
        """Mark points that are unusual."""
        fresh = {"time": [each[0] for each in points], "value": [each[1] for each in points]}
        _replace(self.marks, fresh, self.marks.data)

    def _strips(self) -> None:
        self.root.vstrip(
            x0="since",
            x1="until",
            source=self.alerts,
            fill_color="color",
            fill_alpha=0.14,
            line_color="color",
            line_alpha=0.35,
            name="alerts",
        )

    def _draw(self) -> None:
        items = []
        if self._stacked:
            names = [each.column for each in self._series]
            self._bars = self.root.vbar_stack(
                names,
                x="time",
                width=1,
                source=self.source,
                line_color=None,
                fill_alpha=0.92,
                color=[each.color for each in self._series],
            )
            items = [
                LegendItem(label=each.label, renderers=[bar])
                for each, bar in zip(self._series, self._bars, strict=True)
            ]
        else:
            for each in self._series:
                line = self.root.line(
                    "time",
                    each.column,
                    source=self.source,
                    color=each.color,
                    line_width=each.width * self._look.scale,
                    line_join="round",
                )
                items.append(LegendItem(label=each.label, renderers=[line]))
            for each in self._series:
                dots = {"source": self.source, "size": 0, "color": each.color, "line_color": None}
                self._dots.append(self.root.scatter("time", each.column, **dots))
        if len(items) > 1:
            self.root.add_layout(legend_of(self._look, items), "above")

    def _marks(self) -> None:
        self.root.scatter(
            "time",
            "value",
            source=self.marks,
            marker="diamond",
            size=11 * self._look.scale,
            fill_color=self._look.warn,
            line_color=self._look.text,
            line_width=1,
            name="anomalies",
        )

    def _hover(self, unit: str) -> None:
        shown = _HOVERS.get(unit, _HOVERS[""])
        told = [
            ("", "@time{%b %d, %H:%M}"),
            *((each.label, f"@{{{each.column}}}{shown}") for each in self._series),
        ]
        first = self._bars[-1:] if self._bars else self.root.renderers[1:2]
        self.root.add_tools(
            HoverTool(mode="vline", tooltips=told, formatters={"@time": "datetime"}, renderers=list(first))
        )

    def _dot(self, points: int) -> None:
        """Show few points as such: a line needs two, and of one alone nothing would be seen."""
        size = 5 * self._look.scale if points <= FEW_POINTS else 0
        for each in self._dots:
            if each.glyph.size != size:
                each.glyph.size = size

    def _widen(self, milliseconds: float) -> None:
        for bar in self._bars or ():
            if bar.glyph.width != milliseconds:
                bar.glyph.width = milliseconds


def time_figure(look: Look, unit: str, height: int, times: Range1d) -> Any:
    """Return an empty chart over time, drawn as everything here is."""
    made = figure(
        height=height,
        sizing_mode="stretch_width",
        x_axis_type="datetime",
        x_range=times,
        toolbar_location=None,
        tools="",
        y_range=DataRange1d(start=0, range_padding=0.12, default_span=1, only_visible=True),
        background_fill_color=None,
        border_fill_color=None,
        outline_line_color=None,
        min_border_left=52,
        min_border_right=8,
        min_border_bottom=26,
    )
    made.xgrid.grid_line_color = None
    made.ygrid.grid_line_color = look.line
    made.yaxis.formatter = CustomJSTickFormatter(code=_FORMATS.get(unit, _FORMATS[""]))
    made.xaxis.formatter = DatetimeTickFormatter(
        minutes="%H:%M", hourmin="%H:%M", hours="%H:%M", days="%b %d", months="%b", seconds="%H:%M:%S"
    )
    for axis in (*made.xaxis, *made.yaxis):
        axis.update(
            axis_line_color=None,
            major_tick_line_color=None,
            minor_tick_line_color=None,
            major_label_text_color=look.muted,
            major_label_text_font=FONT,
            major_label_text_font_size=look.px(11.5),
        )
    made.yaxis.ticker.desired_num_ticks = 4
    made.xaxis.ticker.desired_num_ticks = 7
    return made


def legend_of(look: Look, items: Sequence[LegendItem]) -> Legend:
    """Return a legend in one line above a chart."""
    return Legend(
        items=list(items),
        orientation="horizontal",
        location="top_left",
        background_fill_alpha=0,
        border_line_color=None,
        label_text_color=look.muted,
        label_text_font=FONT,
        label_text_font_size=look.px(11.5),
        glyph_width=16,
        glyph_height=12,
        spacing=14,
        padding=0,
        margin=2,
        label_standoff=5,
        click_policy="hide",
    )


class ModelBars:
    """Stacked bars over time, one colour for each of the groups that turn up, at most six."""

    SLOTS = 6

    def __init__(self, look: Look, *, unit: str = "", height: int = 250) -> None:
        self._look = look
        self._range = Range1d(0, 1)
        self.root = time_figure(look, unit, int(height * look.scale), self._range)
        empty: dict[str, list[Any]] = {"time": []}
        for slot in range(self.SLOTS):
            empty |= {f"bottom{slot}": [], f"top{slot}": []}
        self.source = ColumnDataSource(empty)
        self._bars = [
            self.root.vbar(
                x="time",
                bottom=f"bottom{slot}",
                top=f"top{slot}",
                width=1,
                source=self.source,
                line_color=None,
                color=look.series[slot],
                fill_alpha=0.92,
            )
            for slot in range(self.SLOTS)
        ]
        self._legend = legend_of(look, [])
        self.root.add_layout(self._legend, "above")
        self.groups: tuple[str, ...] = ()

    def show(
        self,
        points: Sequence[tuple[datetime, str, float | None]],
        since: datetime,
        until: datetime,
        bucket_seconds: float,
    ) -> None:
        """Show points of (time, group, value); a value that is not known adds nothing to its bar."""
        self._range.update(start=milliseconds_of(since), end=milliseconds_of(until))
        totals: dict[str, float] = {}
        for _, group, value in points:
            totals[group] = totals.get(group, 0.0) + (value or 0.0)
        groups = tuple(sorted(totals, key=lambda group: (-totals[group], group)))[: self.SLOTS]
        for bar in self._bars:
            if bar.glyph.width != 860 * bucket_seconds:
                bar.glyph.width = 860 * bucket_seconds
        if groups != self.groups:
            self.groups = groups
            self._legend.items = [
                LegendItem(label=group, renderers=[bar])
                for group, bar in zip(groups, self._bars, strict=False)
            ]
        change(self.source, _stacked(points, groups, self.SLOTS))


def _stacked(
    points: Sequence[tuple[datetime, str, float | None]], groups: Sequence[str], slots: int
) -> Columns:
    times = sorted({milliseconds_of(each[0]) for each in points})
    values = {(milliseconds_of(moment), group): value or 0.0 for moment, group, value in points}
    columns: dict[str, list[float]] = {"time": times}
    below = [0.0] * len(times)
    for slot in range(slots):
        mine = [values.get((moment, groups[slot]), 0.0) if slot < len(groups) else 0.0 for moment in times]
        above = [low + each for low, each in zip(below, mine, strict=True)]
        columns |= {f"bottom{slot}": below, f"top{slot}": above}
        below = above
    return columns
