"""Rows as aligned text and as HTML, numbers with their units, unknown as "unknown"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

FEW_SPANS = 100
"""Below so many, a P99 is one of the two slowest and little more."""

UNKNOWN = "unknown"
_LONGEST = 60


def text_table(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return rows as lines, numbers to the right."""
    heads = [_head(name) for name in names]
    cells = [[_cell(name, row) for name in names] for row in rows]
    wide = [max(len(line[place]) for line in [heads, *cells]) for place in range(len(names))]
    numbers = [all(not isinstance(row[name], str) for row in rows) for name in names]

    def line(texts: Sequence[str]) -> str:
        pairs = zip(texts, wide, numbers, strict=True)
        return "  ".join(
            text.rjust(width) if right else text.ljust(width) for text, width, right in pairs
        ).rstrip()

    return [line(heads), *(line(each) for each in cells)]


def html_table(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as an HTML table that needs no style sheet."""
    heads = "".join(f"<th>{escape(_head(name))}</th>" for name in names)
    lines = (
        "<tr>" + "".join(f"<td>{escape(_cell(name, row))}</td>" for name in names) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def tree_lines(spans: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a trace as an indented tree with a bar for when each span was."""
    if not spans:
        return []
    whole = max(span["begins_ms"] + span["ms"] for span in spans) or 1
    return [f"{_bar(span, whole)}  {'  ' * span['depth']}{_named(span)}" for span in spans]


def _bar(span: Mapping[str, Any], whole: float, width: int = 30) -> str:
    first = min(width - 1, int(span["begins_ms"] / whole * width))
    length: int = max(1, round(span["ms"] / whole * width))
    return (" " * first + "█" * length)[:width].ljust(width)


def _named(span: Mapping[str, Any]) -> str:
    told: str = f"{span['name']} {_milliseconds(span['ms'])} ms"
    if span["model"]:
        told += f" · {span['model']}"
    if span["input_tokens"] is not None or span["output_tokens"] is not None:
        told += f" · {span['input_tokens'] or 0}+{span['output_tokens'] or 0} tokens"
    if span["outcome"] != "ok":
        told += f" · {span['error_type'] or span['outcome']}"
    return told


def _head(name: str) -> str:
    words = name.removesuffix("_ms").removesuffix("_usd").replace("_", " ")
    if name.endswith("_ms"):
        return f"{words.upper() if words.startswith('p') and words[1:].isdigit() else words} ms"
    return f"{words} USD" if name.endswith("_usd") else words


def _cell(name: str, row: Mapping[str, Any]) -> str:
    value = row[name]
    if value is None:
        return UNKNOWN if name.endswith(("usd", "tokens")) else "–"
    if name.endswith("_ms"):
        few = name == "p99_ms" and row.get("ok", FEW_SPANS) < FEW_SPANS
        return f"{'~' if few else ''}{_milliseconds(value)}"
    if name.endswith("_share"):
        return f"{value:.0%}"
    if "usd" in name:
        return f"{value:.4f}"
    if hasattr(value, "strftime"):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:.2f}" if abs(value) < 100 else f"{value:,.0f}"
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _milliseconds(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.3f}"
