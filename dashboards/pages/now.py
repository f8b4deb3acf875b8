"""Now: is it well, how fast is it, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.alerting import ALERTS, AlertList
from dashboards.asking import Ask, Failed, Snapshot
from dashboards.charts import Series
from dashboards.pages.page import Desk, Page
from dashboards.parts import Lines, Part, Words, bucket_of, state
from dashboards.pieces import Col, Tile, link, meter, table, text, tiles, told
from dashboards.unusual import find_unusual, history_days
from dashboards.words import count, milliseconds, moment, rate, share, usd

HISTORY_SECONDS = 60.0
"""How old the history that points are compared with may be."""

FEW = 100
"""A P99 of fewer good spans than this says little, and is greyed."""


def _make(desk: Desk) -> Sequence[Part]:
    scope, look = desk.scope, desk.look
    about = scope.about()
    over_time = {**about, "operation": scope.operation, "bucket_seconds": scope.bucket_seconds}
    one = Ask.of("operations", about, operation=scope.operation)
    every = Ask.of("operations", about, limit=40)
    usage = Ask.of("usage", about)
    latency, traffic = Ask.of("latency", over_time), Ask.of("traffic", over_time)
    slowest = Ask.of("slowest", about, operation=scope.operation, limit=12)
    history = Ask.of(
        "latency",
        {**about, "operation": scope.operation, "bucket_seconds": 3600},
        days=history_days(scope.length),
        every_seconds=HISTORY_SECONDS,
    )
    low, middle, high = look.shades
    return (
        Words(
            "red",
            scope.operation,
            "Rate, errors and durations of what people asked for.",
            12,
            (one, usage, ALERTS),
            lambda seen, _: _tiles(seen, one, usage),
        ),
        Lines(
            look,
            "latency",
            "How long it took",
            "Percentiles of what went well; shaded while an alert fired. A click leads to the slowest there.",
            latency,
            [
                Series("p50_ms", "P50", low),
                Series("p95_ms", "P95", middle, 2.2),
                Series("p99_ms", "P99", high),
            ],
            span=8,
            unit="ms",
            height=280,
            alerts=ALERTS,
            marks=lambda rows, seen: find_unusual(rows, seen.known(history), seen.at - scope.length),
            asks=(history,),
            leads_to=("slowest", bucket_of(scope)),
        ),
        AlertList(
            desk.acknowledge,
            "alerts",
            "Alerts",
            "What the rules found; seen is said here, and nothing else is written.",
            4,
        ),
        Lines(
            look,
            "traffic",
            "How much, and how it ended",
            "Everything that ended, stacked by its outcome. A click leads to the slowest there.",
            traffic,
            [
                Series("ok", "well", look.good),
                Series("cancelled", "cancelled", look.muted),
                Series("errors", "errors", look.bad),
            ],
            span=8,
            stacked=True,
            height=300,
            alerts=ALERTS,
            leads_to=("slowest", bucket_of(scope)),
        ),
        Words(
            "slowest",
            "Slowest",
            "Each leads to its span tree.",
            4,
            (slowest,),
            lambda seen, _: _slowest(desk, seen, slowest),
        ),
        Words(
            "operations",
            "Every operation",
            "P99 is grey where it rests on fewer than 100.",
            12,
            (every,),
            lambda seen, _: _operations(desk, seen, every),
        ),
    )


NOW = Page("now", "Now", "Is it well, how fast is it, what is wrong", _make, operations=True)


def _tiles(seen: Snapshot, one: Ask, usage: Ask) -> str:
    rows, used = seen.rows(one), seen.rows(usage)
    mine: Mapping[str, Any] = rows[0] if isinstance(rows, list) and rows else {}
    answer = seen.results.get(one)
    exact = (
        "exact" if getattr(answer, "exact", True) else f"within {share(getattr(answer, 'relative_error', 0))}"
    )
    good = int(mine.get("ok") or 0)
    errors = float(mine.get("error_share") or 0.0)
    known = (
        None if isinstance(used, Failed) else [row["cost_usd"] for row in used if row["cost_usd"] is not None]
    )
    blind = 0 if isinstance(used, Failed) else sum(int(row["unpriced_calls"]) for row in used)
    standing = [each for each in seen.fact(ALERTS) or () if getattr(each, "open", False)]
    firing = sum(each.state == "firing" for each in standing)
    return tiles(
        [
            Tile(
                "A minute", rate(mine.get("per_minute", 0.0)), f"{count(mine.get('spans', 0))} in this time"
            ),
            Tile(
                "Errors",
                share(errors) if mine else "–",
                f"{count(mine.get('errors', 0))} failed",
                "bad" if errors > 0.05 else "warn" if errors > 0.02 else "",
            ),
            Tile("P50", milliseconds(mine.get("p50_ms")) if good else "–", f"of {count(good)}, {exact}"),
            Tile("P95", milliseconds(mine.get("p95_ms")) if good else "–", "one in twenty is slower"),
            Tile(
                "P99",
                milliseconds(mine.get("p99_ms")) if good else "–",
                "one in a hundred is" if good >= FEW else "too few to say much",
            ),
            Tile(
                "Cost",
                usd(sum(known)) if known else "unknown" if used else "–",
                f"{count(blind)} calls of unknown price"
                if blind
                else "every price is known"
                if known
                else "no call told a price"
                if used
                else "no model was called",
            ),
            Tile(
                "Alerts",
                str(len(standing)),
                f"{firing} nobody has seen yet" if firing else "none is waiting",
                "bad" if firing else "warn" if standing else "good",
            ),
        ]
    )


def _slowest(desk: Desk, seen: Snapshot, ask: Ask) -> str:
    rows = seen.rows(ask)
    if isinstance(rows, Failed) or not rows:
        return state("Nothing of this operation ended in this time.")
    columns = [
        Col("Ended (UTC)", lambda row: link(desk.to("trace", trace=row["trace_id"]), moment(row["time"]))),
        Col("Took", told("ms", milliseconds), number=True),
        Col("Mostly", text("longest_part")),
    ]
    return table(rows[:8], columns, "The slowest, each with a link to its span tree")


def _operations(desk: Desk, seen: Snapshot, ask: Ask) -> str:
    rows = seen.rows(ask)
    if isinstance(rows, Failed) or not rows:
        return state(
            "Nothing was recorded in this time. Ask for a scene, or open the dashboard with --sample."
        )
    most = max(float(row["total_seconds"] or 0) for row in rows) or 1.0

    def last(row: Mapping[str, Any]) -> str:
        said = milliseconds(row["p99_ms"])
        return said if row["ok"] >= FEW else f'<span class="dim">{said}</span>'

    columns = [
        Col("Operation", lambda row: link(desk.to("now", operation=row["name"]), row["name"])),
        Col("A minute", told("per_minute", rate), number=True),
        Col("Ended", told("spans", count), number=True),
        Col("Errors", lambda row: meter(row["error_share"], share(row["error_share"]), "bad"), number=True),
        Col("P50", told("p50_ms", milliseconds), number=True),
        Col("P95", told("p95_ms", milliseconds), number=True),
        Col("P99", last, number=True),
        Col(
            "Time in all",
            lambda row: meter(row["total_seconds"] / most, milliseconds(1000 * row["total_seconds"])),
            number=True,
        ),
    ]
    return table(rows, columns, "Every operation with its rate, errors and durations")
