"""Source in, everything known about it out: graph, staged scene, findings, timings; cached.

One engine serves preview, save, ask, check, experiments and the command line, so that they can never
disagree about what is wrong with a scene.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from time import monotonic, perf_counter
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
DOUBTED_SECONDS = 10.0
"""How long a time limit is believed. It may be a busy machine's fault, so it is not kept; but the pages that
show a scene ask for it several times at once, and an endless loop should cost its seconds once for them."""
_DOUBTED_KEPT = 8
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

    What nobody asked for in a quarter of an hour is forgotten at the next `sweep`, or evaluation. What says
    more of the machine than of the draft is not remembered: that a worker was lost is evaluated again at the
    next question, that a time limit stopped it after `DOUBTED_SECONDS`.
    """

    def __init__(self, sandbox: Sandbox, kept: int = 64, now: Callable[[], float] = monotonic) -> None:
        self._sandbox, self._now = sandbox, now
        self._known: Kept[str, Checked] = Kept(
            BYTES_KEPT, weigh=_bytes_of, entries=kept, least=min(kept, 4), idle_seconds=IDLE_SECONDS
        )
        self._doubted: Kept[str, tuple[float, Checked]] = Kept(entries=_DOUBTED_KEPT)

    def checked(self, draft: Draft) -> Checked:
        """Return everything about the draft; never raises for bad source."""
        key = draft.key
        known = self._known.get(key) or self._lately_stopped(key)
        if known is not None:
            count("evaluations.hit")
            return replace(known, seconds={**known.seconds, "cached": 1.0})
        count("evaluations.miss")
        with span("scene.evaluate") as measured:
            fresh = self._work(draft)
            measured.set(valid=fresh.ok, findings=len(fresh.findings))
        self._keep(key, fresh)
        return fresh

    def sweep(self) -> int:
        """Forget what nobody asked for in a quarter of an hour; returns how many."""
        return self._known.sweep()

    def _keep(self, key: str, fresh: Checked) -> None:
        codes = {finding.code for finding in fresh.findings}
        if "sandbox" in codes:
            return
        if "limit-time" in codes:
            self._doubted.put(key, (self._now(), fresh))
        else:
            self._known.put(key, fresh)

    def _lately_stopped(self, key: str) -> Checked | None:
        stopped = self._doubted.get(key)
        if stopped is not None and self._now() - stopped[0] >= DOUBTED_SECONDS:
            self._doubted.pop(key)
            return None
        return stopped and stopped[1]

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
