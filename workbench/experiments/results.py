"""What an experiment has found: cells as a table, arms in summary and compared, sources of variance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import NotFound
from workbench.experiments.scores.scoring import METRICS
from workbench.experiments.statistics.pairs import About
from workbench.experiments.statistics.passing import Passing, over_cases
from workbench.experiments.statistics.variance import VarianceSplit, variance_split
from workbench.experiments.statistics.verdict import ALPHA, Comparison, compared, together
from workbench.experiments.values import Spec
from workbench.store.trial_values import Cell, CellState, Paid

if TYPE_CHECKING:
    import pandas as pd

COMPARED = ("accepted", "valid", "expectations", "seconds", "output_tokens")
"""The scores that are compared unless others are asked for."""


@dataclass(frozen=True, slots=True)
class ArmSummary:
    """One variant with one model: means over its cells that are done, and what it paid for in all.

    `cost_usd` is of all attempts of all cells, also of those that failed or are under way, without a judge's
    calls; None when a part of it is unknown.
    """

    variant: str
    model: str
    done: int
    failed: int
    means: Mapping[str, float | None]
    pass_at: Mapping[int, Passing]
    pass_hat: Mapping[int, Passing]
    cost_usd: float | None
    cost_per_accepted_usd: float | None


class Results:
    """The cells of an experiment at one moment. In a notebook it shows itself as its summary.

    `paid` is what the ledger of calls says of cells by their ids; it comes before what their scores say.
    """

    def __init__(self, spec: Spec, cells: Sequence[Cell], paid: Mapping[str, Paid] | None = None) -> None:
        self.spec = spec
        self.cells = tuple(cells)
        self._paid = paid or {}

    @property
    def counts(self) -> dict[CellState, int]:
        """How many cells are in each state."""
        found: dict[CellState, int] = {}
        for cell in self.cells:
            found[cell.state] = found.get(cell.state, 0) + 1
        return found

    def frame(self) -> pd.DataFrame:
        """Return one row per cell: what it is, its state, every score (missing where it does not apply).

        A cell that failed has no scores but what it paid for: tokens and cost.
        """
        rows = [
            {
                "variant": cell.key.variant,
                "model": cell.key.model,
                "case": cell.key.case,
                "repeat": cell.key.repeat,
                "state": cell.state,
                **{name: self._scores(cell).get(name) for name in METRICS},
                "error": cell.error,
                "error_kind": cell.error_kind,
                "attempts": cell.attempts,
                "cell_id": cell.id,
            }
            for cell in self.cells
        ]
        frame = _table(rows)
        numbers = [name for name in METRICS if name in frame]
        return frame.astype(dict.fromkeys(numbers, "float64"))

    def parquet(self, path: str | Path) -> Path:
        """Write the table of cells to a Parquet file and return its path."""
        target = Path(path)
        self.frame().to_parquet(target, index=False)
        return target

    @cached_property
    def arms(self) -> tuple[ArmSummary, ...]:
        """Every arm in summary, in the order of the experiment."""
        return tuple(
            self._arm(variant.name, model.name)
            for variant in self.spec.variants
            for model in self.spec.models
        )

    def summary(self) -> pd.DataFrame:
        """Return one row per arm."""
        rows = [
            {
                "variant": arm.variant,
                "model": arm.model,
                "done": arm.done,
                "failed": arm.failed,
                **{name: arm.means.get(name) for name in ("valid", "accepted", "expectations", "repairs")},
                **{f"pass@{k}": each.mean for k, each in arm.pass_at.items()},
                **{f"pass^{k}": each.mean for k, each in arm.pass_hat.items()},
                "seconds": arm.means.get("seconds"),
                "output_tokens": arm.means.get("output_tokens"),
                "cost_usd": arm.cost_usd,
                "cost_per_accepted_usd": arm.cost_per_accepted_usd,
            }
            for arm in self.arms
        ]
        return _table(rows)

    def compare(
        self,
        scores: Iterable[str] = COMPARED,
        *,
        baseline: str | None = None,
        about: About = "cases like these",
        alpha: float = ALPHA,
    ) -> tuple[Comparison, ...]:
        """Compare every variant with the baseline, model by model, in pairs of case and repeat.

        All comparisons are judged together (Holm), so that asking many questions makes no claim by chance.
        """
        base = baseline or self.spec.base
        names = {variant.name for variant in self.spec.variants}
        if base not in names:
            raise NotFound.among("variant", base, names)
        found = []
        for score in scores:
            if score not in METRICS:
                raise NotFound.among("score", score, METRICS)
            metric = METRICS[score]
            for model in self.spec.models:
                for variant in self.spec.variants:
                    if variant.name == base:
                        continue
                    one = compared(
                        score,
                        (variant.name, base, model.name),
                        self.values(base, model.name, score),
                        self.values(variant.name, model.name, score),
                        passes=metric.passes,
                        sign=metric.sign,
                        about=about,
                        alpha=alpha,
                    )
                    if one is not None and not _is_still(one, metric.passes):
                        found.append(one)
        return together(found, about)

    def comparison(self, *args: Any, **options: Any) -> pd.DataFrame:
        """Return `compare(...)` as a table of one row per comparison."""
        return _table([comparison_row(each) for each in self.compare(*args, **options)])

    def variance(self, score: str = "accepted") -> VarianceSplit | None:
        """Split a score's variance into model, case, their interplay, and chance between repeats."""
        return variance_split(
            (f"{cell.key.variant} · {cell.key.model}", cell.key.case, float(cell.scores[score]))
            for cell in self.cells
            if cell.scores and cell.scores.get(score) is not None
        )

    def values(self, variant: str, model: str, score: str) -> dict[tuple[str, int], float | None]:
        """Return a score of one arm by case and repeat; cells that are not done are not there."""
        return {
            (cell.key.case, cell.key.repeat): self._scores(cell).get(score)
            for cell in self._of(variant, model)
            if cell.scores is not None
        }

    def _of(self, variant: str, model: str) -> list[Cell]:
        return self._by_arm.get((variant, model), [])

    @cached_property
    def _by_arm(self) -> dict[tuple[str, str], list[Cell]]:
        found: dict[tuple[str, str], list[Cell]] = {}
        for cell in self.cells:
            found.setdefault((cell.key.variant, cell.key.model), []).append(cell)
        return found

    def _arm(self, variant: str, model: str) -> ArmSummary:
        cells = self._of(variant, model)
        done = [self._scores(cell) for cell in cells if cell.scores is not None]
        tries: dict[str, list[float]] = {}
        for cell in cells:
            if cell.scores is not None:
                tries.setdefault(cell.key.case, []).append(float(cell.scores["accepted"]))
        most = min(map(len, tries.values()), default=0)
        sizes = [k for k in (1, 2, 3, 5, 10) if k <= most]
        given = self.spec.model(model).given
        cost = _total(self._cost_usd(cell, given) for cell in cells if self._has_paid(cell))
        accepted = sum(float(scores["accepted"]) for scores in done)
        return ArmSummary(
            variant,
            model,
            len(done),
            sum(cell.state == "failed" for cell in cells),
            {name: _mean(scores.get(name) for scores in done) for name in METRICS},
            {k: found for k in sizes if (found := over_cases(tries, k)) is not None},
            {k: found for k in sizes if (found := over_cases(tries, k, every=True)) is not None},
            cost,
            None if cost is None or not accepted else cost / accepted,
        )

    def _scores(self, cell: Cell) -> Mapping[str, Any]:
        """Return a cell's scores with what it paid for; only that when it is not done."""
        paid = self._paid.get(cell.id)
        return {**(cell.scores or {}), **(paid.scores if paid else {})}

    def _has_paid(self, cell: Cell) -> bool:
        """Say whether a cell has a cost, known or not: it ended, or was answered."""
        return cell.id in self._paid or cell.state in ("done", "failed")

    def _cost_usd(self, cell: Cell, given: bool) -> float | None:
        """Return what a cell cost. Of a model given in code, nobody keeps what failed cells took."""
        if cell.id in self._paid or cell.scores is not None:
            return self._scores(cell).get("cost_usd")
        return None if given else 0.0

    def _repr_html_(self) -> str:
        return str(self.summary().to_html(index=False, na_rep="", float_format="{:.3g}".format))

    def __repr__(self) -> str:
        told = ", ".join(f"{count} {state}" for state, count in self.counts.items())
        return f"Results({self.spec.name!r}: {told})"


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas  # noqa: ICN001 - it takes seconds to load, and most of what results do needs none of it

    return pandas.DataFrame(rows)


def comparison_row(each: Comparison) -> dict[str, Any]:
    """Return a comparison as plain data."""
    return {
        "score": each.score,
        "variant": each.arm,
        "baseline": each.baseline,
        "model": each.model,
        "pairs": len(each.pairs),
        "cases": len(each.pairs.groups),
        "left_out": each.pairs.left_out,
        "difference": each.difference,
        "low": each.interval.low if each.interval else None,
        "high": each.interval.high if each.interval else None,
        "interval": each.interval.method if each.interval else None,
        "gained": each.gained,
        "lost": each.lost,
        "test": each.test,
        "p": each.p,
        "p_adjusted": each.p_adjusted,
        "compared_together": each.family,
        "verdict": each.verdict,
        "more": each.more.told if each.more else "",
    }


def _is_still(one: Comparison, passes: bool) -> bool:
    """Say whether a measured score is the same everywhere, such as tokens of a model that has none."""
    return not passes and not one.pairs.differences.any()


def _mean(values: Iterable[Any]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _total(values: Iterable[Any]) -> float | None:
    listed = list(values)
    return None if not listed or any(value is None for value in listed) else float(sum(listed))
