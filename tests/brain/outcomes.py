"""Judges what a prompt leads to: the steps, the scenes as they are written, their order, what is said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.brain.cards import CARDS
from tests.brain.project import PROJECT
from workbench.brain import (
    DeleteScene,
    DuplicateScene,
    EditScene,
    Model,
    MoveScene,
    Packet,
    Plan,
    ProjectView,
    SceneView,
    SetDuration,
)
from workbench.brain.offline import OfflineDirector

PROMPTS = Path(__file__).with_name("fresh_prompts.jsonl")
EVERYDAY = Path(__file__).with_name("everyday_prompts.jsonl")
SECOND_LOOK = Path(__file__).with_name("second_look_prompts.jsonl")


@dataclass(frozen=True)
class Outcome:
    plan: Plan
    project: ProjectView
    said: str


def fresh_rows(place: Path = PROMPTS) -> list[dict[str, Any]]:
    return [json.loads(line) for line in place.read_text("utf-8").splitlines()]


def outcome_of(model: Model, prompt: str, project: ProjectView = PROJECT) -> Outcome:
    """Do what the model plans for the prompt on the project, as far as scenes and their order go."""
    packet = Packet(prompt, project, CARDS)
    plan = model.decide(packet).plan
    said = [plan.message, *plan.assumed, *plan.ignored]
    for number, step in enumerate(plan.steps, 1):
        scenes = list(packet.project.scenes)
        place = next((i for i, one in enumerate(scenes) if one.id == getattr(step, "scene", None)), -1)
        if isinstance(step, DeleteScene):
            del scenes[place]
        elif isinstance(step, DuplicateScene):
            scenes.insert(place + 1, replace(scenes[place], id=f"step:{number}"))
        elif isinstance(step, MoveScene):
            scenes.insert(step.position - 1, scenes.pop(place))
        elif isinstance(step, SetDuration):
            scenes[place] = replace(scenes[place], duration_seconds=step.duration_seconds)
        elif isinstance(step, EditScene) and place >= 0:
            writing = model.write(packet, step)
            said += [writing.cannot, *writing.assumed, *writing.ignored]
            params = {**scenes[place].params, **writing.params}
            scenes[place] = replace(
                scenes[place], source=writing.source or scenes[place].source, params=params
            )
        packet = replace(packet, project=replace(packet.project, scenes=tuple(scenes)))
    return Outcome(plan, packet.project, " ".join(filter(None, said)))


def faults(model: Model, row: Mapping[str, Any]) -> list[str]:
    """Say in which ways the outcome of a row's prompt is not what the row expects."""
    return list(_faults(row, outcome_of(model, row["prompt"])))


def _faults(row: Mapping[str, Any], got: Outcome) -> Iterator[str]:
    if got.plan.outcome != row.get("outcome", "steps"):
        yield f"outcome {got.plan.outcome}: {got.said}"
        return
    yield from _steps(row, got.plan)
    order = [scene.id for scene in got.project.scenes]
    if "order" in row and order != row["order"]:
        yield f"order {order}"
    total = sum(scene.duration_seconds for scene in got.project.scenes)
    if "total_seconds" in row and abs(total - row["total_seconds"]) > 0.05:
        yield f"{total:g} s in all"
    if row.get("says", "").lower() not in got.said.lower():
        yield f"says {got.said!r}"
    scenes = {scene.id: scene for scene in got.project.scenes}
    for identity, wanted in row.get("scenes", {}).items():
        yield from _scene(scenes[identity], wanted)


def _steps(row: Mapping[str, Any], plan: Plan) -> Iterator[str]:
    steps = [(step.kind, getattr(step, "scene", None)) for step in plan.steps]
    steps = list(dict.fromkeys(step for step in steps if step[1] not in row.get("optional", ())))
    wanted = [(kind, scene) for kind, scene in row.get("steps", ())]
    if wanted and sorted(steps, key=str) != sorted(wanted, key=str):
        yield f"steps {steps}"
    elif wanted:
        facts = row.get("facts", {})
        yield from (
            f"{name} {getattr(plan.steps[0], name)!r}"
            for name, value in facts.items()
            if getattr(plan.steps[0], name) != value
        )


def _scene(scene: SceneView, wanted: Mapping[str, Any]) -> Iterator[str]:
    for name, value in wanted.get("params", {}).items():
        if scene.params.get(name) != value:
            yield f"{scene.id} {name} {scene.params.get(name)!r}"
    for piece in wanted.get("has", ()):
        if piece not in scene.source:
            yield f"{scene.id} lacks {piece}"
    for piece in wanted.get("lacks", ()):
        if piece in scene.source:
            yield f"{scene.id} has {piece}"


def main() -> None:
    """Print which fresh prompts lead elsewhere than expected."""
    model = OfflineDirector()
    for place in (PROMPTS, EVERYDAY, SECOND_LOOK):
        rows = fresh_rows(place)
        wrong = [(row, found) for row in rows if (found := faults(model, row))]
        print(f"{place.stem}: {len(rows) - len(wrong)} of {len(rows)}")
        for row, found in wrong:
            print(f"  {row['prompt']!r}: {'; '.join(found)}")


if __name__ == "__main__":
    main()
