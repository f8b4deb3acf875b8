"""From a point of a chart to the take behind it: a click asks about that point, and leads to a trace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from bokeh.models import ColumnDataSource, CustomJS

from dashboards.asking import Asks
from dashboards.scope import Scope
from workbench.errors import InputError
from workbench.telemetry.question import Period
from workbench.telemetry.segments import EPOCH

What = Literal["slowest", "errors"]
MOST_SECONDS = 86_400.0
MOST_MILLISECONDS = 1e14
_CLICKED = """\
const within = (value, range) => range.start <= value && value <= range.end
if (!within(cb_obj.x, figure.x_range) || !within(cb_obj.y, figure.y_range)) return
const there = (_, place) => columns.some(name => (source.data[name]?.[place] ?? 0) > 0)
const times = Array.from(source.data.time).filter(there)
if (!times.length) return
const far = each => Math.abs(each - cb_obj.x)
const time = times.reduce((best, each) => far(each) < far(best) ? each : best)
const query = new URLSearchParams(location.search)
query.set('what', what); query.set('from', time); query.set('seconds', seconds)
location.href = 'point?' + query"""


def lead_on(
    figure: Any, source: ColumnDataSource, columns: tuple[str, ...], what: What, seconds: float
) -> None:
    """Let a click on a chart lead to the take of the nearest point that has any of `columns`."""
    given = {
        "figure": figure,
        "source": source,
        "columns": list(columns),
        "what": what,
        "seconds": seconds,
    }
    figure.js_on_event("tap", CustomJS(args=given, code=_CLICKED))
    figure.styles = {**figure.styles, "cursor": "pointer"}


def trace_at(reading: Asks, scope: Scope, what: What, since_ms: float, seconds: float) -> str | None:
    """Return the trace of a bucket's slowest take, or of its most frequent error; None if there is none."""
    if not (0 < seconds <= MOST_SECONDS and 0 <= since_ms < MOST_MILLISECONDS):
        raise InputError("There is no such point of time.", remedy="Give from (ms since 1970) and seconds.")
    since = EPOCH + timedelta(milliseconds=since_ms)
    period = Period(since, since + timedelta(seconds=seconds))
    own = {"operation": scope.operation} if what == "slowest" else {}
    rows = reading.ask(what, period, limit=1, **scope.about(), **own).dicts()
    return str(rows[0]["trace_id"]) if rows and rows[0]["trace_id"] else None
