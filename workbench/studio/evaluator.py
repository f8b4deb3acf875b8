"""Source in, everything known about it out: graph, staged scene, findings, timings; cached.

One engine serves preview, save, ask, check, experiments and the command line, so that they can never
disagree about what is wrong with a scene.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

from workbench.errors import SceneBroken
from workbench.kept import Kept
from workbench.render.assets import Assets
from workbench.render.shaping import HarfbuzzMeasure
from workbench.scene.checks import check
from workbench.scene.evaluate import evaluate
from workbench.scene.excerpt import Excerpt
from workbench.scene.finding import Finding, Severity, worst
from workbench.scene.format import Format
from workbench.scene.graph import Graph
from workbench.scene.sandbox import Sandbox
from workbench.scene.stage import stage
from workbench.scene.staged import Staged
from workbench.spans import count, span

ALL_OF_IT = Excerpt()
BYTES_KEPT = 96 * 2**20
"""What all evaluations that are kept may take together, by the estimate below."""
IDLE_SECONDS = 900.0
_ITEM_BYTES, _ITEM_FRAME_BYTES = 4000, 112
"""What an item of a staged scene takes, by itself and for each frame: 1 MB for 60 items and 150 frames."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that decides what a scene looks like; `excerpt` is the part of its performance it plays."""

    source: str
    format: Format
    duration_seconds: float = 5.0
    params: Mapping[str, Any] = field(default_factory=dict)
    assets: Assets = field(default_factory=Assets)
    assets_key: str = ""
    excerpt: Excerpt = ALL_OF_IT

    @property
    def performance_seconds(self) -> float:
        """How long the source runs: its `duration`. A scene that was split shows only some of it."""
        return self.excerpt.performance_seconds(self.duration_seconds)

    @property
    def key(self) -> str:
        """A text that is equal for equal pictures; `assets_key` stands for the pictures' content."""
        rest = [str(self.format), self.duration_seconds, dict(self.params), self.assets_key]
        rest += [self.excerpt.begin_seconds, self.excerpt.of_seconds]
        return f"{json.dumps(rest, sort_keys=True)}\0{self.source}"


@dataclass(frozen=True, slots=True, repr=False)
class Checked:
    """A draft with what came of it; `graph` and `staged` are None when the source is broken."""

    draft: Draft
    graph: Graph | None
    staged: Staged | None
    findings: tuple[Finding, ...]
    seconds: Mapping[str, float]

    def __repr__(self) -> str:
        return f"Checked({'ok' if self.ok else 'broken'}, findings={len(self.findings)})"

    @property
    def ok(self) -> bool:
        """Whether it can be painted."""
        return self.staged is not None

    @property
    def worst(self) -> Severity | None:
        """The gravest severity among the findings."""
        return worst(self.findings)

    def painted(self, name: str) -> Staged:
        """Return the staged scene, or raise SceneBroken with its findings."""
        if self.staged is None:
            first = self.findings[0] if self.findings else "it could not be evaluated"
            raise SceneBroken(
                f"Scene {name!r} cannot be painted: {first}",
                remedy="Mend the source or restore an earlier revision.",
                findings=self.findings,
            )
        return self.staged


def _bytes_of(key: str, checked: Checked) -> int:
    """Estimate what an evaluation takes in memory."""
    if checked.staged is None:
        return 4 * len(key)
    items = sum(1 for _ in checked.staged.walk())
    return 4 * len(key) + items * (_ITEM_BYTES + _ITEM_FRAME_BYTES * checked.staged.frames)


class Evaluator:
    """Evaluates, stages and checks drafts; remembers the latest `kept` of them, fewer when they are large.

    What nobody asked for in a quarter of an hour is forgotten at the next `sweep`, or evaluation.
    """

    def __init__(self, sandbox: Sandbox, kept: int = 64) -> None:
        self._sandbox = sandbox
        self._known: Kept[str, Checked] = Kept(
            BYTES_KEPT, weigh=_bytes_of, entries=kept, least=min(kept, 4), idle_seconds=IDLE_SECONDS
        )

    def checked(self, draft: Draft) -> Checked:
        """Return everything about the draft; never raises for bad source."""
        key = draft.key
        known = self._known.get(key)
        if known is not None:
            count("evaluations.hit")
            return replace(known, seconds={**known.seconds, "cached": 1.0})
        count("evaluations.miss")
        with span("scene.evaluate") as measured:
            fresh = self._work(draft)
            measured.set(valid=fresh.ok, findings=len(fresh.findings))
        self._known.put(key, fresh)
        return fresh

    def sweep(self) -> int:
        """Forget what nobody asked for in a quarter of an hour; returns how many."""
        return self._known.sweep()

    def _work(self, draft: Draft) -> Checked:
        evaluation = evaluate(
            draft.source,
            draft.format,
            duration_seconds=draft.performance_seconds,
            params=draft.params,
            sandbox=self._sandbox,
        )
        seconds = dict(evaluation.seconds)
        if evaluation.graph is None:
            return Checked(draft, None, None, evaluation.findings, seconds)
        graph = draft.excerpt.cut(evaluation.graph, draft.duration_seconds)
        began = perf_counter()
        with span("scene.stage"):
            staged = stage(graph, HarfbuzzMeasure(draft.assets))
        seconds["stage"] = perf_counter() - began
        began = perf_counter()
        with span("scene.check"):
            found = check(graph, staged)
        seconds["check"] = perf_counter() - began
        return Checked(draft, graph, staged, (*evaluation.findings, *found), seconds)
