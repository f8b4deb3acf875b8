"""What blind side-by-side ratings say: strengths of arms (Bradley-Terry 1952), and whether raters agree.

A tie counts as half a win for each. Half an invisible tie between every two neighbours keeps an arm that won
every time from being infinitely strong. The interval comes from drawing whole cases, because ratings of one
case are not independent; with fewer than five cases, from the curvature of the likelihood.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.experiments.statistics.distributions import normal_quantile
from workbench.experiments.statistics.pairs import Floats

DRAWS = 400
LEAST_CASES = 5
_PRIOR = 0.5
_STEPS = 200


@dataclass(frozen=True, slots=True)
class Duel:
    """One comparison: `won` is 1 when the first arm was better, 0 when the second was, 0.5 for a tie."""

    first: str
    second: str
    won: float
    case: str = ""


@dataclass(frozen=True, slots=True)
class Strength:
    """An arm's strength: the chance that it is preferred to the average arm, with its interval."""

    arm: str
    preferred: float
    low: float
    high: float
    duels: int


def strengths(duels: Sequence[Duel], *, confidence: float = 0.95, seed: int = 0) -> tuple[Strength, ...]:
    """Return every arm's strength, the strongest first."""
    if not duels:
        return ()
    arms = sorted({duel.first for duel in duels} | {duel.second for duel in duels})
    fitted = fit(_table(duels, arms))
    cases = sorted({duel.case for duel in duels})
    if len(cases) >= LEAST_CASES:
        low, high = _by_cases(duels, arms, cases, confidence, seed)
    else:
        low, high = _by_curvature(_table(duels, arms), fitted, confidence)
    counts = [sum(arm in (duel.first, duel.second) for duel in duels) for arm in arms]
    found = [
        Strength(arm, _chance(fitted[n]), _chance(low[n]), _chance(high[n]), counts[n])
        for n, arm in enumerate(arms)
    ]
    return tuple(sorted(found, key=lambda each: -each.preferred))


def fit(wins: Floats) -> Floats:
    """Return log strengths that sum to zero, by Newton's method on the wins (arm by arm) with the prior.

    Further axes in front are fitted side by side.
    """
    count = wins.shape[-1]
    wins = wins + _PRIOR / 2 * (1 - np.eye(count))
    games = wins + np.swapaxes(wins, -1, -2)
    theta = np.zeros(wins.shape[:-1])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(theta[..., None, :] - theta[..., :, None]))
        slope = wins.sum(axis=-1) - (games * chances * (1 - np.eye(count))).sum(axis=-1)
        curve = _curvature(games, chances) + 1 / count
        step = np.linalg.solve(curve, slope[..., None])[..., 0]
        theta = theta + np.clip(step, -2, 2)
        theta = theta - theta.mean(axis=-1, keepdims=True)
        if np.abs(step).max() < 1e-9:
            break
    return theta


def agreement(ratings: Mapping[Hashable, Mapping[str, str]]) -> float | None:
    """Return Krippendorff's alpha of nominal verdicts by rater, for each thing rated; None without overlap.

    1 is perfect agreement, 0 what chance gives; things that one rater alone has seen do not count.
    """
    units = [list(by_rater.values()) for by_rater in ratings.values() if len(by_rater) > 1]
    kinds = sorted({verdict for unit in units for verdict in unit})
    if not units or len(kinds) < 2:
        return 1.0 if units else None
    place = {verdict: number for number, verdict in enumerate(kinds)}
    together = np.zeros((len(kinds), len(kinds)))
    for unit in units:
        tally = np.bincount([place[verdict] for verdict in unit], minlength=len(kinds)).astype(float)
        together += (np.outer(tally, tally) - np.diag(tally)) / (len(unit) - 1)
    totals = together.sum(axis=1)
    whole = totals.sum()
    seen = whole - np.trace(together)
    by_chance = (whole**2 - (totals**2).sum()) / (whole - 1)
    return float(1 - seen / by_chance)


def _table(duels: Sequence[Duel], arms: Sequence[str]) -> Floats:
    place = {arm: number for number, arm in enumerate(arms)}
    wins = np.zeros((len(arms), len(arms)))
    for duel in duels:
        wins[place[duel.first], place[duel.second]] += duel.won
        wins[place[duel.second], place[duel.first]] += 1 - duel.won
    return wins


def _curvature(games: Floats, chances: Floats) -> Floats:
    weights = games * chances * (1 - chances) * (1 - np.eye(games.shape[-1]))
    curve: Floats = weights.sum(axis=-1)[..., None] * np.eye(games.shape[-1]) - weights
    return curve


def _by_cases(
    duels: Sequence[Duel], arms: Sequence[str], cases: Sequence[str], confidence: float, seed: int
) -> tuple[Floats, Floats]:
    tables = np.stack([_table([duel for duel in duels if duel.case == case], arms) for case in cases])
    chance = np.random.default_rng(seed)
    drawn = chance.multinomial(len(cases), np.full(len(cases), 1 / len(cases)), size=DRAWS)
    fits = fit(np.tensordot(drawn.astype(float), tables, axes=1))
    low, high = np.quantile(fits, [0.5 - confidence / 2, 0.5 + confidence / 2], axis=0)
    return low, high


def _by_curvature(wins: Floats, theta: Floats, confidence: float) -> tuple[Floats, Floats]:
    wins = wins + _PRIOR / 2 * (1 - np.eye(len(wins)))
    chances = 1 / (1 + np.exp(theta[None, :] - theta[:, None]))
    errors = np.sqrt(np.clip(np.diag(np.linalg.pinv(_curvature(wins + wins.T, chances))), 0, None))
    reach = normal_quantile(0.5 + confidence / 2) * errors
    return theta - reach, theta + reach


def _chance(theta: float) -> float:
    return float(1 / (1 + np.exp(-theta)))
