"""Looks at scenes for the tests of the checks: source in, findings of the picture out."""

from __future__ import annotations

from workbench.scene.checks import Painted, check
from workbench.scene.evaluate import evaluate
from workbench.scene.finding import Finding
from workbench.scene.format import Format
from workbench.scene.graph import Graph
from workbench.scene.measure import MonospaceMeasure
from workbench.scene.stage import stage

MEASURE = MonospaceMeasure({"logo.png": (400, 300)})


def graph_of(source: str, shape: str = "16:9", seconds: float = 5.0) -> Graph:
    """Evaluate a source that must be free of errors."""
    evaluation = evaluate(source, Format.parse(shape), duration_seconds=seconds)
    assert evaluation.graph is not None, [str(finding) for finding in evaluation.findings]
    return evaluation.graph


def findings_of(
    source: str, shape: str = "16:9", seconds: float = 5.0, seen: Painted | None = None
) -> tuple[Finding, ...]:
    """Return what the checks say about a source."""
    graph = graph_of(source, shape, seconds)
    return check(graph, stage(graph, MEASURE), seen=seen)


def codes_of(source: str, shape: str = "16:9", seconds: float = 5.0) -> list[str]:
    """Return the codes alone."""
    return [finding.code for finding in findings_of(source, shape, seconds)]


def the(code: str, source: str, seconds: float = 5.0) -> Finding:
    """Return the only finding with that code."""
    (finding,) = [finding for finding in findings_of(source, seconds=seconds) if finding.code == code]
    return finding
