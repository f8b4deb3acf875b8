"""Stress and experiments: what load tests and comparisons wrote down, when there are any."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.asking import Ask, Failed, Snapshot
from dashboards.pages.page import Desk, Page
from dashboards.parts import Part, Words, state
from dashboards.pieces import Col, Row, link, meter, table, text, told
from dashboards.words import count, milliseconds, share

_KINDS = {
    "stress": ("stress.", "No load test was run in this time. Run one: workbench stress smoke."),
    "experiments": ("experiment", "No experiment was run in this time. Run one: workbench experiment."),
    "batch": ("batch.", "No batch notebook was run in this time. Run one: workbench batch NAME."),
}


def _make(desk: Desk) -> Sequence[Part]:
    about = desk.scope.about()
    every, requests = Ask.of("operations", about, limit=500), Ask.of("requests", about, limit=30)
    return (
        Words(
            "stress",
            "Load tests",
            "People that a test plays, and what they met.",
            6,
            (every,),
            lambda seen, _: _of_kind(desk, seen, every, "stress"),
        ),
        Words(
            "experiments",
            "Experiments",
            "Variants of prompts and models, compared.",
            6,
            (every,),
            lambda seen, _: _of_kind(desk, seen, every, "experiments"),
        ),
        Words(
            "requests",
            "The service under them",
            "By route; 4xx are refusals, 5xx are errors.",
            12,
            (requests,),
            lambda seen, _: _requests(seen, requests),
        ),
        Words(
            "batch",
            "Batch notebooks",
            "Unattended runs.",
            12,
            (every,),
            lambda seen, _: _of_kind(desk, seen, every, "batch"),
        ),
    )


STRESS = Page(
    "stress", "Stress and experiments", "What tests and comparisons found", _make, short="Stress, trials"
)


def _of_kind(desk: Desk, seen: Snapshot, ask: Ask, kind: str) -> str:
    rows, (prefix, nothing) = seen.rows(ask), _KINDS[kind]
    mine = [] if isinstance(rows, Failed) else [row for row in rows if row["name"].startswith(prefix)]
    if not mine:
        return state(nothing)
    columns = [
        Col("Operation", lambda row: link(desk.to("now", operation=row["name"]), row["name"])),
        Col("Ended", told("spans", count), number=True),
        Col("Errors", lambda row: meter(row["error_share"], share(row["error_share"]), "bad"), number=True),
        Col("P50", told("p50_ms", milliseconds), number=True),
        Col("P95", told("p95_ms", milliseconds), number=True),
        Col("P99", told("p99_ms", milliseconds), number=True),
    ]
    return table(mine, columns, f"Operations of {kind}")


def _requests(seen: Snapshot, ask: Ask) -> str:
    rows = seen.rows(ask)
    if isinstance(rows, Failed) or not rows:
        return state("The service answered no request in this time. Start it: workbench serve.")

    def errors(row: Row) -> str:
        part = row["errors"] / row["requests"]
        return meter(part, share(part), "bad")

    columns = [
        Col("Route", text("route")),
        Col("", text("method")),
        Col("Requests", told("requests", count), number=True),
        Col("Errors", errors, number=True),
        Col("Refused", told("refused", count), number=True),
        Col("P50", told("p50_ms", milliseconds), number=True),
        Col("P95", told("p95_ms", milliseconds), number=True),
        Col("P99", told("p99_ms", milliseconds), number=True),
    ]
    return table(rows, columns, "Requests by route")
