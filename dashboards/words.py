"""Numbers as people read them; what is not known is said to be unknown, never 0."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Any

UNKNOWN = "unknown"


def milliseconds(value: float | None) -> str:
    """Return 12 ms, 1.24 s, 3.1 min, 7.44 h."""
    if value is None:
        return UNKNOWN
    if value < 1:
        return f"{value:.2g} ms"
    if value < 1000:
        return f"{value:.0f} ms"
    seconds = value / 1000
    if seconds < 120:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.3g} h"


def seconds(value: float | None) -> str:
    """Return a length of time as people say it."""
    if value is None:
        return UNKNOWN
    if value < 120:
        return milliseconds(1000 * value)
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if value >= 2 * size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.0f} s"


def _roughly(value: float) -> str:
    """Return a length of time in two digits, which is enough for how long ago something was."""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if value >= 1.5 * size:
            much = value / size
            return f"{much:.2g} {unit}" if much < 10 else f"{much:.0f} {unit}"
    return f"{value:.0f} s"


def share(value: float | None) -> str:
    """Return a share as a percentage."""
    if value is None:
        return UNKNOWN
    return f"{100 * value:.2g} %" if 1e-6 < value < 0.1 else f"{100 * value:.0f} %"


def count(value: float | None) -> str:
    """Return 950, 12.3k, 4.56M."""
    if value is None:
        return UNKNOWN
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (1e3 if unit == 'k' else size):.3g}{unit}"
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.3g}"


def rate(value: float | None) -> str:
    """Return how often in a minute: 12.3, 0.45, under 0.01."""
    return "under 0.01" if value is not None and 0 < value < 0.01 else count(value)


def usd(value: float | None) -> str:
    """Return dollars, with as many digits as say something."""
    if value is None:
        return UNKNOWN
    if value == 0:
        return "$0"
    return f"${value:,.2f}" if value >= 1 else f"${value:.3g}"


def size(value: float | None) -> str:
    """Return bytes as kB, MB, GB."""
    if value is None:
        return UNKNOWN
    for unit, step in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if abs(value) >= step:
            return f"{value / step:.3g} {unit}"
    return f"{value:.0f} B"


def moment(value: datetime | None) -> str:
    """Return a moment in UTC, without what goes without saying."""
    if value is None:
        return UNKNOWN
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return f"{aware.astimezone(UTC):%b %d, %H:%M:%S}"


def ago(value: datetime | None, now: datetime) -> str:
    """Return how long ago that was."""
    if value is None:
        return UNKNOWN
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return f"{_roughly(max(0.0, (now - aware).total_seconds()))} ago"


def ahead(value: datetime, now: datetime) -> str:
    """Return in how long that is."""
    return f"in {_roughly(max(0.0, (value - now).total_seconds()))}"


def plain(value: Any) -> str:
    """Return a value as text that is safe in a page."""
    return escape(UNKNOWN if value is None else str(value))
