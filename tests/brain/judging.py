"""Judges decisions against the prompts that were written down before the director was.

`python -m tests.brain.judging` prints the accuracy of the offline director for each kind of prompt.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.brain.cards import CARDS
from tests.brain.project import PROJECT
from workbench.brain import EditScene, Model, Packet, Plan
from workbench.brain.offline import OfflineDirector

PROMPTS = Path(__file__).with_name("prompts.jsonl")


@dataclass(frozen=True)
class Judged:
    row: dict[str, Any]
    plan: Plan
    wrong: tuple[str, ...]


def rows(*, held_out: bool | None = None) -> list[dict[str, Any]]:
    read = [json.loads(line) for line in PROMPTS.read_text("utf-8").splitlines()]
    return [row for row in read if held_out is None or row["held_out"] is held_out]


def judge(model: Model, row: dict[str, Any]) -> Judged:
    packet = Packet(row["prompt"], PROJECT, CARDS)
    plan = model.decide(packet).plan
    return Judged(row, plan, tuple(_faults(model, packet, row, plan)))


def accuracy(judged: list[Judged]) -> dict[str, tuple[int, int]]:
    right = Counter(one.row["kind"] for one in judged if not one.wrong)
    total = Counter(one.row["kind"] for one in judged)
    return {kind: (right[kind], total[kind]) for kind in sorted(total)}


def _faults(model: Model, packet: Packet, row: dict[str, Any], plan: Plan):
    kinds = [step.kind for step in plan.steps]
    if row["kind"] in ("question", "answer", "cannot"):
        if plan.outcome != row["kind"] or kinds:
            yield f"outcome {plan.outcome} {kinds}"
        says = row.get("facts", {}).get("says", "")
        if says not in plan.message:
            yield f"says {plan.message!r}"
        return
    if row["kind"] == "several":
        yield from _several(row, plan)
        return
    if kinds != [row["kind"]]:
        yield f"{plan.outcome} {kinds} {plan.message}"
        return
    yield from _one(row, plan)
    if isinstance(plan.steps[0], EditScene):
        yield from _edit(model, packet, row, plan.steps[0])


def _several(row: dict[str, Any], plan: Plan):
    got = [(step.kind, getattr(step, "scene", None)) for step in plan.steps]
    wanted = row["steps"]
    if len(got) != len(wanted) or any(
        kind != g[0] or (scene and scene != g[1]) for (kind, scene), g in zip(wanted, got, strict=True)
    ):
        yield f"steps {got}"


def _one(row: dict[str, Any], plan: Plan):
    step = plan.steps[0]
    if row.get("target") and getattr(step, "scene", None) != row["target"]:
        yield f"target {getattr(step, 'scene', None)}"
    for name, value in row.get("facts", {}).items():
        got = getattr(step, name, None)
        if name == "params":
            got = {key: dict(got).get(key) for key in value}
        if got != value:
            yield f"{name} {got!r}"


def _edit(model: Model, packet: Packet, row: dict[str, Any], step: EditScene):
    after = row.get("after")
    if after is None:
        return
    scene = next(scene for scene in PROJECT.scenes if scene.id == step.scene)
    writing = model.write(replace(packet, project=PROJECT), step)
    source = writing.source or scene.source
    if writing.cannot:
        yield writing.cannot
    if any(writing.params.get(key) != value for key, value in after.get("params", {}).items()):
        yield f"params {dict(writing.params)}"
    if "has" in after and after["has"] not in source:
        yield f"lacks {after['has']}"
    if "lacks" in after and after["lacks"] in source:
        yield f"still has {after['lacks']}"
    if after.get("changed") and source == scene.source and not writing.params:
        yield "nothing changed"
    if after.get("assumed") and not writing.assumed:
        yield "nothing said"


def main() -> None:
    """Print a table of accuracy by kind, for the developed and the held-out prompts, and what was missed."""
    model = OfflineDirector()
    for held_out in (False, True):
        judged = [judge(model, row) for row in rows(held_out=held_out)]
        wrong = [one for one in judged if one.wrong]
        print(f"{'held out' if held_out else 'developed'}: {len(judged) - len(wrong)} of {len(judged)}")
        for kind, (right, total) in accuracy(judged).items():
            print(f"  {kind:16} {right:3} of {total:3}")
        for one in wrong:
            print(f"  missed: {one.row['prompt']!r}: {'; '.join(one.wrong)}")


if __name__ == "__main__":
    main()
