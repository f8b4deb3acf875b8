"""Async win: the time people did not wait, and the jobs that made it so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dashboards.asking import Ask, Failed, Snapshot
from dashboards.charts import Series
from dashboards.pages.page import Desk, Page
from dashboards.parts import Lines, Part, Words, state
from dashboards.pieces import Col, Tile, meter, table, text, tiles, told
from dashboards.words import count, milliseconds, seconds, share


def _make(desk: Desk) -> Sequence[Part]:
    scope, look = desk.scope, desk.look
    about = scope.about()
    win, jobs = Ask.of("async_win", about), Ask.of("jobs", about)
    queue = Ask.of("job_queue", about, bucket_seconds=scope.bucket_seconds)
    return (
        Words(
            "sums",
            "In all",
            "Measured from how spans overlap in what really happened.",
            12,
            (win, jobs),
            lambda seen, _: _tiles(seen, win, jobs),
        ),
        Words(
            "win",
            "Waited, and what it had been in line",
            "Half waited less than the first; the second adds the work that went on by itself.",
            7,
            (win,),
            lambda seen, _: _win(seen, win),
        ),
        Words("method", "How this is known", "No baseline is assumed.", 5, (), lambda *_: _METHOD),
        Lines(
            look,
            "queue",
            "Jobs that waited",
            "As workers saw it whenever they took one.",
            queue,
            [Series("most", "longest", look.accent), Series("average", "average", look.muted)],
            span=6,
            height=210,
        ),
        Words(
            "jobs",
            "Background jobs",
            "Waited is from when it was due to when it was taken.",
            6,
            (jobs,),
            lambda seen, _: _jobs(seen, jobs),
        ),
    )


WAITING = Page("waiting", "Async win", "The time nobody had to wait", _make)

_METHOD = """<p class="note">Each trace is added up twice from its own spans: how long the person stood
waiting (the outermost span), and how long it had been with its background jobs in line. Jobs that somebody
did wait for (<code>wait.*</code>) count as waiting. It says what was saved here, not in general.</p>
<p class="note">For the general claim, <code>workbench bench async</code> runs both arms on the same inputs
in one run and tells the difference with its interval.</p>"""


def _tiles(seen: Snapshot, win: Ask, jobs: Ask) -> str:
    rows, done = seen.rows(win), seen.rows(jobs)
    if isinstance(rows, Failed) or not rows:
        return state("No trace of this time has background work in it.")
    saved = sum(float(row["not_waited_seconds"] or 0) for row in rows)
    traces = sum(int(row["traces"]) for row in rows)
    parts = [(float(row["win_share"] or 0), float(row["not_waited_seconds"] or 0)) for row in rows]
    whole = sum(each / part for part, each in parts if part > 0)
    ran = [] if isinstance(done, Failed) else done
    runs = sum(row["runs"] for row in ran)
    return tiles(
        [
            Tile("Nobody waited for", seconds(saved), "of background work", "good"),
            Tile("Of the whole work", share(saved / whole) if whole else "–", "went on by itself"),
            Tile("Traces", count(traces), "with background work"),
            Tile(
                "Jobs",
                count(runs),
                f"{sum(row['errors'] for row in ran)} failed, {sum(row['again'] for row in ran)} again",
            ),
        ]
    )


def _win(seen: Snapshot, ask: Ask) -> str:
    rows = seen.rows(ask)
    if isinstance(rows, Failed) or not rows:
        return state("No trace of this time has background work in it.")
    most = max(float(row["blocking_p50_ms"] or 0) for row in rows) or 1.0

    def bars(row: Mapping[str, Any]) -> str:
        waited, blocking = float(row["waited_p50_ms"] or 0), float(row["blocking_p50_ms"] or 0)
        return (
            f'<div><div class="head"><span>{escape(str(row["name"]))}</span>'
            f"<small>{share(row['win_share'])} not waited, "
            f"{count(row['traces'])} traces</small></div>"
            f"{_lane('s1', waited / most, milliseconds(waited), 'waited')}"
            f"{_lane('s2', blocking / most, milliseconds(blocking), 'in line')}</div>"
        )

    return f'<div class="bars">{"".join(map(bars, rows))}</div>'


def _lane(kind: str, part: float, said: str, what: str) -> str:
    rest = max(0.001, 1 - part)
    return (
        f'<div class="stack lane" role="img" aria-label="{what} {said}">'
        f'<i class="{kind}" style="flex:{max(part, 0.002):.4f}"></i>'
        f'<span style="flex:{rest:.4f}">{said} <span class="dim">{what}</span></span></div>'
    )


def _jobs(seen: Snapshot, ask: Ask) -> str:
    rows = seen.rows(ask)
    if isinstance(rows, Failed) or not rows:
        return state("No job ran in this time.")
    columns = [
        Col("Job", text("job_kind")),
        Col("Runs", told("runs", count), number=True),
        Col(
            "Errors", lambda row: meter(row["errors"] / row["runs"], count(row["errors"]), "bad"), number=True
        ),
        Col("Waited P95", told("waited_p95_ms", milliseconds), number=True),
        Col("Took P50", told("p50_ms", milliseconds), number=True),
        Col("P95", told("p95_ms", milliseconds), number=True),
    ]
    return table(rows, columns, "Background jobs by kind")
