"""One trace as a tree: what happened inside what, and what it waited for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from dashboards.asking import Ask, Failed, Snapshot
from dashboards.pages.page import Desk, Page
from dashboards.parts import Part, Words, state
from dashboards.pieces import Row, Tile, tiles
from dashboards.words import count, milliseconds, usd


def _make(desk: Desk) -> Sequence[Part]:
    ask = Ask.of("trace", trace_id=desk.scope.trace or "")
    return (
        Words(
            "sums",
            f"Trace {desk.scope.trace or ''}",
            "From its first beginning to its last end.",
            12,
            (ask,),
            lambda seen, _: _sums(seen, ask),
        ),
        Words(
            "tree",
            "Span tree",
            "Each bar is when a span began and how long it took; striped is standing and waiting.",
            12,
            (ask,),
            lambda seen, _: _tree(seen, ask),
        ),
    )


TRACE = Page("trace", "Trace", "What happened inside what", _make)


def _sums(seen: Snapshot, ask: Ask) -> str:
    rows = seen.rows(ask)
    if isinstance(rows, Failed) or not rows:
        return state("There is no trace of that name in this time. Look at a longer one.")
    first = rows[0]
    ends = max(row["begins_ms"] + row["ms"] for row in rows)
    costs = [row["cost_usd"] for row in rows if row["cost_usd"] is not None]
    used = [(row["input_tokens"] or 0) + (row["output_tokens"] or 0) for row in rows]
    models = sorted({row["model"] for row in rows if row["model"]})
    return tiles(
        [
            Tile(
                str(first["name"]),
                milliseconds(first["ms"]),
                f"outcome: {first['outcome']}",
                "bad" if first["outcome"] == "error" else "",
            ),
            Tile("To its last end", milliseconds(ends), f"{len(rows)} spans"),
            Tile(
                "Project",
                str(first["project_id"] or "–"),
                f"scene {first['scene_id']}" if first["scene_id"] else "",
            ),
            Tile("Model", ", ".join(models) or "–", f"{count(sum(used))} tokens"),
            Tile("Cost", usd(sum(costs)) if costs else "unknown", ""),
        ]
    )


def _tree(seen: Snapshot, ask: Ask) -> str:
    rows = seen.rows(ask)
    if isinstance(rows, Failed) or not rows:
        return state("Nothing to show.")
    ends = max(0.001, *(row["begins_ms"] + row["ms"] for row in rows))
    return f'<div class="tree" role="list">{"".join(_row(row, ends) for row in rows)}</div>'


def _row(row: Row, ends: float) -> str:
    left, width = 100 * row["begins_ms"] / ends, 100 * row["ms"] / ends
    kind = "wait" if row["name"].startswith("wait.") else row["outcome"]
    return (
        f'<div class="row {escape(str(kind))}" role="listitem">'
        f'<span class="name" style="padding-left:{16 * row["depth"]}px" '
        f'title="{escape(row["name"], quote=True)}">{escape(row["name"])}</span>'
        f'<span class="lane"><i style="left:{left:.2f}%;width:{width:.2f}%"></i></span>'
        f'<span class="took">{milliseconds(row["ms"])}</span>{_said(row)}</div>'
    )


def _said(row: Row) -> str:
    said = [f"{row['error_type']}"] if row["error_type"] else []
    if row["model"] and row["input_tokens"] is not None:
        said.append(
            f"{row['model']}: {row['input_tokens']} + {row['output_tokens']} tokens, {usd(row['cost_usd'])}"
        )
    try:
        told = json.loads(row["attributes"] or "{}")
    except ValueError:
        told = {}
    said += [f"{name} {value}" for name, value in told.items() if not isinstance(value, list | dict)][:8]
    return f'<span class="said">{escape(" · ".join(said))}</span>' if said else ""
