"""A prompt becomes a take: decide, then do one step after another, each seeing the one before.

A step that writes source is repaired by its located findings at most `MOST_REPAIRS` times, stops early
when the same findings come back, and is saved only when the result can be painted and has no error; else
the scene stays as it was and the step is reported as not done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter

from workbench.brain.model import Usage, Writing
from workbench.brain.packet import Message, Packet, ProjectView, SceneView
from workbench.brain.plan import EditScene, Plan, Step
from workbench.errors import InputError, ModelFailed
from workbench.scene.finding import Finding
from workbench.scene.format import Format
from workbench.store.values import Scene
from workbench.studio.actions import SaveScene, read_action
from workbench.studio.evaluator import Checked
from workbench.studio.performing import Done, Performer
from workbench.studio.take import Shot, StepDone, Take, TakePainter
from workbench.studio.workspace import Workspace

MOST_REPAIRS = 3
MESSAGES_TOLD = 40
MOST_PROMPT_LETTERS = 20_000

OnStage = Callable[[str], None]


def unwatched(stage: str) -> None:
    """Tell nobody how far it is."""


class Asking:
    """Answers one prompt on one project. `on_stage` hears "deciding", "writing", "checking", "done"."""

    def __init__(
        self,
        workspace: Workspace,
        performer: Performer,
        selected: str | None = None,
        painter: TakePainter | None = None,
        on_stage: OnStage = unwatched,
    ) -> None:
        self._workspace = workspace
        self._performer = performer
        self._selected = selected
        self._painter = painter
        self._tell = on_stage
        self._usage: list[Usage] = []
        self._seconds = {"deciding": 0.0, "writing": 0.0, "checking": 0.0}
        self._made: dict[int, str] = {}

    def plan(self, prompt: str) -> Plan:
        """Decide what to do about the prompt, without doing it."""
        self._tell("deciding")
        began = perf_counter()
        decision = self._workspace.model.decide(self._packet(_checked_prompt(prompt)))
        self._seconds["deciding"] += perf_counter() - began
        self._usage.append(decision.usage)
        return decision.plan

    def take(self, prompt: str) -> Take:
        """Answer the prompt. The prompt is kept in the conversation even when the model fails."""
        prompt = _checked_prompt(prompt)
        project = self._performer.project()
        began = perf_counter()
        packet = self._packet(prompt)
        self._workspace.messages.add(project.id, "user", prompt)
        self._tell("deciding")
        decision = self._workspace.model.decide(packet)
        self._seconds["deciding"] = perf_counter() - began
        self._usage.append(decision.usage)
        plan = decision.plan
        steps = self._steps(packet, plan)
        text = _spoken(plan, steps)
        take = Take(
            project=project.name,
            prompt=prompt,
            plan=plan,
            steps=steps,
            text=text,
            shots=self._shots(steps),
            usage=tuple(self._usage),
            seconds={**self._seconds, "total": perf_counter() - began},
            _painter=self._painter,
        )
        kept = self._workspace.messages.add(project.id, "assistant", text, take=take.as_dict())
        self._tell("done")
        return replace(take, message_id=kept.id)

    def _steps(self, packet: Packet, plan: Plan) -> tuple[StepDone, ...]:
        done: list[StepDone] = []
        for number, step in enumerate(plan.steps, 1):
            try:
                outcome = self._step(packet, step)
            except (InputError, ModelFailed) as error:
                done.append(StepDone(step.kind, False, (str(error),)))
                break
            if outcome.scene_id:
                self._made[number] = outcome.scene_id
            done.append(outcome)
            if not outcome.done:
                break
        return tuple(done)

    def _step(self, packet: Packet, step: Step) -> StepDone:
        if isinstance(step, EditScene):
            named = replace(step, scene=self._named(step.scene))
            return self._edit(packet, named)
        data = step.action()
        if "scene" in data:
            data["scene"] = self._named(data["scene"])
        self._tell("checking")
        began = perf_counter()
        done = self._performer.do(read_action(data))
        self._seconds["checking"] += perf_counter() - began
        return _step_done(step.kind, done)

    def _named(self, reference: str) -> str:
        if not reference.startswith("step:"):
            return reference
        number = int(reference.removeprefix("step:"))
        if number not in self._made:
            raise InputError(f"Step {number} of the plan made no scene.", remedy="Name the scene instead.")
        return self._made[number]

    def _edit(self, packet: Packet, step: EditScene) -> StepDone:
        scene = self._performer.scene(step.scene)
        packet = replace(packet, project=self._view())
        findings: tuple[Finding, ...] = ()
        best: tuple[Writing, Checked, int] | None = None
        for attempt in range(MOST_REPAIRS + 1):
            writing = self._write(packet, replace(step, scene=scene.id), findings)
            if writing.cannot:
                return StepDone(step.kind, False, (writing.cannot,), scene.id, attempt)
            checked = self._try(scene, writing)
            errors = tuple(each for each in checked.findings if each.severity == "error")
            if best is None or _badness(checked) < _badness(best[1]):
                best = (writing, checked, attempt)
            if not errors or _places(errors) == _places(findings):
                break
            findings = errors
        assert best is not None
        return self._keep(step, scene, *best)

    def _write(self, packet: Packet, step: EditScene, findings: tuple[Finding, ...]) -> Writing:
        self._tell("writing")
        began = perf_counter()
        writing = self._workspace.model.write(packet, step, findings=findings)
        self._seconds["writing"] += perf_counter() - began
        self._usage.append(writing.usage)
        return writing

    def _try(self, scene: Scene, writing: Writing) -> Checked:
        self._tell("checking")
        began = perf_counter()
        params = {**scene.params, **writing.params}
        draft = self._performer.draft(
            scene, source=scene.source if writing.source is None else writing.source, params=params
        )
        checked = self._workspace.evaluator.checked(draft)
        self._seconds["checking"] += perf_counter() - began
        return checked

    def _keep(
        self, step: EditScene, scene: Scene, writing: Writing, checked: Checked, repairs: int
    ) -> StepDone:
        before = self._workspace.evaluator.checked(self._performer.draft(scene))
        if _badness(checked) > _badness(before):
            told = f"The edit of {scene.name!r} did not work, so nothing was changed: {checked.findings[0]}"
            return StepDone(step.kind, False, (told,), scene.id, repairs, checked.findings)
        done = self._performer.do(
            SaveScene(
                scene=scene.id,
                source=checked.draft.source,
                params=dict(checked.draft.params),
                base_revision=scene.revision,
                why=step.because or step.instruction,
            )
        )
        kept = _step_done(step.kind, done)
        return replace(kept, repairs=repairs, told=(*kept.told, *writing.assumed, *writing.ignored))

    def _packet(self, prompt: str) -> Packet:
        held = self._workspace.messages.list(self._performer.project().id, most=MESSAGES_TOLD)
        return Packet(
            prompt,
            self._view(),
            self._workspace.templates(),
            tuple(Message("user" if m.role == "user" else "workbench", m.text) for m in held),
        )

    def _view(self) -> ProjectView:
        project = self._performer.project()
        origin = {each.source: each.id for each in self._workspace.templates()}
        views = [
            SceneView(
                scene.id,
                scene.name,
                scene.source,
                scene.duration_seconds,
                scene.params,
                origin.get(scene.source),
            )
            for scene in self._performer.scenes()
        ]
        touched = [
            key
            for change in self._workspace.history.list(project.id, most=10)
            for key in [*change.after.get("scenes", {}), *change.after.get("order", ())[-1:]]
        ]
        living = {view.id for view in views}
        return ProjectView(
            project.name,
            tuple(views),
            self._selected if self._selected in living else None,
            next((key for key in touched if key in living), None),
            Format(project.width, project.height, project.fps),
        )

    def _shots(self, steps: Sequence[StepDone]) -> tuple[Shot, ...]:
        living = {scene.id: scene for scene in self._performer.scenes()}
        touched = dict.fromkeys(step.scene_id for step in steps if step.done)
        return tuple(
            Shot(scene.id, scene.position or 0, scene.name, scene.revision, self._performer.judge(scene))
            for scene in (living.get(key or "") for key in touched)
            if scene is not None
        )


def plan_without_project(workspace: Workspace, name: str, picture: Format | None, prompt: str) -> Plan:
    """Decide what a prompt asks of a project that does not exist yet, without making it."""
    view = ProjectView(name, format=picture or Format())
    return workspace.model.decide(Packet(_checked_prompt(prompt), view, workspace.templates())).plan


def _checked_prompt(prompt: str) -> str:
    text = prompt.strip()
    if not text:
        raise InputError("The prompt is empty.", remedy="Say what you want to see.")
    if len(text) > MOST_PROMPT_LETTERS:
        raise InputError(f"The prompt has {len(text)} letters.", remedy=f"Use at most {MOST_PROMPT_LETTERS}.")
    return text


def _step_done(kind: str, done: Done) -> StepDone:
    findings = done.checked.findings if done.checked else ()
    return StepDone(kind, True, done.told, done.scene.id if done.scene else None, 0, findings)


def _badness(checked: Checked) -> tuple[bool, int]:
    return not checked.ok, sum(finding.severity == "error" for finding in checked.findings)


def _places(findings: Sequence[Finding]) -> list[tuple[str, int | None, str]]:
    return [(finding.code, finding.line, finding.message) for finding in findings]


def _spoken(plan: Plan, steps: Sequence[StepDone]) -> str:
    """Say what was done, what was taken for granted and what was left out."""
    told = [line for step in steps for line in step.told]
    left = len(plan.steps) - len(steps)
    if left:
        told.append(f"{left} further {'step was' if left == 1 else 'steps were'} not tried.")
    return " ".join([*([plan.message] if plan.message else []), *told, *plan.assumed, *plan.ignored])
