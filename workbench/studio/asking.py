"""A prompt becomes a take: decide, then do one step after another, each seeing the one before.

A step that writes source is saved only when the result can be painted, has no error that was not there
before and changed nothing that nobody asked for; else the scene stays as it was and the step is reported as
not done. A result that is good but changed something else is offered, and saved when the user says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from workbench.brain.model import OnText, Writing, unheard
from workbench.brain.offline import OfflineDirector
from workbench.brain.packet import Packet, ProjectView, SceneView
from workbench.brain.plan import EditScene, Plan, Step, WriteScene
from workbench.errors import InputError, ModelFailed
from workbench.scene.finding import Finding
from workbench.scene.format import Format
from workbench.spans import span
from workbench.store.values import Project, Scene
from workbench.studio.actions import AddScene, SaveScene, read_action
from workbench.studio.bringing import Given
from workbench.studio.evaluator import Checked
from workbench.studio.kept_in_mind import kept_in_mind, rules_told
from workbench.studio.packet_card import PacketTold, packet_told
from workbench.studio.performing import Done, Performer
from workbench.studio.picture_views import pictures_section
from workbench.studio.picture_work import PictureWork
from workbench.studio.project_views import project_view
from workbench.studio.prompting import ProjectPrompts
from workbench.studio.remembering import Memory
from workbench.studio.rewriting import Ledger, OnStage, Rewriter, Try, unwatched, with_params
from workbench.studio.take import Shot, StepDone, Take, TakePainter
from workbench.studio.workspace import Workspace

MOST_PROMPT_LETTERS = 20_000
MOST_STRAYS_TOLD = 3
NEW_SCENE = "new"
NEW_SCENE_SECONDS = 5.0


class Asking:
    """Answers one prompt on one project. `on_stage` hears "deciding", "writing", "checking", "done"."""

    def __init__(
        self,
        workspace: Workspace,
        performer: Performer,
        selected: str | None = None,
        painter: TakePainter | None = None,
        on_stage: OnStage = unwatched,
        on_text: OnText = unheard,
        memory: Memory | None = None,
        images: Sequence[Given] = (),
    ) -> None:
        self._workspace = workspace
        self._memory = memory or Memory(workspace, performer.project().id, performer.graphs)
        self._performer = performer
        self._selected = selected
        self._painter = painter
        self._tell = on_stage
        self._ledger = Ledger(on_stage, on_text)
        self._rewriter = Rewriter(workspace, self._ledger)
        self._made: dict[int, str] = {}
        self._images = tuple(images)
        self._pictures = PictureWork(workspace, performer.project().id)

    def plan(self, prompt: str) -> Plan:
        """Decide what to do about the prompt, without doing it."""
        self._pictures.bring_in(self._images)
        receiver = self._workspace.telemetry.receiver
        with span("studio.plan", to=receiver, project_id=self._performer.project().id):
            return self._decided(self._packet(_checked_prompt(prompt)))

    def packet(self, prompt: str, most_tokens: int) -> PacketTold:
        """Return what a model would be told about the prompt, without asking one."""
        self._pictures.bring_in(self._images)
        return packet_told(self._packet(_checked_prompt(prompt)), most_tokens)

    def take(self, prompt: str) -> Take:
        """Answer the prompt. The prompt is kept in the conversation even when the model fails."""
        prompt = _checked_prompt(prompt)
        project = self._performer.project()
        with span("studio.ask", to=self._workspace.telemetry.receiver, project_id=project.id) as asked:
            take = self._answered(prompt, project)
            repairs = sum(step.repairs for step in take.steps)
            asked.set(done=take.ok, steps=len(take.steps), repairs=repairs, message_id=take.message_id)
        return take

    def _answered(self, prompt: str, project: Project) -> Take:
        began = perf_counter()
        self._pictures.bring_in(self._images)
        packet = self._packet(prompt)
        came = self._pictures.came_with(prompt)
        learned = self._memory.hear(self._workspace.messages.add(project.id, "user", prompt, take=came))
        plan = rules_told(self._decided(packet), learned)
        if isinstance(self._workspace.model, OfflineDirector):
            plan = kept_in_mind(plan, learned)
        steps = self._steps(packet, plan)
        text = _spoken(plan, steps)
        take = Take(
            project=project.name,
            prompt=prompt,
            plan=plan,
            steps=steps,
            text=text,
            shots=self._shots(steps),
            usage=tuple(self._ledger.usage),
            seconds={**self._ledger.seconds, "total": perf_counter() - began},
            left_out=tuple(self._ledger.left_out),
            pictures=self._pictures.used(packet, plan, steps),
            _painter=self._painter,
            _later=self._pictures.later,
        )
        kept = self._workspace.messages.add(project.id, "assistant", text, take=take.as_dict())
        self._pictures.wait_for_facts(take, kept.id, self._performer.scenes())
        self._tell("done")
        return replace(take, message_id=kept.id)

    def _decided(self, packet: Packet) -> Plan:
        self._tell("deciding")
        began = perf_counter()
        with span("brain.decide"):
            decision = self._workspace.model.decide(packet)
        self._ledger.spend("deciding", began)
        self._ledger.heard((*decision.earlier, decision.usage), decision.left_out)
        return decision.plan

    def _steps(self, packet: Packet, plan: Plan) -> tuple[StepDone, ...]:
        done: list[StepDone] = []
        for number, step in enumerate(plan.steps, 1):
            try:
                with span("studio.step", step=step.kind) as measured:
                    outcome = self._step(packet, step)
                    measured.set(done=outcome.done, repairs=outcome.repairs, scene_id=outcome.scene_id)
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
            like = self._named(step.like) if step.like else None
            named = replace(step, scene=self._named(step.scene), like=like)
            return self._edit(packet, named)
        if isinstance(step, WriteScene):
            return self._new(packet, step)
        data = step.action()
        if "scene" in data:
            data["scene"] = self._named(data["scene"])
        self._tell("checking")
        began = perf_counter()
        done = self._performer.do(read_action(data))
        self._ledger.spend("checking", began)
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
        draft = self._performer.draft(scene)
        before = self._workspace.evaluator.checked(draft)
        best = self._rewriter.best(
            packet, replace(step, scene=scene.id), before, lambda writing: with_params(draft, writing)
        )
        if isinstance(best, Writing):
            return StepDone(step.kind, False, (best.cannot,), scene.id)
        kept = replace(self._keep(step, scene, before, best), approach=best.writing.approach)
        if kept.done and step.use == "colors" and step.pictures:
            now = self._performer.scene(scene.id)
            self._memory.see_picture(before, best.checked, now, step.pictures[0])
        return replace(kept, repairs=best.repairs, locality=best.touched.share)

    def _keep(self, step: EditScene, scene: Scene, before: Checked, best: Try) -> StepDone:
        why = step.because or step.instruction
        if best.errors and (not best.checked.ok or len(best.errors) > len(_errors(before))):
            told = f"The edit of {scene.name!r} did not work, so nothing was changed: {best.errors[0]}"
            return StepDone(step.kind, False, (told,), scene.id, findings=best.errors)
        if best.proof and best.proof.findings:
            told = f"The fix of {scene.name!r} did not mend it, so nothing was changed: {best.errors[0]}"
            return StepDone(step.kind, False, (told,), scene.id, findings=best.errors)
        save = SaveScene(
            scene=scene.id,
            source=best.checked.draft.source,
            params=dict(best.checked.draft.params),
            base_revision=scene.revision,
            why=why,
        )
        if best.touched.strays:
            strays = best.touched.strays
            also = " ".join(finding.message for finding in strays[:MOST_STRAYS_TOLD])
            both = (
                f"The edit of {scene.name!r} was not saved. {also}",
                "studio.accept(take) saves it anyway.",
            )
            return StepDone(step.kind, False, both, scene.id, findings=strays, offer=save)
        kept = _step_done(step.kind, self._performer.do(save))
        proof = (best.proof.told,) if best.proof else ()
        return replace(kept, told=(*kept.told, *proof, *best.writing.assumed, *best.writing.ignored))

    def _new(self, packet: Packet, step: WriteScene) -> StepDone:
        view = self._view()
        seconds = step.duration_seconds or NEW_SCENE_SECONDS
        blank = SceneView(NEW_SCENE, step.name or NEW_SCENE, "", seconds)
        packet = replace(packet, project=replace(view, scenes=(*view.scenes, blank)))
        draft = self._performer.blank(seconds)
        edit = EditScene(
            NEW_SCENE,
            step.instruction,
            "creative",
            because=step.because,
            pictures=step.pictures,
            use=step.use,
            place=step.place,
        )
        best = self._rewriter.best(packet, edit, None, lambda writing: with_params(draft, writing))
        if isinstance(best, Writing):
            return StepDone(step.kind, False, (best.cannot,))
        if best.errors:
            told = f"The scene could not be written, so nothing was added: {best.errors[0]}"
            return StepDone(step.kind, False, (told,), None, best.repairs, best.errors)
        done = self._performer.do(
            AddScene(
                name=step.name,
                source=best.checked.draft.source,
                params=dict(best.checked.draft.params),
                duration_seconds=seconds,
                position=step.position,
                why=step.because or step.instruction,
            )
        )
        kept = _step_done(step.kind, done)
        lines = (*kept.told, *best.writing.assumed, *best.writing.ignored)
        return replace(kept, told=lines, repairs=best.repairs, approach=best.writing.approach)

    def _packet(self, prompt: str) -> Packet:
        recalled, views = self._memory.recall(), self._pictures.views()
        self._ledger.heard((), recalled.left_out)
        prompting = ProjectPrompts(self._workspace, self._performer.project().id).prompting
        return Packet(
            prompting.asked(prompt),
            self._view(),
            self._workspace.templates(),
            recalled.conversation,
            (*recalled.sections, *pictures_section(views)),
            recalled.hints,
            views,
            prompting,
        )

    def _view(self) -> ProjectView:
        return project_view(self._workspace, self._performer, self._selected)

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


def _errors(checked: Checked) -> tuple[Finding, ...]:
    return tuple(finding for finding in checked.findings if finding.severity == "error")


def _spoken(plan: Plan, steps: Sequence[StepDone]) -> str:
    """Say what was done, what was taken for granted and what was left out."""
    told = [line for step in steps for line in step.told]
    left = len(plan.steps) - len(steps)
    if left:
        told.append(f"{left} further {'step was' if left == 1 else 'steps were'} not tried.")
    lines = [*([plan.message] if plan.message else []), *told, *plan.assumed, *plan.ignored]
    return " ".join(dict.fromkeys(lines))  # what the plan took for granted, its steps may tell again
