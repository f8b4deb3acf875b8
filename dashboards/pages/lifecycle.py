"""Lifecycle: what is kept, what is due, what the last cleanups did."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dashboards.alerting import ABOUT_DATA, AlertList
from dashboards.asking import FACT, Ask, Failed, Snapshot
from dashboards.keeping import Kept
from dashboards.pages.page import Desk, Page
from dashboards.parts import Part, Words, state
from dashboards.pieces import Col, Row, Tile, link, meter, table, text, tiles, told, unknown_or
from dashboards.words import ago, ahead, count, milliseconds, moment, size
from workbench.studio.chores import BACKUP, CLEANUP

KEPT = Ask(f"{FACT}kept")
_LATE_DAYS = 7.0
_BYTES_ARE = {
    "measured": "Bytes are measured by the engine.",
    "estimated": "Bytes are estimated: rows spread over each table, scaled to the pages the file uses.",
    "unknown": "This engine tells no bytes by table.",
}
_CHORES = {BACKUP: "backup", CLEANUP: "cleanup"}


def _make(desk: Desk) -> Sequence[Part]:
    runs = Ask.of("lifecycle_runs", days=28, limit=60)
    return (
        Words("sums", "In all", "Rows, bytes, and what waits.", 12, (KEPT,), lambda seen, _: _tiles(seen)),
        AlertList(
            desk.acknowledge,
            "alerts",
            "Alerts about the data",
            "Rows lost, a cleanup or a backup that is late, rows without a parent.",
            12,
            ABOUT_DATA,
        ),
        Words(
            "tables",
            "Tables",
            "Rows, bytes with indexes, ages, and how long a rule keeps them.",
            12,
            (KEPT,),
            lambda seen, _: _tables(seen),
        ),
        Words(
            "runs",
            "Last runs",
            "Of four weeks. What a cleanup takes waits out its grace first; the disk has it back later.",
            7,
            (runs,),
            lambda seen, _: _runs(desk, seen, runs),
        ),
        Words(
            "rules", "Rules", "How far each is behind its cutoff.", 5, (KEPT,), lambda seen, _: _rules(seen)
        ),
        Words(
            "books",
            "The books",
            "What each applied plan removed, chained so that a change is seen.",
            12,
            (KEPT,),
            lambda seen, _: _books(seen),
        ),
        Words(
            "holds",
            "Held",
            "Nothing takes these, whatever their age.",
            6,
            (KEPT,),
            lambda seen, _: _holds(seen),
        ),
        Words(
            "orphans",
            "Without their other half",
            "Rows whose parent is gone, files nobody names.",
            6,
            (KEPT,),
            lambda seen, _: _orphans(seen),
        ),
    )


LIFECYCLE = Page("lifecycle", "Lifecycle", "What is kept, what is due, what was removed", _make)


def _kept(seen: Snapshot) -> Kept | None:
    found = seen.results.get(KEPT)
    return found if isinstance(found, Kept) else None


def _tiles(seen: Snapshot) -> str:
    kept = _kept(seen)
    if kept is None:
        return state("Not known yet.")
    late = max((lag.days or 0.0 for lag in kept.state.lags), default=0.0)
    last = next(iter(kept.state.cleanups), None)
    return tiles(
        [
            Tile("Rows", count(sum(each.rows for each in kept.tables)), f"in {len(kept.tables)} tables"),
            Tile("Database", size(kept.database_bytes), "all its tables and indexes"),
            Tile("Telemetry", size(kept.telemetry_bytes), f"{count(kept.telemetry_rows)} rows"),
            Tile(
                "Room left",
                size(kept.free_bytes),
                "on the disk of the data",
                "bad" if kept.free_bytes < 2**30 else "",
            ),
            Tile(
                "Retention",
                f"{late:.1f} d behind" if late else "on time",
                "for how long a row could have gone" if late else "no row is past its cutoff",
                "bad" if late > _LATE_DAYS else "warn" if late > 1 else "good",
            ),
            Tile(
                "Last cleanup",
                ago(last.updated_at, seen.at) if last else "never",
                f"{count(last.removed_rows)} rows" if last else "workbench lifecycle plan",
            ),
            Tile("Held", str(len(kept.state.holds)), "legal holds"),
            *(
                Tile(
                    f"Next {_CHORES.get(kind, kind)}",
                    ahead(at, seen.at),
                    f"{moment(at)} UTC, while workbench serve runs",
                )
                for kind, at in kept.next_runs
            ),
        ]
    )


def _tables(seen: Snapshot) -> str:
    kept = _kept(seen)
    if kept is None:
        return state("Not known yet.")
    most = max((each.rows for each in kept.tables), default=0) or 1
    rows: list[Row] = [
        {
            "name": each.name,
            "rows": each.rows,
            "bytes": each.bytes,
            "oldest": each.oldest,
            "newest": each.newest,
            "keep": each.keep_days,
        }
        for each in sorted(kept.tables, key=lambda each: -each.rows)
        if each.rows
    ]
    empty = f'<p class="note">{len(kept.tables) - len(rows)} more are empty. {_BYTES_ARE[kept.bytes_are]}</p>'
    about = "≈ " if kept.bytes_are == "estimated" else ""
    columns = [
        Col("Table", text("name")),
        Col("Rows", lambda row: meter(row["rows"] / most, count(row["rows"])), number=True),
        Col(
            "Bytes",
            lambda row: (
                f"{about}{size(row['bytes'])}"
                if row["bytes"] is not None
                else '<span class="dim">not known</span>'
            ),
            number=True,
        ),
        Col(
            "Oldest",
            lambda row: unknown_or(ago(row["oldest"], seen.at)) if row["oldest"] else "–",
            number=True,
        ),
        Col(
            "Newest",
            lambda row: unknown_or(ago(row["newest"], seen.at)) if row["newest"] else "–",
            number=True,
        ),
        Col("Kept for", kept_for, number=True),
    ]
    return table(rows, columns, "Tables with their rows and ages") + empty


def kept_for(row: Row) -> str:
    """Return how long a table keeps rows; what was removed stays for the grace of the rule that took it."""
    if row["name"] == "removed_row":
        return "its grace"
    return f"{row['keep']:g} d" if row["keep"] else "always"


def _rules(seen: Snapshot) -> str:
    kept = _kept(seen)
    if kept is None:
        return state("Not known yet.")
    lags = {lag.rule: lag.days for lag in kept.state.lags}
    rows: list[Row] = [
        {"name": rule.name, "keep": rule.keep_days, "grace": rule.grace_days, "lag": lags.get(rule.name)}
        for rule in kept.policy.rules
    ]

    def lag(row: Row) -> str:
        if row["lag"] is None:
            return '<span class="dim">waits for its table</span>'
        tone = "bad" if row["lag"] > _LATE_DAYS else "warn" if row["lag"] > 1 else "good"
        said = f"{row['lag']:.1f} d behind" if row["lag"] > 0 else "on time"
        return f'<span class="tag {tone}">{said}</span>'

    columns = [
        Col("Rule", lambda row: escape(row["name"].replace("_", " "))),
        Col("Keeps", lambda row: f"{row['keep']:g} d", number=True),
        Col("Undo for", lambda row: f"{row['grace']:g} d" if row["grace"] else "–", number=True),
        Col("Stands", lag),
    ]
    return table(rows, columns, "Rules of retention")


def _runs(desk: Desk, seen: Snapshot, ask: Ask) -> str:
    rows = seen.rows(ask)
    if isinstance(rows, Failed) or not rows:
        return state("No cleanup or backup ran in four weeks. Begin with: workbench lifecycle plan")
    columns = [
        Col("Ended (UTC)", lambda row: link(desk.to("trace", trace=row["trace_id"]), moment(row["time"]))),
        Col("What", text("name")),
        Col("Outcome", lambda row: f'<span class="tag {_tone(row)}">{escape(row["outcome"])}</span>'),
        Col("Took", told("ms", milliseconds), number=True),
        Col("Rows taken", told("rows", count), number=True),
        Col("Bytes taken", told("bytes", size), number=True),
    ]
    return table(rows[:12], columns, "The last lifecycle runs")


def _tone(row: Row) -> str:
    return "good" if row["outcome"] == "ok" else "bad"


def _books(seen: Snapshot) -> str:
    kept = _kept(seen)
    if kept is None or not kept.state.cleanups:
        return state("No plan was applied yet.")
    rows: list[Row] = [
        {
            "rule": each.rule,
            "state": each.state,
            "rows": each.removed_rows,
            "bytes": each.removed_bytes,
            "at": each.updated_at,
        }
        for each in kept.state.cleanups[:10]
    ]
    columns = [
        Col("Rule", text("rule")),
        Col("State", text("state")),
        Col("Rows", told("rows", count), number=True),
        Col("Values", told("bytes", size), number=True),
        Col("When", lambda row: ago(row["at"], seen.at), number=True),
    ]
    names = escape(", ".join(kept.state.tampered))
    changed = f'<p class="state failed">Changed after they were closed: {names}</p>'
    return table(rows, columns, "Applied plans") + (changed if kept.state.tampered else "")


def _holds(seen: Snapshot) -> str:
    kept = _kept(seen)
    if kept is None or not kept.state.holds:
        return state("Nothing is held.")
    rows: list[Row] = [
        {"kind": each.kind, "key": each.key, "why": each.why, "who": each.who} for each in kept.state.holds
    ]
    columns = [
        Col("Kind", text("kind")),
        Col("Id", text("key")),
        Col("Why", text("why")),
        Col("By", text("who")),
    ]
    return table(rows, columns, "Legal holds")


def _orphans(seen: Snapshot) -> str:
    kept = _kept(seen)
    if kept is None:
        return state("Not known yet.")
    found = kept.state.orphans
    if not (found.references or found.files or found.missing_files):
        return state("Nothing is without its other half.", "good")
    rows: list[Row] = [
        {
            "what": f"{each.table} without a parent ({each.reference})",
            "count": each.rows,
            "then": f"may go {ahead(each.may_go_at, seen.at)}" if each.may_go_at else f"stay: {each.stay}",
            "since": each.since,
        }
        for each in found.rows
    ]
    unnamed = f"files nobody names ({size(found.file_bytes)})"
    users = ", ".join(each.told for each in found.shared_with)
    then = f"stay: shared with {users}" if users else "go with a cleanup"
    rows.append({"what": unnamed, "count": found.files, "then": then})
    rows.append({"what": "files that are named but missing", "count": found.missing_files})
    columns = [
        Col("What", text("what")),
        Col("How many", told("count", count), number=True),
        Col("Reported", lambda row: ago(row["since"], seen.at) if "since" in row else "–", number=True),
        Col("Then", lambda row: escape(row.get("then", "look for a backup"))),
    ]
    return table(rows, columns, "Orphans")
