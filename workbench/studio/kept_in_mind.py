"""What an answer says about tastes that a prompt told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbench.brain.plan import Plan
from workbench.memory.evidence import KEYS, NOT_TO_BE_HAD, Evidence

_MOST_TOLD = 4


def rules_told(plan: Plan, learned: Sequence[Evidence]) -> Plan:
    """Return the plan with the rules its prompt gave ("from now on", "never") told beside what is done."""
    rules = [each for each in learned if each.standing]
    return replace(plan, assumed=(*plan.assumed, _said(rules))) if plan.steps and rules else plan


def kept_in_mind(plan: Plan, learned: Sequence[Evidence]) -> Plan:
    """Return the plan with what was learned in its words: a taste that was understood is no failure."""
    if plan.steps or plan.outcome not in ("cannot", "answer") or not learned:
        return plan
    if "did not understand" in plan.message:
        return replace(plan, outcome="answer", message=_said(learned))
    rules = [each for each in learned if each.standing]
    return replace(plan, message=f"{plan.message} {_said(rules)}") if rules else plan


def _said(learned: Sequence[Evidence]) -> str:
    told = list(dict.fromkeys(_told(each) for each in learned))[:_MOST_TOLD]
    wanted = ((each.key, each.value) for each in learned if each.sign > 0)
    never = dict.fromkeys(NOT_TO_BE_HAD[taste] for taste in wanted if taste in NOT_TO_BE_HAD)
    but = "".join(f" But {why}." for why in never)
    return f"I will keep in mind: {', '.join(told)}.{but} studio.memory shows and forgets it."


def _told(evidence: Evidence) -> str:
    no = "no " if evidence.sign < 0 else ""
    return f"{no}{evidence.value} ({KEYS[evidence.key].label})"
