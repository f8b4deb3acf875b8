"""What an answer says about tastes that a prompt told, where nothing else could be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbench.brain.plan import Plan
from workbench.memory.evidence import KEYS, Evidence

_MOST_TOLD = 4


def kept_in_mind(plan: Plan, learned: Sequence[Evidence]) -> Plan:
    """Return the plan with what was learned in its words: a taste that was understood is no failure."""
    if plan.steps or plan.outcome not in ("cannot", "answer") or not learned:
        return plan
    told = dict.fromkeys(_told(each) for each in learned)
    said = f"I will keep in mind: {', '.join(list(told)[:_MOST_TOLD])}. studio.memory shows and forgets it."
    if "did not understand" in plan.message:
        return replace(plan, outcome="answer", message=said)
    return replace(plan, message=f"{plan.message} {said}")


def _told(evidence: Evidence) -> str:
    no = "no " if evidence.sign < 0 else ""
    return f"{no}{evidence.value} ({KEYS[evidence.key].label})"
