"""The project as the steps planned so far will leave it, so that "it" means the right scene."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from workbench.brain.heard import Span
from workbench.brain.packet import Packet, ProjectView, SceneView
from workbench.brain.plan import (
    AddScene,
    DeleteScene,
    DuplicateScene,
    MoveScene,
    RenameScene,
    SetDuration,
    SplitScene,
    Step,
    WriteScene,
)
from workbench.brain.quoting import Quoted
from workbench.brain.retrieval import Retrieval
from workbench.brain.targets import Mentions, mentions


@dataclass(frozen=True, slots=True)
class Clause:
    """One request of a prompt with its quotes set aside; `noticed` collects where rules found their words."""

    quoted: Quoted
    text: str
    noticed: list[Span] = field(default_factory=list, compare=False)

    def says(self, words: re.Pattern[str]) -> re.Match[str] | None:
        """Return where the request says the words, and notice them."""
        return self._noticed(words.search(self.text))

    def begins(self, words: re.Pattern[str]) -> re.Match[str] | None:
        """Return the words when the request begins with them, and notice them."""
        return self._noticed(words.match(self.text))

    def notice_all(self) -> None:
        """Count the whole request as heard: the rule at work accounts for its words itself."""
        self.noticed.append((0, len(self.text)))

    def _noticed(self, match: re.Match[str] | None) -> re.Match[str] | None:
        if match:
            self.noticed.append(match.span())
        return match

    @property
    def original(self) -> str:
        """Return the words as the user wrote them."""
        return self.quoted.original(self.text).strip()


@dataclass(slots=True)
class Verdict:
    """What one request comes to: steps, or a question, an answer or a refusal in `message`."""

    steps: list[Step] = field(default_factory=list)
    question: str = ""
    answer: str = ""
    cannot: str = ""
    assumed: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    confidence: float = 0.9

    def joined(self, more: Verdict) -> Verdict:
        """Return both verdicts as one."""
        return replace(
            self,
            steps=[*self.steps, *more.steps],
            assumed=[*self.assumed, *more.assumed],
            ignored=[*self.ignored, *more.ignored],
        )


@dataclass(slots=True)
class Situation:
    """The packet, the retrieval, and the project as the steps so far leave it.

    `part` are the words for the part of a scene that was edited last.
    """

    packet: Packet
    retrieval: Retrieval
    project: ProjectView
    steps: list[Step] = field(default_factory=list)
    part: str = ""

    def named(self, clause: Clause) -> Mentions:
        """Return the scenes a request names."""
        return mentions(clause.text, clause.quoted, self.project, self.packet.project)

    def select(self, scene: str) -> None:
        """Let "it" mean this scene from here on."""
        self.project = replace(self.project, selected=scene)

    def take(self, steps: list[Step]) -> None:
        """Add steps to the plan and imagine them done."""
        for step in steps:
            if not self._merged(step):
                self.steps.append(step)
                self._imagine(step, f"step:{len(self.steps)}")

    def _merged(self, step: Step) -> bool:
        """Say whether a step about a scene made just now was taken into the step that makes it."""
        last = self.steps[-1] if self.steps else None
        if isinstance(step, SetDuration) and isinstance(last, SetDuration) and last.scene == step.scene:
            self.steps.pop()
        if not isinstance(step, (SetDuration, RenameScene)) or not step.scene.startswith("step:"):
            return False
        place = int(step.scene.removeprefix("step:")) - 1
        maker = self.steps[place]
        if isinstance(step, SetDuration) and isinstance(maker, (AddScene, WriteScene)):
            self.steps[place] = replace(maker, duration_seconds=step.duration_seconds)
        elif isinstance(step, RenameScene) and isinstance(maker, (AddScene, DuplicateScene, WriteScene)):
            self.steps[place] = replace(maker, name=step.name)
        else:
            return False
        self._imagine(step, step.scene)
        return True

    def _imagine(self, step: Step, made: str) -> None:
        scenes = list(self.project.scenes)
        touched: str | None = getattr(step, "scene", None)
        if isinstance(step, (AddScene, WriteScene)):
            place = len(scenes) if step.position is None else step.position - 1
            scenes.insert(place, SceneView(made, step.name or made, "", step.duration_seconds or 5.0))
            touched = made
        elif isinstance(step, DuplicateScene):
            place = self._place(step.scene)
            scenes.insert(
                place + 1, replace(scenes[place], id=made, name=step.name or f"{scenes[place].name} 2")
            )
            touched = made
        elif isinstance(step, SplitScene):
            place = self._place(step.scene)
            rest = scenes[place].duration_seconds - step.at_seconds
            name = step.name or f"{scenes[place].name} 2"
            scenes.insert(place + 1, replace(scenes[place], id=made, name=name, duration_seconds=rest))
            scenes[place] = replace(scenes[place], duration_seconds=step.at_seconds)
            touched = made
        elif isinstance(step, DeleteScene):
            del scenes[self._place(step.scene)]
            touched = None
        elif isinstance(step, MoveScene):
            scene = scenes.pop(self._place(step.scene))
            scenes.insert(step.position - 1, scene)
        elif touched is not None:
            place = self._place(touched)
            scenes[place] = _changed(scenes[place], step)
        selected = touched or self.project.selected
        self.project = replace(self.project, scenes=tuple(scenes), selected=selected, last_touched=touched)

    def _place(self, scene: str) -> int:
        return [one.id for one in self.project.scenes].index(scene)

    def rewrite(self, scene: str, change: Callable[[SceneView], SceneView]) -> None:
        """Imagine a scene's new source and parameters."""
        scenes = tuple(change(one) if one.id == scene else one for one in self.project.scenes)
        self.project = replace(self.project, scenes=scenes)


def _changed(scene: SceneView, step: Step) -> SceneView:
    if isinstance(step, SetDuration):
        return replace(scene, duration_seconds=step.duration_seconds)
    if isinstance(step, RenameScene):
        return replace(scene, name=step.name)
    return scene
