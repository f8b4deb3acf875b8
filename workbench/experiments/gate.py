"""A gate for unattended runs: conditions such as `valid>=0.9`, held against an experiment's results.

A condition names a score (its mean over cells that are done), or `pass@3`, `pass^3`, `failed` (the share of
cells that could not be answered) or `cost_usd` (all that was paid, also in failed cells). It holds when it
holds for every arm; `accepted>=0.8 of terse` is about one variant, and `no worse than ours` about the
comparison with it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workbench.errors import InputError, NotFound
from workbench.experiments.results import ArmSummary, Results
from workbench.experiments.scores.scoring import METRICS
from workbench.experiments.statistics.verdict import Comparison

_SIGNS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
}
_FORM = re.compile(r"\s*([\w@^]+)\s*(>=|<=|==|>|<)\s*(-?\d+(?:\.\d+)?)(%?)\s*(?:of\s+(.+?))?\s*")
_NO_WORSE = re.compile(r"\s*(?:([\w@]+)\s+)?no worse than\s+(.+?)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Held:
    """One condition and whether it held, with what was measured."""

    condition: str
    held: bool
    told: str


def judged(conditions: Iterable[str], results: Results) -> tuple[Held, ...]:
    """Hold every condition against the results. An experiment without a cell done passes no gate."""
    return tuple(_judged(condition, results) for condition in conditions)


def checked(condition: str) -> str:
    """Return the condition when it can be read; raises InputError before anything is paid for."""
    if _NO_WORSE.fullmatch(condition):
        return condition
    match = _FORM.fullmatch(condition)
    if match is None:
        raise InputError(f"{condition!r} is no condition.", remedy='Write it as "valid>=0.9".')
    if not _is_known(match[1]):
        raise NotFound.among("score", match[1], {*METRICS, "failed", "pass@1", "pass^1"})
    return condition


def _judged(condition: str, results: Results) -> Held:
    if no_worse := _NO_WORSE.fullmatch(condition):
        return _no_worse(condition, no_worse[1] or "accepted", no_worse[2], results)
    match = _FORM.fullmatch(checked(condition))
    assert match is not None
    name, sign, number, percent, variant = match.groups()
    wanted = float(number) / (100 if percent else 1)
    arms = [arm for arm in results.arms if variant in (None, arm.variant)]
    if not arms:
        raise NotFound.among("variant", str(variant), {arm.variant for arm in results.arms})
    told, held = [], True
    for arm in arms:
        value = _value(name, arm)
        held = held and value is not None and _SIGNS[sign](value, wanted)
        shown = "unknown" if value is None else f"{value:.4g}"
        told.append(f"{arm.variant} · {arm.model}: {shown}")
    return Held(condition, held, "; ".join(told))


def _no_worse(condition: str, score: str, baseline: str, results: Results) -> Held:
    found = results.compare((score,), baseline=baseline)
    worse = [_told(each) for each in found if each.verdict == "worse"]
    blank = not found or any(each.verdict == "nothing compared" for each in found)
    otherwise = "nothing could be compared" if blank else "none is shown to be worse"
    return Held(condition, not blank and not worse, "; ".join(worse) or otherwise)


def _told(each: Comparison) -> str:
    return f"{each.arm} · {each.model}: {each.difference:+.3g}"


def _is_known(name: str) -> bool:
    return name in METRICS or name == "failed" or re.fullmatch(r"pass[@^]\d+", name) is not None


def _value(name: str, arm: ArmSummary) -> float | None:
    if not arm.done:
        return None
    if name == "failed":
        return arm.failed / (arm.done + arm.failed)
    if name == "cost_usd":
        return arm.cost_usd
    if match := re.fullmatch(r"pass([@^])(\d+)", name):
        found = (arm.pass_at if match[1] == "@" else arm.pass_hat).get(int(match[2]))
        return found.mean if found else None
    return arm.means.get(name)
