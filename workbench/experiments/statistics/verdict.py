"""One arm against the baseline in one score: the difference, its interval, a p-value, and a plain verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from workbench.experiments.statistics.exact import discordant, holm, mcnemar, sign_flip
from workbench.experiments.statistics.intervals import Interval, Method, interval, t_test
from workbench.experiments.statistics.pairs import About, Pairs
from workbench.experiments.statistics.power import MoreWork, more_work

ALPHA = 0.05
Words = Literal["better", "worse", "no difference shown", "nothing compared"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """An arm against the baseline. `p_adjusted` is after Holm over everything compared together.

    `gained` and `lost` count pairs that pass with one arm alone (pass or fail scores only).
    """

    score: str
    arm: str
    baseline: str
    model: str
    pairs: Pairs
    interval: Interval | None
    p: float
    test: str
    sign: int = 1
    gained: int | None = None
    lost: int | None = None
    p_adjusted: float = 1.0
    family: int = 1
    more: MoreWork | None = None
    alpha: float = ALPHA

    @property
    def difference(self) -> float:
        """The mean difference: the arm minus the baseline, every case weighing the same."""
        return self.pairs.mean

    @property
    def passes(self) -> bool:
        """Whether the score is pass or fail."""
        return self.gained is not None

    @property
    def shown(self) -> bool:
        """Whether a difference is shown, within everything that was compared."""
        return self.p_adjusted <= self.alpha

    @property
    def verdict(self) -> Words:
        """Say which is better; nothing is claimed that the data do not show.

        Where every pair failed with both, nothing was compared, which is not the same as no difference.
        """
        if self.passes and self.pairs.all_nothing:
            return "nothing compared"
        if not self.shown:
            return "no difference shown"
        return "better" if self.difference * self.sign > 0 else "worse"


def compared(
    score: str,
    names: tuple[str, str, str],
    base: Mapping[tuple[str, int], float | None],
    arm: Mapping[tuple[str, int], float | None],
    *,
    passes: bool,
    sign: int = 1,
    about: About = "cases like these",
    method: Method = "t",
    alpha: float = ALPHA,
) -> Comparison | None:
    """Compare an arm with the baseline (names: arm, baseline, model); None when nothing can be paired."""
    pairs = Pairs.of(base, arm)
    if not len(pairs):
        return None
    p, test = _tested(pairs, passes, about)
    found = interval(pairs, confidence=1 - alpha, about=about, method=method, passes=passes)
    gained, lost = discordant(pairs) if passes else (None, None)
    return Comparison(score, *names, pairs, found, p, test, sign, gained, lost, p, alpha=alpha)


def together(found: Sequence[Comparison], about: About = "cases like these") -> tuple[Comparison, ...]:
    """Adjust p-values for everything that is compared together, and say what would decide the rest."""
    adjusted = holm(np.array([each.p for each in found])) if found else ()
    family = len(found)
    judged = [
        replace(each, p_adjusted=float(p), family=family) for each, p in zip(found, adjusted, strict=True)
    ]
    return tuple(
        each
        if each.shown
        else replace(
            each, more=more_work(each.pairs, alpha=each.alpha / family, about=about, passes=each.passes)
        )
        for each in judged
    )


def _tested(pairs: Pairs, passes: bool, about: About) -> tuple[float, str]:
    single = len(pairs) == len(pairs.groups)
    if passes and (single or about == "these cases"):
        return mcnemar(*discordant(pairs)), "McNemar, exact"
    if about == "these cases":
        return sign_flip(pairs.differences), "sign flips of pairs"
    if passes:
        return sign_flip(pairs.case_means), "sign flips of cases"
    return t_test(pairs, about), "t, by case"
