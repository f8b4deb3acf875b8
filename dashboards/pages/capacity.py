"""Capacity: what grows, when it is full, and how many people fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashboards.asking import FACT, Ask, Failed, Snapshot
from dashboards.forecast import ForecastChart
from dashboards.keeping import FILES, Levels
from dashboards.pages.page import Desk, Page
from dashboards.parts import Part, Words, state
from dashboards.pieces import Col, Row, Tile, table, text, tiles, told
from dashboards.words import ago, count, milliseconds, share, size, usd
from workbench.telemetry.capacity import Refusal, fit_usl
from workbench.telemetry.growth import LEAST_DAYS, FullOn, Growth, find_growth, full_on
from workbench.telemetry.little import TOLERANCE, agreement

LEVELS = Ask(f"{FACT}levels")
LOADS = Ask(f"{FACT}loads")
AHEAD_DAYS = 30
IN_FLIGHT = Ask.of("in_flight", days=1, every_seconds=60.0)
_WORDS: Mapping[str, Callable[[float | None], str]] = {"bytes": size, "USD": usd, "rows": count}


def _make(desk: Desk) -> Sequence[Part]:
    recording = Ask.of("recording", limit=12)
    return (
        ForecastChart(
            desk.look,
            "bytes",
            "Telemetry's files, and the next 30 days",
            "As measured day by day. The trend is the median of all slopes, the band its 95 % interval.",
            8,
            LEVELS,
            FILES,
            unit="bytes",
        ),
        Words(
            "loads",
            "How many people fit",
            "Universal Scalability Law, fitted to the knee runs of four weeks that passed.",
            4,
            (LOADS,),
            lambda seen, _: _loads(seen),
        ),
        Words(
            "growth",
            "Growth",
            "From levels measured on seven days at least; 95 % intervals. Full: if it alone takes the disk.",
            12,
            (LEVELS,),
            lambda seen, _: _growth(seen),
        ),
        Words(
            "law",
            "Whether telemetry tells all",
            "Little's law, over a day: requests under way as the service counts them, and as spans tell.",
            12,
            (IN_FLIGHT,),
            lambda seen, _: _law(seen),
        ),
        Words(
            "recording",
            "Who recorded",
            "Processes that wrote telemetry in this time; what found no room is missing in every figure. "
            "Export: spans for an OpenTelemetry collector; none where none was sent or lost.",
            12,
            (recording,),
            lambda seen, _: _recording(seen, recording),
        ),
    )


CAPACITY = Page("capacity", "Capacity", "What grows, when it is full, how many fit", _make)


def _growth(seen: Snapshot) -> str:
    levels: Sequence[Levels] = seen.fact(LEVELS) or ()
    if not levels:
        return state("There is nothing yet that could grow.")
    rows = [_grown(each) for each in levels]
    columns = [
        Col("What", text("name")),
        Col("Now", text("now"), number=True),
        Col("A day", text("a_day"), number=True),
        Col("In 30 days", text("later"), number=True),
        Col("Full on", text("full"), prose=True),
    ]
    return table(rows, columns, "What grows, with intervals")


def _grown(levels: Levels) -> Row:
    words = _WORDS[levels.unit]
    growth = find_growth(levels.days, levels.levels)
    row: dict[str, Any] = {"name": levels.name, "now": words(levels.levels[-1])}
    if isinstance(growth, Refusal):
        known = "not known yet" if len(levels.days) < LEAST_DAYS else "no sure trend"
        return row | {"a_day": known, "later": known, "full": f"{growth.why} {growth.remedy}"}
    low, middle, high = growth.after(AHEAD_DAYS)
    return row | {
        "a_day": f"{words(growth.a_day)} ({words(growth.low_a_day)} to {words(growth.high_a_day)})",
        "later": f"{words(middle)} ({words(low)} to {words(high)})",
        "full": _full(growth, levels.limit),
    }


def _full(growth: Growth, limit: float | None) -> str:
    if limit is None:
        return "no limit is known"
    full: FullOn = full_on(growth, limit)
    if full.earliest is None:
        return "not within ten years"
    latest = f"{full.latest:%d %b %Y}" if full.latest else "beyond ten years"
    middle = f"{full.day:%d %b %Y}" if full.day else "beyond ten years"
    return f"{middle} ({full.earliest:%d %b %Y} to {latest})"


def _loads(seen: Snapshot) -> str:
    points: Sequence[tuple[float, float]] = seen.fact(LOADS) or ()
    if not points:
        return state("No knee run passed in four weeks. Run one on a quiet machine: workbench stress knee.")
    fit = fit_usl([users for users, _ in points], [done for _, done in points])
    if isinstance(fit, Refusal):
        return state(f"The load tests cannot tell. {fit.why} {fit.remedy}")
    return tiles(
        [
            Tile(
                "Most is done with",
                f"{fit.knee_users:.0f} users",
                f"90 %: {fit.knee_low:.0f} to {fit.knee_high:.0f}",
            ),
            Tile("Done a second", f"{fit.peak_throughput:.3g}", f"at most, from {len(points)} measurements"),
            Tile("What queues", share(fit.contention), "contention"),
            Tile("What must agree", f"{fit.coherency:.2g}", "coherency, a pair"),
        ]
    )


def _law(seen: Snapshot) -> str:
    found = agreement(seen.known(IN_FLIGHT))
    if found is None:
        return state("No service counted its requests in the last day, but for the last quarter of an hour.")
    tone = {"agrees": "good", "disagrees": "bad"}.get(found.ruling, "")
    reach = "no end" if found.high is None else f"{found.high:.2f}"
    return tiles(
        [
            Tile("Counted", f"{found.counted:.3g}", f"under way, in the mean of {count(found.looks)} looks"),
            Tile(
                "Told by spans",
                f"{found.told:.3g}",
                f"{found.a_second:.3g} a second, {milliseconds(1000 * found.mean_seconds)} each",
            ),
            Tile(
                "Told by counted",
                "–" if found.ratio is None else f"{found.ratio:.2f}",
                f"99 %: {found.low:.2f} to {reach}",
            ),
            Tile("The law", found.ruling, f"within {share(TOLERANCE)} of 1", tone),
        ]
    ) + state(found.why)


def _recording(seen: Snapshot, ask: Ask) -> str:
    rows = seen.rows(ask)
    if isinstance(rows, Failed) or not rows:
        return state("Nothing was recorded in this time.")

    def dropped(row: Row) -> str:
        lost = int(row["dropped"])
        return f'<span class="tag bad">{count(lost)} dropped</span>' if lost else "0"

    def exported(row: Row) -> str:
        if row["exported"] is None:
            return "none"
        lost = {"dropped": int(row["export_dropped"]), "failed": int(row["export_failed"])}
        tags = [
            f' <span class="tag bad">{count(number)} {what}</span>' for what, number in lost.items() if number
        ]
        return f"{count(int(row['exported']))} sent{''.join(tags)}"

    columns = [
        Col("Process", text("process")),
        Col("Rows", told("rows", count), number=True),
        Col("Spans", told("spans", count), number=True),
        Col("Dropped", dropped, number=True),
        Col("Export", exported, number=True),
        Col("First", lambda row: ago(row["first"], seen.at), number=True),
        Col("Last", lambda row: ago(row["last"], seen.at), number=True),
    ]
    return table(rows, columns, "Processes that recorded, the last ones first")
