"""How long each scene of a video lasts."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.scene.format import MAX_SECONDS

SHORTEST_SECONDS = 1.0


def spread(
    wanted: Sequence[float | None], natural: Sequence[float], total_seconds: float | None
) -> tuple[list[float], str]:
    """Return a length for each scene, and a remark when the lengths asked for cannot all be kept.

    `wanted` lengths are kept. The others share what `total_seconds` leaves in proportion to their
    `natural` lengths, to a tenth of a second and adding up exactly, or keep these when there is no total.
    """
    lengths = [_clamped(want or own) for want, own in zip(wanted, natural, strict=True)]
    free = [place for place, want in enumerate(wanted) if not want]
    if total_seconds is None or not wanted:
        return lengths, ""
    left = total_seconds - sum(want for want in wanted if want)
    if not free or left < SHORTEST_SECONDS * len(free):
        return (
            lengths,
            f"The scenes last {sum(lengths):g} s together: {total_seconds:g} s in all cannot be kept.",
        )
    whole = sum(natural[place] for place in free)
    tenths = round(left * 10)
    for count, place in enumerate(free):
        rest = len(free) - count - 1
        share = round(left * 10 * natural[place] / whole) if rest else tenths
        share = max(10, min(share, tenths - 10 * rest))
        lengths[place] = _clamped(share / 10)
        tenths -= share
    return lengths, ""


def _clamped(seconds: float) -> float:
    return min(max(seconds, 0.1), MAX_SECONDS)
