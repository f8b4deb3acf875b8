"""How much more work would decide what is undecided: repeats, when they can, else cases."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from workbench.experiments.statistics.distributions import t_quantile
from workbench.experiments.statistics.pairs import About, Pairs

POWER = 0.8
MOST = 10_000


@dataclass(frozen=True, slots=True)
class MoreWork:
    """Repeats and cases to add, each alone; None: that alone would not do. `told` says it in words."""

    repeats: int | None
    cases: int | None
    told: str


def more_work(
    pairs: Pairs, *, alpha: float = 0.05, power: float = POWER, about: About = "cases like these"
) -> MoreWork:
    """Return what to add so that a difference of the size seen is found with that power at that level."""
    seen = abs(pairs.mean)
    cases = len(pairs.groups)
    if not len(pairs) or seen < 1e-12:
        return MoreWork(None, None, "No difference is seen at all, so there is nothing to confirm.")
    repeats = len(pairs) / cases
    within = pairs.within_variance
    between = pairs.between_variance if about == "cases like these" else 0.0
    noise = within or 0.0
    if between + noise < 1e-12:
        return MoreWork(
            None, max(0, 6 - cases), "Every case agrees; more cases would show how general that is."
        )
    more_repeats = None
    if within is not None:
        more_repeats = _repeats(seen, between, noise, cases, repeats, alpha, power, about)
    more_cases = _cases(seen, between + noise / repeats, cases, alpha, power) if about == ABOUT_LIKE else None
    return MoreWork(more_repeats, more_cases, _told(more_repeats, more_cases, within))


ABOUT_LIKE: About = "cases like these"


def _reach(freedom: float, alpha: float, power: float) -> float:
    return t_quantile(1 - alpha / 2, freedom) + t_quantile(power, freedom)


def _repeats(
    seen: float,
    between: float,
    within: float,
    cases: int,
    repeats: float,
    alpha: float,
    power: float,
    about: About,
) -> int | None:
    """Return how many more repeats make the standard error small enough; None when cases hold it up."""
    if about == ABOUT_LIKE and cases < 2:
        return None
    freedom = cases - 1.0 if about == ABOUT_LIKE else max(1.0, cases * (repeats - 1))
    wanted = (seen / _reach(freedom, alpha, power)) ** 2
    room = wanted - between / cases
    if room <= 0:
        return None
    needed = ceil(within / (cases * room))
    more = max(0, needed - int(repeats))
    return more if more <= MOST else None


def _cases(seen: float, variance: float, cases: int, alpha: float, power: float) -> int | None:
    needed = max(2, cases)
    while needed < MOST and variance / needed > (seen / _reach(needed - 1.0, alpha, power)) ** 2:
        needed = needed + 1 if needed < 100 else ceil(needed * 1.02)
    return None if needed >= MOST else needed - cases


def _told(repeats: int | None, cases: int | None, within: float | None) -> str:
    if repeats == 0 or cases == 0:
        return "There is enough to find a difference of this size; what is seen is near the edge."
    more_cases = f"about {cases} more cases" if cases else ""
    if repeats is not None:
        either = f", or {more_cases}" if more_cases else ""
        return f"About {repeats} more repeats would decide this{either}."
    if more_cases:
        why = "With one repeat it is not known what repeats would do" if within is None else _HELD_UP
        return f"{why}; {more_cases} would decide this."
    return "More of the same would not decide this."


_HELD_UP = "More repeats alone would not decide this, because cases differ"
