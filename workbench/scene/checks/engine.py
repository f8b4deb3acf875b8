"""All rules of the picture in one sweep."""

from __future__ import annotations

from workbench.scene.checks import contrast, light, motion, overlap, reading, sources, space
from workbench.scene.checks.rule import Rule
from workbench.scene.checks.view import Painted, View
from workbench.scene.finding import Finding
from workbench.scene.graph import Graph
from workbench.scene.staged import Staged

RULES: tuple[Rule, ...] = tuple(
    rule for family in (space, overlap, contrast, reading, motion, light, sources) for rule in family.RULES
)
"""Every rule of the picture, in the order their findings are told in."""

_GRAVITY = {"error": 0, "warning": 1, "info": 2}


def check(graph: Graph, staged: Staged, *, seen: Painted | None = None) -> tuple[Finding, ...]:
    """Return what is wrong with the picture, the gravest first; `staged` is `stage(graph, ...)`.

    A node whose `allow` names a rule is silent in that rule, and only there. With `seen` the contrast of
    texts is measured on real pixels; without, it is told from the graph.
    """
    view = View.of(graph, staged, seen)
    allowed = {node.id: node.allow for node in graph.walk()}
    findings = [finding for rule in RULES for finding in rule.run(view)]
    kept = [finding for finding in findings if finding.code not in allowed.get(finding.node or "", ())]
    return tuple(sorted(kept, key=lambda finding: _GRAVITY[finding.severity]))
