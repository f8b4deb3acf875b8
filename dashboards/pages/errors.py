"""Errors: what goes wrong, grouped by its cause, down to each time it happened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from dashboards.asking import Ask, Failed, Snapshot
from dashboards.charts import Series
from dashboards.pages.page import Desk, Page
from dashboards.parts import Lines, Part, Words, bucket_of, state
from dashboards.pieces import Col, Row, link, meter, table, text, told
from dashboards.words import ago, count, moment


def _make(desk: Desk) -> Sequence[Part]:
    scope, look = desk.scope, desk.look
    about = scope.about()
    groups = Ask.of("errors", about, limit=60)
    traffic = Ask.of("traffic", about, bucket_seconds=scope.bucket_seconds)
    parts: list[Part] = [
        Lines(
            look,
            "times",
            "Errors over time",
            "Of every operation; an error counts where it began and in what it ended. A click leads to one.",
            traffic,
            [Series("errors", "errors", look.bad)],
            stacked=True,
            height=180,
            leads_to=("errors", bucket_of(scope)),
        ),
        Words(
            "causes",
            "Causes",
            "The same operation, type and places in the code are one cause, whatever the message says.",
            12,
            (groups,),
            lambda seen, _: _causes(desk, seen, groups),
        ),
    ]
    if scope.cause:
        each = Ask.of("error_times", about, fingerprint=scope.cause, limit=100)
        parts.insert(
            0,
            Words(
                "cause",
                f"Cause {scope.cause}",
                "Every time it happened, the last one first.",
                12,
                (each, groups),
                lambda seen, _: _times(desk, seen, each, groups),
            ),
        )
    return parts


ERRORS = Page("errors", "Errors", "What goes wrong, by cause", _make)


def _causes(desk: Desk, seen: Snapshot, ask: Ask) -> str:
    rows = seen.rows(ask)
    if isinstance(rows, Failed) or not rows:
        return state("No error in this time.", "good")
    most = max(row["times"] for row in rows)
    columns = [
        Col(
            "What",
            lambda row: (
                f"{link(desk.to('errors', cause=row['fingerprint']), row['error_type'] or 'error')} "
                f'<span class="dim">in {escape(row["name"])}</span>'
            ),
        ),
        Col("Said last", lambda row: escape(row["message"] or "")),
        Col("Times", lambda row: meter(row["times"] / most, count(row["times"]), "bad"), number=True),
        Col("Projects", told("projects", count), number=True),
        Col("Last", lambda row: ago(row["last"], seen.at), number=True),
        Col("", lambda row: link(desk.to("trace", trace=row["trace_id"]), "span tree")),
    ]
    return table(rows, columns, "Causes of errors, the most frequent first")


def _times(desk: Desk, seen: Snapshot, ask: Ask, groups: Ask) -> str:
    rows, causes = seen.rows(ask), seen.rows(groups)
    if isinstance(rows, Failed) or not rows:
        return state("This cause was not seen in this time. Look at a longer one.")
    known = [] if isinstance(causes, Failed) else causes
    mine = next((each for each in known if each["fingerprint"] == desk.scope.cause), None)
    columns = [
        Col("When (UTC)", lambda row: link(desk.to("trace", trace=row["trace_id"]), moment(row["time"]))),
        Col("Operation", text("name")),
        Col("Said", lambda row: escape(row["message"] or "")),
        Col("Project", text("project_id")),
        Col("Who", text("user_id")),
        Col("Process", text("process")),
    ]
    return _places(mine) + table(rows, columns, "Every time this cause was seen")


def _places(cause: Row | None) -> str:
    if cause is None or not cause["stack"]:
        return ""
    try:
        frames = [str(each) for each in json.loads(cause["stack"])]
    except (TypeError, ValueError):
        return ""
    return f'<p class="note">Where: <code>{escape(" → ".join(frames))}</code></p>'
