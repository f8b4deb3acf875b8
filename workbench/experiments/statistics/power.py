"""How much more work would decide what is undecided: repeats, when they can, else cases."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2

from workbench.experiments.statistics.distributions import t_quantile
from workbench.experiments.statistics.pairs import About, Pairs

POWER = 0.8
ABOUT_LIKE: About = "cases like these"
MOST = 10_000


@dataclass(frozen=True, slots=True)
class MoreWork:
    """Repeats and cases to add, each alone; None: that alone would not do. `told` says it in words."""

    repeats: int | None
    cases: int | None
    told: str


def more_work(
    pairs: Pairs,
    *,
    alpha: float = 0.05,
    power: float = POWER,
    about: About = ABOUT_LIKE,
    passes: bool = False,
) -> MoreWork:
    """Return what to add so that a difference of the size seen is found with that power at that level."""
    seen = abs(pairs.mean)
    cases = len(pairs.groups)
    if not len(pairs) or seen < 1e-12:
        return MoreWork(None, None, said_of_equals(pairs, passes))
    if passes and (few := _too_few(pairs, alpha, power, about)):
        return few
    if about == ABOUT_LIKE and cases < 2:
        return MoreWork(None, None, "One case says nothing about others like it; more cases would.")
    repeats = len(pairs) / cases
    within = pairs.within_variance
    between = pairs.between_variance if about == ABOUT_LIKE else 0.0
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


def said_of_equals(pairs: Pairs, passes: bool) -> str:
    """Say what two arms show that come out the same on average."""
    count = len(pairs)
    if not count:
        return "There is no pair to compare."
    if not pairs.alike:
        return "What is gained in some cases is lost in others: on average no difference is seen."
    all_pairs = "The one pair" if count == 1 else f"All {count} pairs"
    if not passes or pairs.base is None:
        return f"{all_pairs} measured the same with both."
    if pairs.all_nothing:
        return f"{all_pairs} failed with both, so nothing could be compared."
    if pairs.base.all():
        return f"{all_pairs} passed with both: only harder cases could tell them apart."
    return f"{all_pairs} came out the same with both: only other cases could tell them apart."


def _too_few(pairs: Pairs, alpha: float, power: float, about: About) -> MoreWork | None:
    """Return what to add where so few units could not show a difference even if it were in all of them.

    Both exact tests flip signs: with `n` units that differ, no p-value is below 2 ** (1 - n).
    """
    cases = len(pairs.groups)
    units = pairs.case_means if about == ABOUT_LIKE else pairs.differences
    needed = ceil(1 - log2(alpha))
    if len(units) >= needed:
        return None
    differ = max(1, int((abs(units) > 1e-12).sum()))
    more = ceil(needed * len(units) / differ) - len(units)
    unit = "case" if about == ABOUT_LIKE else "pair"
    few = _several(len(units), unit)
    told = f"{few} cannot show a difference, even one in all of them: it takes {needed} that differ"
    if about == ABOUT_LIKE:
        spread = _cases(abs(pairs.mean), float(units.var()), cases, alpha, power)
        more = max(more, spread or 0)
        return MoreWork(None, more, f"{told}, about {_several(more, 'more case')}.")
    repeats = ceil(more / cases)
    return MoreWork(repeats, None, f"{told}, about {_several(repeats, 'more repeat')}.")


def _several(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


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
    more_cases = f"about {_several(cases, 'more case')}" if cases else ""
    if repeats is not None:
        either = f", or {more_cases}" if more_cases else ""
        return f"About {_several(repeats, 'more repeat')} would decide this{either}."
    if more_cases:
        why = "With one repeat it is not known what repeats would do" if within is None else _HELD_UP
        return f"{why}; {more_cases} would decide this."
    return "More of the same would not decide this."


_HELD_UP = "More repeats alone would not decide this, because cases differ"
