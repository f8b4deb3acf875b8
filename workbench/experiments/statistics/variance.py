"""Where the scores' differences come from: models, cases, their interplay, or chance between repeats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

SOURCES = ("model", "case", "model x case", "repeat")


@dataclass(frozen=True, slots=True)
class VarianceSplit:
    """Variance by source, and the number of cells it is about; shares add up to one."""

    model: float
    case: float
    interplay: float
    repeat: float
    cells: int

    @property
    def shares(self) -> dict[str, float]:
        """Each source's share of the whole; nothing varies: all zero."""
        parts = (self.model, self.case, self.interplay, self.repeat)
        whole = sum(parts)
        return {name: part / whole if whole > 0 else 0.0 for name, part in zip(SOURCES, parts, strict=True)}


def variance_split(cells: Iterable[tuple[str, str, float]]) -> VarianceSplit | None:
    """Split the variance of (model, case, value) by a two-way random-effects analysis of variance.

    Each pair counts with as many repeats as the one that has fewest. None when a pair is missing or there is
    nothing to split. Estimates below zero are told as zero.
    """
    held: dict[tuple[str, str], list[float]] = {}
    for model, case, value in cells:
        held.setdefault((model, case), []).append(value)
    models = sorted({model for model, _ in held})
    cases = sorted({case for _, case in held})
    if len(held) < len(models) * len(cases) or len(cases) < 2:
        return None
    repeats = min(map(len, held.values()))
    values = np.array([[held[model, case][:repeats] for case in cases] for model in models])
    rows, columns = len(models), len(cases)
    whole = values.mean()
    by_model, by_case, by_pair = values.mean(axis=(1, 2)), values.mean(axis=(0, 2)), values.mean(axis=2)
    case_square = rows * repeats * ((by_case - whole) ** 2).sum() / (columns - 1)
    repeat = (
        ((values - by_pair[..., None]) ** 2).sum() / (rows * columns * (repeats - 1)) if repeats > 1 else 0.0
    )
    if rows < 2:
        case = max(0.0, (case_square - repeat) / repeats)
        return VarianceSplit(0.0, float(case), 0.0, float(repeat), values.size)
    model_square = columns * repeats * ((by_model - whole) ** 2).sum() / (rows - 1)
    apart = by_pair - by_model[:, None] - by_case[None, :] + whole
    both_square = repeats * (apart**2).sum() / ((rows - 1) * (columns - 1))
    return VarianceSplit(
        max(0.0, float((model_square - both_square) / (columns * repeats))),
        max(0.0, float((case_square - both_square) / (rows * repeats))),
        max(0.0, float((both_square - repeat) / repeats)) if repeats > 1 else float(both_square),
        float(repeat),
        values.size,
    )
