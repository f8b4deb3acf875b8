"""From what came of a cell to its scores: numbers that can be compared, None where one does not apply."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.brain.model import Usage
from workbench.experiments.scores.registry import Outcome
from workbench.studio.evaluator import Checked
from workbench.studio.rewriting import MOST_REPAIRS
from workbench.studio.take import Take

PASSING = (*(f"valid@{repairs}" for repairs in range(MOST_REPAIRS + 1)), "valid", "met", "accepted")
"""Scores that are pass or fail."""
BETTER_LOW = frozenset(
    {
        "errors",
        "warnings",
        "repairs",
        "seconds",
        "first_token_seconds",
        "input_tokens",
        "output_tokens",
        "cost_usd",
    }
)
"""Scores of which less is better."""
JUDGED = frozenset({"judged"})
"""Scores that a model gave, marked as such wherever they are shown."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A score by name: what it says, whether it is pass or fail, which way is better."""

    name: str
    about: str

    @property
    def passes(self) -> bool:
        """Whether it is pass or fail."""
        return self.name in PASSING

    @property
    def sign(self) -> int:
        """1 when more is better, -1 when less is."""
        return -1 if self.name in BETTER_LOW else 1

    @property
    def judged(self) -> bool:
        """Whether a model gave it."""
        return self.name in JUDGED


METRICS = {
    each.name: each
    for each in (
        Metric("valid", "every step was done and every scene it touched paints without errors"),
        *(Metric(f"valid@{n}", f"valid after at most {n} repairs") for n in range(MOST_REPAIRS + 1)),
        Metric("met", "every expectation holds"),
        Metric("accepted", "valid, and every expectation holds"),
        Metric("expectations", "share of the expectations that hold"),
        Metric("errors", "error findings left in the scenes it touched"),
        Metric("warnings", "warnings left in the scenes it touched"),
        Metric("repairs", "times the model was asked to mend what it had written"),
        Metric("locality", "share of an edit's changes that lie on what it was about"),
        Metric("seconds", "seconds spent deciding and writing"),
        Metric("first_token_seconds", "seconds until the first letter of source"),
        Metric("input_tokens", "tokens the models were told, in all attempts"),
        Metric("output_tokens", "tokens the models answered, in all attempts"),
        Metric("cost_usd", "US dollars of all attempts, unknown when a price is; a judge's are not in it"),
        Metric("judged", "share of the checklist that a model says yes to, by looking at frames"),
    )
}


def scored(
    take: Take | None, scenes: Sequence[Checked], outcomes: Sequence[Outcome], used: Sequence[Usage]
) -> dict[str, float | None]:
    """Return every score of a cell; without a take (the model could not do it) it is not valid.

    `used` is what the calls took that were answered.
    """
    touched = [shot.checked for shot in take.shots] if take else []
    errors = _count(touched, "error")
    did = bool(take and take.steps) and take is not None and take.ok
    valid = did and bool(scenes) and not errors
    repairs = sum(step.repairs for step in take.steps) if take else 0
    most = max((step.repairs for step in take.steps), default=0) if take else 0
    met = all(outcome.seen.holds for outcome in outcomes)
    scores: dict[str, float | None] = {
        "valid": float(valid),
        **{f"valid@{allowed}": float(valid and most <= allowed) for allowed in range(MOST_REPAIRS + 1)},
        "met": float(met) if outcomes else None,
        "accepted": float(valid and met),
        "expectations": _share(outcome.seen.holds for outcome in outcomes),
        "errors": float(errors) if take else None,
        "warnings": float(_count(touched, "warning")) if take else None,
        "repairs": float(repairs) if take else None,
        "locality": _locality(take),
        "judged": None,
    }
    return {**scores, **_spent(take, used)}


def findings_by_code(scenes: Iterable[Checked]) -> dict[str, int]:
    """Return how many findings of each code there are, errors and warnings."""
    found = Counter(each.code for scene in scenes for each in scene.findings if each.severity != "info")
    return dict(sorted(found.items()))


def _spent(take: Take | None, usage: Sequence[Usage]) -> Mapping[str, float | None]:
    first = [each.first_token_seconds for each in usage if each.first_token_seconds is not None]
    seconds = take.seconds["deciding"] + take.seconds["writing"] if take else None
    return {
        "seconds": seconds,
        "first_token_seconds": first[0] if first else None,
        "input_tokens": _total([each.input_tokens for each in usage]),
        "output_tokens": _total([each.output_tokens for each in usage]),
        "cost_usd": _total([each.cost_usd for each in usage]),
    }


def _total(values: Sequence[Any]) -> float | None:
    """Return the sum; None when one of them, or all, are unknown."""
    return None if not values or any(value is None for value in values) else float(sum(values))


def _count(scenes: Sequence[Checked], severity: str) -> int:
    return sum(each.severity == severity for scene in scenes for each in scene.findings)


def _locality(take: Take | None) -> float | None:
    known = [step.locality for step in take.steps if step.locality is not None] if take else []
    return min(known) if known else None


def _share(held: Iterable[bool]) -> float | None:
    known = list(held)
    return sum(known) / len(known) if known else None
