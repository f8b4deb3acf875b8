"""From scene source to a scene graph and findings."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from workbench.scene.admit import Refused, admit
from workbench.scene.diagnose import diagnose
from workbench.scene.faults import NOT_STARTED_FIX, explain, not_started, unknown_param, unusable_params
from workbench.scene.finding import Finding, worst
from workbench.scene.format import SAFE_MARGIN, SHORT_SIDE, Format
from workbench.scene.graph import Graph
from workbench.scene.limits import Limits
from workbench.scene.located import locate
from workbench.scene.sandbox import CheckFailed, Sandbox, shared_sandbox
from workbench.scene.source import parse, used_params
from workbench.scene.unrolled import placed

_WIDE = Format()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a source gave: the graph, or None when it is broken; findings by line; seconds by step."""

    graph: Graph | None
    findings: tuple[Finding, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def ok(self) -> bool:
        """True when there is a graph and no finding is an error."""
        return self.graph is not None and worst(self.findings) != "error"


def evaluate(
    source: str,
    format: Format = _WIDE,  # noqa: A002 - the language's word for it
    *,
    duration_seconds: float = 5.0,
    params: Mapping[str, object] | None = None,
    sandbox: Sandbox | None = None,
) -> Evaluation:
    """Check `source`, run it in a worker and return its graph and findings; bad source never raises."""
    sandbox = sandbox or shared_sandbox()
    began = time.perf_counter()
    parsed = parse(source, sandbox.limits)
    if parsed.tree is None or parsed.findings:
        return Evaluation(None, parsed.findings)
    if params and (findings := unusable_params(params, parsed.text)):
        return Evaluation(None, findings)
    try:
        reports = sandbox.check(parsed.text)
    except CheckFailed as error:
        return Evaluation(None, (_unchecked(error, sandbox.limits),))
    seconds = {"types": time.perf_counter() - began}
    if findings := diagnose(reports, parsed.nodes, parsed.text, sandbox.limits.findings):
        return Evaluation(None, findings, seconds)
    located = locate(parsed.text, parsed.nodes)
    began = time.perf_counter()
    given = _given(format, duration_seconds, params or {}, sandbox.limits)
    outcome = sandbox.run(located.text, given)
    seconds["run"] = time.perf_counter() - began
    if outcome.result is None:
        assert outcome.fault is not None
        fault = placed(outcome.fault, located.text, lambda text: sandbox.run(text, given))
        return Evaluation(None, (explain(fault, located, sandbox.limits),), seconds)
    began = time.perf_counter()
    try:
        graph = admit(outcome.result, format, duration_seconds, used_params(parsed.nodes), sandbox.limits)
    except Refused as refusal:
        return Evaluation(None, (refusal.finding,), seconds)
    seconds["admit"] = time.perf_counter() - began
    known = tuple(param.name for param in graph.params)
    strays = tuple(unknown_param(name, known) for name in params or {} if name not in known)
    return Evaluation(graph, strays, seconds)


def _unchecked(error: CheckFailed, limits: Limits) -> Finding:
    if error.timed_out:
        words = f"The type check took more than {limits.check_seconds:g} seconds."
        return Finding("limit-time", "error", words, "Write the source in simpler parts.", 1, 1)
    if error.not_started:
        return Finding("sandbox", "error", not_started(error.not_started), NOT_STARTED_FIX, 1, 1)
    words = "The worker that checked this source was lost."
    return Finding("sandbox", "error", words, "Simplify the source; the next check has a new worker.", 1, 1)


def _given(
    shape: Format, duration_seconds: float, params: Mapping[str, object], limits: Limits
) -> dict[str, Any]:
    return {
        "given_width": shape.design_width,
        "given_height": shape.design_height,
        "given_fps": shape.fps,
        "given_duration": duration_seconds,
        "given_aspect": shape.aspect,
        "margin": SAFE_MARGIN * SHORT_SIDE,
        "frames": shape.frames(duration_seconds),
        "room": limits.nodes,
        "samples": limits.samples,
        "result_room": limits.result_bytes,
        "print_room": limits.output_bytes,
        "deepest": limits.depth,
        "overrides": dict(params),
    }
