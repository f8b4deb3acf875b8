"""Which kind of process memory grew in: the same judgement as of all together, for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.stress.leak import FLOOR_SECONDS, Trend, memory_trend, warm
from workbench.stress.watching import Look

WORTH_TELLING = 0.05
"""MB a minute; a kind that moves less is not named beside the others."""


@dataclass(frozen=True, slots=True)
class KindMemory:
    """What one kind of process held, in MB: floors of the first and last half minute after the warm-up.

    `processes` is the most at one moment, `most_mb` the most of the run. A kind that was not
    there held nothing.
    """

    kind: str
    processes: int
    first_mb: float
    last_mb: float
    most_mb: float
    trend: Trend


def memory_by_kind(looks: Sequence[Look], most_slope: float) -> tuple[KindMemory, ...]:
    """Return what each kind of process held, the largest first."""
    seen = [look for look in looks if look.kinds]
    names = {each.kind for look in seen for each in look.kinds}
    found = [_of_kind(name, seen, most_slope) for name in names]
    return tuple(sorted(found, key=lambda each: (-each.last_mb, each.kind)))


def told_by_kind(kinds: Sequence[KindMemory]) -> str:
    """Return in words where memory moved, the fastest first; empty when that is not known or nowhere."""
    moved = [(each.trend.slope, each.kind) for each in kinds if each.trend.slope is not None]
    worth = sorted((each for each in moved if abs(each[0]) >= WORTH_TELLING), reverse=True)
    return f"By process: {', '.join(f'{kind} {slope:+.2f}' for slope, kind in worth)}." if worth else ""


def _of_kind(name: str, looks: Sequence[Look], most_slope: float) -> KindMemory:
    held = [next((each for each in look.kinds if each.kind == name), None) for look in looks]
    at = [look.at for look in looks]
    megabytes = [each.megabytes if each else 0.0 for each in held]
    kept = [mb for mb, warmed in zip(megabytes, warm(at), strict=True) if warmed]
    times = [moment for moment, warmed in zip(at, warm(at), strict=True) if warmed]
    return KindMemory(
        kind=name,
        processes=max(each.processes if each else 0 for each in held),
        first_mb=min(
            mb for mb, moment in zip(kept, times, strict=True) if moment <= times[0] + FLOOR_SECONDS
        ),
        last_mb=min(
            mb for mb, moment in zip(kept, times, strict=True) if moment >= times[-1] - FLOOR_SECONDS
        ),
        most_mb=max(megabytes),
        trend=memory_trend(at, megabytes, most_slope),
    )
