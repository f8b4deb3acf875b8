"""The few distributions that are needed, from `scipy.special`, which loads far sooner than `scipy.stats`."""

from __future__ import annotations

from math import comb

from scipy import special


def t_quantile(share: float, freedom: float) -> float:
    """Return the value below which Student's t lies with that probability."""
    return float(special.stdtrit(freedom, share))


def t_both_tails(value: float, freedom: float) -> float:
    """Return the probability that Student's t lies farther from zero than `value`."""
    return float(2 * special.stdtr(freedom, -abs(value)))


def normal_quantile(share: float) -> float:
    """Return the value below which the standard normal lies with that probability."""
    return float(special.ndtri(share))


def coin_both_tails(heads: int, tosses: int) -> float:
    """Return the probability of a fair coin that is at least as uneven as `heads` in so many tosses."""
    fewer = min(heads, tosses - heads)
    ways = sum(comb(tosses, count) for count in range(fewer + 1))
    return min(1.0, float(2 * ways / 2**tosses))
