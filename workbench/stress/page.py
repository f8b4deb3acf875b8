"""A report as one HTML file that loads nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import cycle
from pathlib import Path

import numpy as np

from workbench.render.outfile import written
from workbench.stress.reporting import Report
from workbench.stress.samples import Summary

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
body { color: #1e293b; background: white }
table { border-collapse: collapse; margin: .5rem 0 1.5rem }
th, td { padding: .25rem .8rem; text-align: right; border-bottom: 1px solid #94a3b855 }
td:first-child, th:first-child { text-align: left }
.ruling { color: white; padding: .2rem .8rem; border-radius: .4rem; font-weight: 700 }
.PASS { background: #15803d } .FAIL { background: #dc2626 } .INVALID { background: #b45309 }
svg { width: 100%; height: 9rem; background: #94a3b822 }
.legend span { margin-right: 1.2rem; white-space: nowrap }
.legend i { display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: .2em }
@media (prefers-color-scheme: dark) { body { background: #0f172a; color: #e2e8f0 } }
"""
_MEMORY = ("after the warm-up, MB", "at the end", "most", "a minute (95 %)")
_SHADES = ("#0284c7", "#16a34a", "#d97706", "#9333ea", "#dc2626", "#64748b")
_FIGURES = ("count", "failed", "average", "p50", "p95", "p99", "slowest")


def write_page(report: Report, path: Path) -> Path:
    """Write the report as a page and return its path."""
    with written(path, durable=False) as partial:
        partial.write_text(page(report), encoding="utf-8")
    return path


def page(report: Report) -> str:
    """Return the report as HTML."""
    preset, verdict = report.preset, report.verdict
    reasons = "".join(f"<li>{escape(each)}</li>" for each in verdict.reasons)
    gaps = ((name, *each.values()) for name, each in report.gap.items())
    watched = ((name, *each.values()) for name, each in report.watched.items())
    ruling = f"<span class='ruling {verdict.ruling}'>{verdict.ruling}</span>"
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Stress: {escape(preset.name)}</title>",
        f"<style>{_STYLE}</style>",
        f"<h1>Stress: {escape(preset.name)} {ruling}</h1>",
        f"<ul>{reasons}</ul>" if reasons else "",
        _what(report),
        "<h2>Scenarios</h2>",
        _summaries(report.scenarios),
        f"<p>Cut off by the end of the run, counting neither way: {report.cut_off}.</p>"
        if report.cut_off
        else "",
        "<h2>Requests of people</h2>",
        _summaries(report.requests),
        *_polls(report),
        "<h2>Arrivals, timed from when they were meant to begin</h2>",
        _summaries(report.arrivals),
        _table(("Request", "people P95 s", "arrivals P95 s", "times"), gaps) if report.gap else "",
        "<h2>Errors</h2>",
        _table(("Kind", "times"), report.errors.items()) if report.errors else "<p>None.</p>",
        "<h2>Memory</h2>",
        f"<p>{escape(report.trend.told)} What counts is what only these processes can give back.</p>"
        if report.memory
        else "<p>It cannot be seen from here.</p>",
        _table(("Process", "how many", *_MEMORY), _kinds(report)),
        _curve(report),
        "<h2>Watched</h2>",
        _table(("What", "median", "P95", "most"), watched),
        "<h2>Whether telemetry told all</h2>",
        f"<p>{escape(report.law.sentence)}</p>" if report.law else "<p>It cannot be seen from here.</p>",
    ]
    if report.knee:
        steps = (tuple(each.values()) for each in report.knee["stages"])
        parts += ["<h2>Knee</h2>", f"<p>{escape(report.knee['told'])}</p>"]
        parts.append(_table(("People", "requests a second", "P95 s"), steps))
    if report.not_compared:
        parts.append(f"<h2>Against the accepted run</h2><p>{escape(report.not_compared)}</p>")
    if report.changes:
        rows = ((each.name, each.ratio, each.low, each.high, each.told) for each in report.changes)
        parts += ["<h2>Against the accepted run</h2>", _table(("Request", "ratio", "from", "to", ""), rows)]
    if report.trouble:
        parts.append(f"<h2>Trouble</h2><pre>{escape(report.trouble)}</pre>")
    return "\n".join(part for part in parts if part)


def _what(report: Report) -> str:
    preset, machine = report.preset, report.machine
    return (
        f"<p>{preset.users} people for {preset.seconds:g} s, begun {report.began:%Y-%m-%d %H:%M} UTC; "
        f"{report.a_second:g} requests a second. The service: {escape(report.service)}. "
        f"The model's time: {escape(report.model)}. "
        f"The machine: {machine['cores']} cores, load {machine['load_before']} before.</p>"
    )


def _polls(report: Report) -> Sequence[str]:
    if not report.polls:
        return ()
    return ("<p>Looks at whether a thing was done by now; they are not judged.</p>", _summaries(report.polls))


def _summaries(found: Sequence[Summary]) -> str:
    return _table(
        ("What", *_FIGURES), ((each.name, *(getattr(each, name) for name in _FIGURES)) for each in found)
    )


def _table(header: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in header)
    body = "".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else escape("—" if value is None else str(value))


def _kinds(report: Report) -> Iterable[tuple[object, ...]]:
    for each in report.by_kind:
        held = (f"{megabytes:.1f}" for megabytes in (each.first_mb, each.last_mb, each.most_mb))
        yield (each.kind, each.processes, *held, each.trend.interval or None)


def _curve(report: Report) -> str:
    """Return memory over time, each kind of process on top of the others, the largest below."""
    if len(report.memory) < 2:
        return ""
    begin, end = report.memory[0][0], report.memory[-1][0]
    most = max(value for _, value in report.memory) or 1.0
    series = dict(report.memory_by_kind) or {"all": report.memory}
    below = np.zeros(len(next(iter(series.values()))))
    areas, names = [], []
    for (name, points), shade in zip(series.items(), cycle(_SHADES), strict=False):
        above = below + np.array([value for _, value in points])
        upper = [_point(at, value, begin, end, most) for (at, _), value in zip(points, above, strict=True)]
        lower = [_point(at, value, begin, end, most) for (at, _), value in zip(points, below, strict=True)]
        areas.append(f"<polygon points='{' '.join([*upper, *reversed(lower)])}' fill='{shade}'/>")
        names.append(f"<span><i style='background:{shade}'></i>{escape(name)}</span>")
        below = above
    box = "viewBox='0 0 1000 150' preserveAspectRatio='none' role='img' aria-label='memory over time'"
    scale = f"0 to {most:.0f} MB, {begin:.0f} to {end:.0f} s"
    return f"<svg {box}>{''.join(areas)}</svg><p class=legend>{''.join(names)}<span>{scale}</span></p>"


def _point(at: float, value: float, begin: float, end: float, most: float) -> str:
    return f"{(at - begin) / max(end - begin, 1e-9) * 1000:.1f},{150 - value / most * 145:.1f}"
