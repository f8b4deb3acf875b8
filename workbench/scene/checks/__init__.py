"""Findings about a scene: what is wrong with the picture, where, and how to mend it."""

from workbench.scene.checks.codes import SOURCE_CODES, checks_page, explain, explanations
from workbench.scene.checks.engine import RULES, check
from workbench.scene.checks.rule import Explanation, Rule
from workbench.scene.checks.view import Painted

__all__ = [
    "RULES",
    "SOURCE_CODES",
    "Explanation",
    "Painted",
    "Rule",
    "check",
    "checks_page",
    "explain",
    "explanations",
]
