"""From a point of a chart to the take behind it: its slowest, or one of its errors."""

from __future__ import annotations

import pytest

from dashboards.charts import milliseconds_of
from dashboards.points import trace_at
from dashboards.scope import Scope
from dashboards.site import Site
from tests.dashboard.looking import parts_of
from workbench.errors import InputError


def test_a_point_leads_to_the_slowest_of_its_bucket(site: Site) -> None:
    """Of the spans that ended in the bucket, the one that took longest."""
    scope = Scope(time="24h")
    period = scope.period(site.clock.now())
    row = max(site.reading.ask("slowest", period, limit=500).dicts(), key=lambda each: each["ms"])
    begin = milliseconds_of(row["time"]) - 1000
    assert trace_at(site.reading, scope, "slowest", begin, 2.0) == row["trace_id"]
    assert trace_at(site.reading, scope, "slowest", begin - 9e10, 2.0) is None


def test_a_point_of_errors_leads_to_an_error(site: Site) -> None:
    """The trace of the errors chart has an error in it, whatever the operation."""
    scope = Scope(time="7d", operation="nothing.of.this.name")
    points = site.reading.ask("traffic", scope.period(site.clock.now()), bucket_seconds=3600).dicts()
    at = next(milliseconds_of(row["time"]) for row in points if row["errors"])
    trace = trace_at(site.reading, scope, "errors", at, 3600.0)
    assert trace is not None
    outcomes = {
        row["outcome"]
        for row in site.reading.ask("trace", scope.period(site.clock.now()), trace_id=trace).dicts()
    }
    assert "error" in outcomes


@pytest.mark.parametrize(("since", "seconds"), [(-1.0, 60.0), (1e15, 60.0), (1e12, 0.0), (1e12, 1e9)])
def test_no_such_point_is_refused(site: Site, since: float, seconds: float) -> None:
    """Times that cannot be are refused before anything is asked."""
    with pytest.raises(InputError):
        trace_at(site.reading, Scope(), "slowest", since, seconds)


@pytest.mark.parametrize(("page", "charts"), [("now", {"latency", "traffic"}), ("errors", {"times"})])
def test_charts_that_lead_on_say_so(page: str, charts: set[str]) -> None:
    """Who can click is told by the card's own words."""
    said = {part.key for part in parts_of(page) if "A click leads" in part.about}
    assert said == charts
