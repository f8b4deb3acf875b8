"""Bars as an SVG picture that any notebook shows, without a library or a network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_ROW, _LABEL, _BAR, _END = 24, 150, 420, 150
_TAKEN, _KEPT = "#0ea5e9", "#94a3b855"


def bars(rows: Sequence[tuple[str, float, float]], *, unit: str = "") -> str:
    """Return a bar for each (label, part, whole): the part dark in a whole that is light.

    Bars are as long as their whole is, on one scale for all; a small part is shown by a sliver at least.
    """
    longest = max((whole for _, _, whole in rows), default=0.0) or 1.0
    height = _ROW * max(1, len(rows)) + 8
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LABEL + _BAR + _END}" height="{height}" '
        'font-family="sans-serif" font-size="12" role="img" fill="currentColor" color="#64748b">'
    )
    lines = [head]
    for number, (label, part, whole) in enumerate(rows):
        top = number * _ROW + 4
        kept = max(2.0, _BAR * whole / longest)
        taken = min(kept, max(2.0, _BAR * part / longest)) if part else 0.0
        told = f"{part:,.0f}" if part == whole else f"{part:,.0f} of {whole:,.0f}"
        lines += [
            f'<text x="{_LABEL - 8}" y="{top + 14}" text-anchor="end">{escape(label)}</text>',
            f'<rect x="{_LABEL}" y="{top}" width="{kept:.1f}" height="16" fill="{_KEPT}"/>',
            f'<rect x="{_LABEL}" y="{top}" width="{taken:.1f}" height="16" fill="{_TAKEN}"/>',
            f'<text x="{_LABEL + kept + 6:.1f}" y="{top + 13}">{told} {escape(unit)}</text>',
        ]
    return "\n".join([*lines, "</svg>"])
