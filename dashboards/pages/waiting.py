"""Async win: the time people did not wait, and the jobs that made it so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dashboards.asking import FACT, Ask, Failed, Snapshot
from dashboards.charts import Series
from dashboards.measured import Arm, Measured
from dashboards.pages.page import Desk, Page
from dashboards.parts import Lines, Part, Words, state
from dashboards.pieces import Col, Tile, meter, table, text, tiles, told
from dashboards.words import count, milliseconds, seconds, share

MEASURED = Ask(f"{FACT}measured")
_PROFILES = {"offline": "no model", "model": "a hosted model, assumed"}


def _make(desk: Desk) -> Sequence[Part]:
    scope, look = desk.scope, desk.look
    about = scope.about()
    win, jobs = Ask.of("async_win", about), Ask.of("jobs", about)
    queue = Ask.of("job_queue", about, bucket_seconds=scope.bucket_seconds)
    return (
        Words(
            "sums",
            "In all",
            "Time in which background jobs worked and nobody of their trace stood waiting.",
            12,
            (win, jobs),
            lambda seen, _: _tiles(seen, win, jobs),
        ),
        Words(
            "win",
            "Waited, and until its jobs were done",
            "Half waited less than the first; the second adds the time in which only jobs worked.",
            7,
            (win,),
            lambda seen, _: _win(seen, win),
        ),
        Words("method", "How this is known", "No baseline is assumed.", 5, (), lambda *_: _METHOD),
        Words(
            "measured",
            "Measured by workbench bench async",
            "The same prompts and pictures after waiting for facts, and at once, in one run on this machine.",
            12,
            (MEASURED,),
            lambda seen, _: _measured(seen),
        ),
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

_METHOD = """<p class="note">A trace's spans are laid on one line of time. The person stood waiting during its
outermost span and every <code>wait.*</code>; when jobs (<code>job.run</code>) worked outside of these, nobody
waited for them. Jobs side by side count once, and what they did while the person stood there anyway is
waiting: with the jobs in line it had been this long at least. Films are left out, since nobody would stand
there for one, and so is the time that jobs waited for a worker. Somebody who asks the service again and again
is not seen waiting. It says what was saved here, not in general.</p>"""


def _tiles(seen: Snapshot, win: Ask, jobs: Ask) -> str:
    rows, done = seen.rows(win), seen.rows(jobs)
    if isinstance(rows, Failed) or not rows:
        return state("No trace of this time has a background job in it, films aside.")
    saved = sum(float(row["not_waited_seconds"] or 0) for row in rows)
    traces = sum(int(row["traces"]) for row in rows)
    whole = saved + sum(float(row["waited_seconds"] or 0) for row in rows)
    ran = [] if isinstance(done, Failed) else done
    runs = sum(row["runs"] for row in ran)
    return tiles(
        [
            Tile("Nobody waited for", seconds(saved), "in which only jobs worked", "good"),
            Tile("Of the whole time", share(saved / whole) if whole else "–", "nobody stood there"),
            Tile("Traces", count(traces), "with background jobs, without films"),
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
        return state("No trace of this time has a background job in it, films aside.")
    most = max(float(row["blocking_p50_ms"] or 0) for row in rows) or 1.0

    def bars(row: Mapping[str, Any]) -> str:
        waited, blocking = float(row["waited_p50_ms"] or 0), float(row["blocking_p50_ms"] or 0)
        return (
            f'<div><div class="head"><span>{escape(str(row["name"]))}</span>'
            f"<small>{share(row['win_share'])} not waited, "
            f"{count(row['traces'])} traces</small></div>"
            f"{_lane('s1', waited / most, milliseconds(waited), 'waited')}"
            f"{_lane('s2', blocking / most, milliseconds(blocking), 'until done')}</div>"
        )

    return f'<div class="bars">{"".join(map(bars, rows))}</div>'


def _lane(kind: str, part: float, said: str, what: str) -> str:
    rest = max(0.001, 1 - part)
    return (
        f'<div class="stack lane" role="img" aria-label="{what} {said}">'
        f'<i class="{kind}" style="flex:{max(part, 0.002):.4f}"></i>'
        f'<span style="flex:{rest:.4f}">{said} <span class="dim">{what}</span></span></div>'
    )


def _measured(seen: Snapshot) -> str:
    found: Measured | None = seen.fact(MEASURED)
    if found is None:
        return state("Not measured here yet. Run: workbench bench async")
    rows = [
        {
            "profile": _PROFILES.get(name, name),
            "waiting": _arm(each.arms["blocking"]),
            "at_once": _arm(each.arms["async"]),
            "saved": seconds(each.saved_seconds.median),
            "interval": f"{seconds(each.saved_seconds.low)} to {seconds(each.saved_seconds.high)}",
            "confidence": f"{each.saved_seconds.confidence:.0%}",
            "pairs": each.saved_seconds.pairs,
        }
        for name, each in found.profiles.items()
    ]
    columns = [
        Col("With", text("profile")),
        Col("Waiting, P50 / P95", text("waiting"), number=True),
        Col("At once, P50 / P95", text("at_once"), number=True),
        Col("Saved per prompt, median", text("saved"), number=True),
        Col("Interval", text("interval"), number=True),
        Col("Confidence", text("confidence"), number=True),
        Col("Prompts", told("pairs", count), number=True),
    ]
    when = f'<p class="note">Measured on {found.measured_at:%Y-%m-%d %H:%M} UTC.</p>'
    return table(rows, columns, "What the last run of workbench bench async measured") + when


def _arm(arm: Arm) -> str:
    return f"{seconds(arm.p50_seconds)} / {seconds(arm.p95_seconds)}"


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
