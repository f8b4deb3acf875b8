"""Stress and experiments: what load tests and comparisons wrote down, when there are any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from dashboards.asking import FACT, Ask, Failed, Snapshot
from dashboards.drills import Drill
from dashboards.pages.page import Desk, Page
from dashboards.parts import Part, Words, state
from dashboards.pieces import Col, Row, link, meter, table, text, told
from dashboards.words import UNKNOWN, ago, count, milliseconds, moment, share, size

DRILL = Ask(f"{FACT}drill")
_KINDS = {
    "stress": ("stress.", "No load test was run in this time. Run one: workbench stress run smoke."),
    "experiments": ("experiment", "No experiment was run in this time. Run one: workbench experiment run."),
    "batch": ("batch.", "No batch notebook was run in this time. Run one: workbench batch NAME."),
}
_PARTS = {"scenario": "scenario", "request": "request", "poll": "look"}
_NOTHING_TOLD = "No load test came to its end in four weeks. Run one: workbench stress run smoke."
_ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _make(desk: Desk) -> Sequence[Part]:
    about = desk.scope.about()
    runs, figures = Ask.of("stress_runs", days=28, limit=12), Ask.of("stress_figures", days=28)
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
            "runs",
            "Last load tests",
            "Of four weeks: people, what they got done, and the ruling.",
            6,
            (runs,),
            lambda seen, _: _runs(desk, seen, runs),
        ),
        Words(
            "drill",
            "Last drill",
            "Faults while people wrote: is all that was confirmed there, once?",
            6,
            (DRILL,),
            lambda seen, _: _drill(seen),
        ),
        Words(
            "figures",
            "What people met",
            "In the last load test of four weeks: whole scenarios, and the requests in them.",
            6,
            (figures,),
            lambda seen, _: _figures(seen, figures),
        ),
        Words(
            "memory",
            "What it held",
            "Memory of the service's processes in the last half minute of that test.",
            6,
            (figures,),
            lambda seen, _: _memory(seen, figures),
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


def _runs(desk: Desk, seen: Snapshot, ask: Ask) -> str:
    rows = seen.rows(ask)
    if isinstance(rows, Failed) or not rows:
        return state("No load test was run in four weeks. Run one: workbench stress run smoke.")

    def ruling(row: Row) -> str:
        said = row["verdict"] or row["outcome"]
        tone = {"PASS": "good", "INVALID": "warn"}.get(said, "bad")
        return _tag(tone, said)

    columns = [
        Col("Ended (UTC)", lambda row: link(desk.to("trace", trace=row["trace_id"]), moment(row["time"]))),
        Col("Preset", text("preset")),
        Col("People", told("users", count), number=True),
        Col("Done a second", told("throughput", _rate), number=True),
        Col("Stages", lambda row: count(row["stages"]) if row["stages"] else "–", number=True),
        Col("Ruling", ruling),
    ]
    return table(rows, columns, "The last load tests")


def _figures(seen: Snapshot, ask: Ask) -> str:
    rows = [row for part in _PARTS for row in _told_by_run(seen, ask) if row["part"] == part]
    if not rows:
        return state(_NOTHING_TOLD)

    def failed(row: Row) -> str:
        return meter(row["failed"] / max(1, row["times"]), count(row["failed"]), "bad")

    columns = [
        Col(f"{rows[0]['preset']}", text("what")),
        Col("", lambda row: escape(_PARTS[row["part"]])),
        Col("Times", told("times", count), number=True),
        Col("Failed", failed, number=True),
        Col("P50", told("p50_ms", milliseconds), number=True),
        Col("P95", told("p95_ms", milliseconds), number=True),
        Col("P99", told("p99_ms", milliseconds), number=True),
    ]
    return table(rows, columns, "Figures of the last load test")


def _memory(seen: Snapshot, ask: Ask) -> str:
    rows = [row for row in _told_by_run(seen, ask) if row["part"] == "memory"]
    if not rows:
        return state("The last load test told nothing of memory; that of a service elsewhere cannot be seen.")
    columns = [
        Col("Processes", text("what")),
        Col("Memory", told("memory_mb", lambda value: size(value * 1e6)), number=True),
    ]
    return table(rows, columns, "Memory at the end of the last load test")


def _told_by_run(seen: Snapshot, ask: Ask) -> Sequence[Row]:
    rows = seen.rows(ask)
    return () if isinstance(rows, Failed) else rows


def _drill(seen: Snapshot) -> str:
    found = seen.results.get(DRILL)
    if isinstance(found, Failed):
        return state(f"The last drill could not be read: {found.why}", "failed")
    if not isinstance(found, Drill):
        return state("No drill was run here. Run one: workbench drill.")
    return table(_faults(found), _FAULT_COLUMNS, "Faults of the last drill") + _about(found, seen)


def _faults(found: Drill) -> list[Row]:
    """Return a row for each fault that was made, and one for each that was not."""
    nothing = dict.fromkeys(("acknowledged", "during", "lost", "twice", "recovered_seconds"))
    left = [{"fault": name, "ok": None, **nothing} for name in found.not_run]
    return [*(each.model_dump() for each in found.faults), *left]


def _about(found: Drill, seen: Snapshot) -> str:
    """Return what is to be said below the table: the ruling, what is not well, what was not made and why."""
    told = _tag("good", "well") if found.ok else _tag("bad", "not well")
    gaps = f"{found.gaps} projects have a gap in their history or conversation." if found.gaps else ""
    broke = f"The drill broke off: {found.error}" if found.error else ""
    nothing = "" if found.faults else "No fault was made."
    ruling = "All that was confirmed is there, exactly once." if found.ok else "Not everything is well."
    when = f"{ago(found.at, seen.at)}, on {_ENGINES.get(found.database, found.database)}."
    wrong = [f"{each.fault}: {each.why or each.error}" for each in found.faults if not each.ok]
    left = [f"Not run: {name}. {why}" for name, why in found.not_run.items()]
    lines = [each for each in (broke, nothing, gaps, *wrong, *left) if each]
    first = f'<p class="note">{told} {escape(f"{ruling} {when}")}</p>'
    return first + "".join(f'<p class="note">{escape(each)}</p>' for each in lines)


def _number(name: str) -> Callable[[Row], str]:
    return lambda row: "–" if row[name] is None else escape(count(row[name]))


def _went_on(row: Row) -> str:
    if row["ok"] is None:
        return "–"
    return "never" if row["recovered_seconds"] is None else f"{row['recovered_seconds']:.1f} s"


def _well(row: Row) -> str:
    if row["ok"] is None:
        return _tag("warn", "not run")
    return _tag("good", "well") if row["ok"] else _tag("bad", "not well")


_FAULT_COLUMNS = (
    Col("Fault", text("fault")),
    Col("", _well),
    Col("Confirmed", _number("acknowledged"), number=True),
    Col("Meanwhile", _number("during"), number=True),
    Col("Lost", _number("lost"), number=True),
    Col("Twice", _number("twice"), number=True),
    Col("Back after", _went_on, number=True),
)


def _rate(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.3g}"


def _tag(tone: str, said: str) -> str:
    return f'<span class="tag {tone}">{escape(said)}</span>'


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
