"""The performance report: how fast, how often, how well, at what price; answered by the named questions.

Errors never touch the durations of what went well: both are told, apart. What is not known is told as
unknown. Percentiles say how many spans they rest on, and whether they are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from html import escape
from typing import Any

from workbench.telemetry.question import Answer, Period
from workbench.telemetry.reading import Reading
from workbench.telemetry.report_text import FEW_SPANS, html_table, text_table, tree_lines

SLOWEST_SHOWN = 3
_PARTS = ("operations", "usage", "validity", "cost_of_takes", "caches", "async_win", "jobs", "errors")
_TITLES = {
    "operations": "Operations",
    "usage": "Models",
    "validity": "What models wrote",
    "cost_of_takes": "What one prompt costs",
    "caches": "Caches",
    "async_win": "What nobody waited for",
    "jobs": "Background jobs",
    "errors": "Errors by cause",
}
_SHOWN = {
    "operations": "name ok p50_ms p95_ms p99_ms errors error_mean_ms cancelled per_minute",
    "usage": "provider model calls errors input_tokens cached_tokens output_tokens cost_usd unpriced_calls "
    "first_token_p50_ms p50_ms p95_ms",
    "validity": "model step steps at_once after_1 after_2 after_3 never done_share",
    "cost_of_takes": "model takes calls_each tokens_each cost_usd_each unpriced_takes",
    "caches": "cache hits misses hit_share",
    "async_win": "name traces waited_p50_ms blocking_p50_ms not_waited_seconds win_share",
    "jobs": "job_kind runs errors again waited_p50_ms p50_ms p95_ms",
    "errors": "name error_type times last message trace_id",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What happened in a period. Print it, show it in a notebook, or take `as_dict` for JSON.

    `parts` are the answers by the question's name; `slowest` are takes, each with its tree of spans;
    `dropped` is how many records of anybody found no room.
    """

    period: Period
    project_id: str | None
    parts: Mapping[str, Answer]
    slowest: tuple[tuple[Mapping[str, Any], tuple[Mapping[str, Any], ...]], ...]
    sample: bool = False
    dropped: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know about the figures."""
        found = dict.fromkeys(note for answer in self.parts.values() for note in answer.notes)
        bounds = [answer.relative_error for answer in self.parts.values() if not answer.exact]
        told = ["This is sample data; nothing of it really happened."] if self.sample else []
        if bounds:
            told.append(f"Percentiles come from hours summed up and are within {max(bounds):.0%}.")
        else:
            told.append("Percentiles are exact.")
        few = [row["name"] for row in self.parts["operations"].dicts() if 0 < row["ok"] < FEW_SPANS]
        if few:
            told.append(f"Below {FEW_SPANS} good spans a P99 says little; it is marked with ~.")
        if self.dropped:
            told.append(f"{self.dropped:,} records found no room and are missing in every figure.")
        return (*told, *found)

    @property
    def errors(self) -> int:
        """How many errors there were, each counted where it happened first."""
        return sum(row["times"] for row in self.parts["errors"].dicts())

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; moments are UTC in ISO 8601, null is unknown."""
        return {
            "since": self.period.since.astimezone(UTC).isoformat(),
            "until": self.period.until.astimezone(UTC).isoformat(),
            "project_id": self.project_id,
            "sample": self.sample,
            "dropped": self.dropped,
            "notes": list(self.notes),
            **{name: [_plain(row) for row in answer.dicts()] for name, answer in self.parts.items()},
            "slowest": [
                {**_plain(take), "spans": [_plain(each) for each in spans]} for take, spans in self.slowest
            ],
            "questions": {
                name: {"sql": answer.sql, "exact": answer.exact, "relative_error": answer.relative_error}
                for name, answer in self.parts.items()
            },
        }

    def __str__(self) -> str:
        lines = [self._title(), *self.notes]
        for name, answer in self._told():
            lines += ["", f"{_TITLES[name]} ({answer.question.about.rstrip('.')})"]
            lines += text_table(_SHOWN[name].split(), answer.dicts())
        for take, spans in self.slowest:
            lines += [
                "",
                f"{take['name']}, {take['ms'] / 1000:.2f} s, ended {take['time']:%Y-%m-%d %H:%M:%S}",
            ]
            lines += tree_lines(spans)
        return "\n".join(lines)

    def __repr__(self) -> str:
        spans = sum(row["spans"] for row in self.parts["operations"].dicts())
        return f"Report({self._title()}: {spans} spans, {self.errors} errors)"

    def _repr_html_(self) -> str:
        told = [f"<h3>{escape(self._title())}</h3>", *(f"<p>{escape(note)}</p>" for note in self.notes)]
        for name, answer in self._told():
            told.append(f"<h4>{escape(_TITLES[name])}</h4><p>{escape(answer.question.about)}</p>")
            told.append(html_table(_SHOWN[name].split(), answer.dicts()))
            told.append(f"<details><summary>SQL</summary><pre>{escape(answer.sql)}</pre></details>")
        for take, spans in self.slowest:
            lines = "\n".join(tree_lines(spans))
            told.append(f"<details><summary>{escape(take['name'])}, {take['ms'] / 1000:.2f} s</summary>")
            told.append(f"<pre>{escape(lines)}</pre></details>")
        return "\n".join(told)

    def _told(self) -> list[tuple[str, Answer]]:
        return [(name, self.parts[name]) for name in _PARTS if self.parts[name].rows]

    def _title(self) -> str:
        since, until = (moment.astimezone(UTC) for moment in (self.period.since, self.period.until))
        return f"Performance from {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC"


def report(
    reading: Reading, period: Period | timedelta | None = None, *, project_id: str | None = None
) -> Report:
    """Ask everything the report tells; by default about the last 24 hours and all projects."""
    time = period if isinstance(period, Period) else None
    if time is None:
        length = period if isinstance(period, timedelta) else timedelta(hours=24)
        time = Period.last(now=reading.now(), seconds=length.total_seconds())
    parts = {name: reading.ask(name, time, project_id=project_id) for name in _PARTS}
    takes = reading.ask("slowest", time, project_id=project_id, limit=SLOWEST_SHOWN).dicts()
    slowest = tuple(
        (take, tuple(reading.ask("trace", time, trace_id=take["trace_id"], limit=200).dicts()))
        for take in takes
    )
    lost = reading.ask("counts", time, operation="telemetry.dropped", bucket_seconds=86_400).dicts()
    dropped = int(sum(row["total"] or 0 for row in lost))
    return Report(time, project_id, parts, slowest, reading.sample, dropped)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: f"{value.isoformat()}+00:00" if hasattr(value, "isoformat") else value
        for name, value in row.items()
    }
