"""From scene source to a scene graph and findings."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from workbench.scene.admit import Refused, admit
from workbench.scene.finding import Finding, worst
from workbench.scene.format import SAFE_MARGIN, SHORT_SIDE, Format
from workbench.scene.graph import Graph
from workbench.scene.limits import Limits
from workbench.scene.located import Located, locate
from workbench.scene.sandbox import Fault, Sandbox, shared_sandbox
from workbench.scene.source import parse


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a source gave: the graph, or None when it is broken; findings in order of line; seconds by step."""

    graph: Graph | None
    findings: tuple[Finding, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def ok(self) -> bool:
        """True when there is a graph and no finding is an error."""
        return self.graph is not None and worst(self.findings) != "error"


def evaluate(
    source: str,
    format: Format = Format(),
    *,
    duration_seconds: float = 5.0,
    params: Mapping[str, object] | None = None,
    sandbox: Sandbox | None = None,
) -> Evaluation:
    """Check `source`, run it in a worker and return its graph and findings; bad source never raises."""
    sandbox = sandbox or shared_sandbox()
    began = time.perf_counter()
    parsed = parse(source, sandbox.limits)
    if parsed.tree is None:
        return Evaluation(None, parsed.findings)
    checked = sandbox.check(parsed.text)
    seconds = {"check": time.perf_counter() - began}
    if checked:
        return Evaluation(None, tuple(_typing(item) for item in checked), seconds)
    located = locate(parsed.text, parsed.tree)
    began = time.perf_counter()
    outcome = sandbox.run(located.text, _given(format, duration_seconds, params or {}, sandbox.limits))
    seconds["run"] = time.perf_counter() - began
    if outcome.result is None:
        assert outcome.fault is not None
        return Evaluation(None, (_broken(outcome.fault, located),), seconds)
    began = time.perf_counter()
    try:
        graph = admit(outcome.result, format, duration_seconds, frozenset())
    except Refused as refusal:
        finding = Finding(refusal.code, "error", refusal.message, refusal.fix, line=refusal.line)
        return Evaluation(None, (finding,), seconds)
    seconds["admit"] = time.perf_counter() - began
    return Evaluation(graph, (), seconds)


def _given(
    format: Format, duration_seconds: float, params: Mapping[str, object], limits: Limits
) -> dict[str, Any]:
    return {
        "given_width": format.design_width,
        "given_height": format.design_height,
        "given_fps": format.fps,
        "given_duration": duration_seconds,
        "given_aspect": format.aspect,
        "margin": SAFE_MARGIN * SHORT_SIDE,
        "frames": format.frames(duration_seconds),
        "room": limits.nodes,
        "samples": limits.samples,
        "overrides": dict(params),
    }


def _typing(item: Mapping[str, Any]) -> Finding:
    return Finding(
        "type", "error", item["message"], "Mend it.", item["location"]["row"] - 1, item["location"]["column"]
    )


def _broken(fault: Fault, located: Located) -> Finding:
    line, column, _, _ = fault.frames[-1] if fault.frames else (1, 1, 1, 1)
    return Finding(
        "runtime",
        "error",
        f"{fault.kind}: {fault.message}",
        "Mend it.",
        line,
        located.original_column(line, column),
    )
