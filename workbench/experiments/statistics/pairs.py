"""Two arms, compared case by case and repeat by repeat.

Cases differ far more than prompts do. A comparison of two averages drowns the prompt's effect in the cases';
the difference within each case does not. Repeats of one case are not independent of each other, so whatever
is said about cases counts cases, not repeats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
About = Literal["cases like these", "these cases"]
"""What is concluded about: the kind of cases these are examples of, or these very ones."""
ABOUT: tuple[About, ...] = ("cases like these", "these cases")


@dataclass(frozen=True, eq=False)
class Pairs:
    """Differences (the arm minus the baseline) with the case each belongs to.

    `left_out` counts the cells of either arm that have no partner; `base` holds the baseline's values, when
    they are known.
    """

    differences: Floats
    cases: tuple[str, ...]
    left_out: int = 0
    base: Floats | None = None

    @classmethod
    def of(
        cls, base: Mapping[tuple[str, int], float | None], arm: Mapping[tuple[str, int], float | None]
    ) -> Pairs:
        """Pair values by case and repeat; what is None on either side is left out."""
        known_base = {key: value for key, value in base.items() if value is not None}
        known_arm = {key: value for key, value in arm.items() if value is not None}
        both = sorted(known_base.keys() & known_arm.keys())
        level = np.array([known_base[key] for key in both], dtype=float)
        values = np.array([known_arm[key] for key in both], dtype=float) - level
        left = len(base.keys() | arm.keys()) - len(both)
        return cls(values, tuple(case for case, _ in both), left, level)

    def __len__(self) -> int:
        return len(self.differences)

    @cached_property
    def alike(self) -> bool:
        """Whether every pair came out the same with both arms."""
        return not (np.abs(self.differences) > 1e-12).any()

    @cached_property
    def all_nothing(self) -> bool:
        """Whether every value of both arms is zero, such as when no pair passed with either."""
        return len(self) > 0 and self.base is not None and self.alike and not self.base.any()

    @cached_property
    def groups(self) -> tuple[Floats, ...]:
        """The differences of each case, cases in alphabetical order."""
        names = np.array(self.cases)
        return tuple(self.differences[names == case] for case in sorted(set(self.cases)))

    @cached_property
    def case_means(self) -> Floats:
        """The mean difference of each case."""
        return np.array([group.mean() for group in self.groups])

    @property
    def mean(self) -> float:
        """The mean difference, every case weighing the same."""
        return float(self.case_means.mean()) if len(self) else float("nan")

    @cached_property
    def within_variance(self) -> float | None:
        """The variance of a difference within its case, pooled; None without repeats."""
        free = sum(len(group) - 1 for group in self.groups)
        if free == 0:
            return None
        return float(sum(((group - group.mean()) ** 2).sum() for group in self.groups) / free)

    @cached_property
    def between_variance(self) -> float:
        """The variance of cases' true mean differences; all of what is seen when there are no repeats."""
        if len(self.groups) < 2:
            return 0.0
        seen = float(self.case_means.var(ddof=1))
        if self.within_variance is None:
            return seen
        noise = self.within_variance * float(np.mean([1 / len(group) for group in self.groups]))
        return max(0.0, seen - noise)
