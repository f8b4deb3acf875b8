"""One scene, written anew or changed: tried, judged, repaired, and only then kept.

A try is judged by its error findings, by what it changed that nobody asked for and, when it mends something,
by its rendered frames and by whether what was wrong is gone. The model hears what is wrong at most
`MOST_REPAIRS` times, and no more once it repeats itself. The best try is kept; whether it is saved is up to
whoever asked. The workbench itself shows pictures, and rebuilds their look where a model fails to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

from workbench.brain.model import OnText, Usage, Writing, unheard, used_up_to
from workbench.brain.packet import Packet, SceneView
from workbench.brain.pictures import needs_no_model, write_picture
from workbench.brain.plan import EditScene
from workbench.errors import ModelFailed
from workbench.scene.finding import Finding
from workbench.spans import annotate, span
from workbench.studio.evaluator import Checked, Draft
from workbench.studio.locality import Touched, touched
from workbench.studio.proving import Proof, proven
from workbench.studio.workspace import Workspace

MOST_REPAIRS = 3
OURSELVES = "workbench"
"""Who shows pictures, in the usage of a writing that no model made."""

OnStage = Callable[[str], None]


def unwatched(stage: str) -> None:
    """Tell nobody how far it is."""


@dataclass(slots=True)
class Ledger:
    """What answering one prompt takes: every model call, seconds by stage, what the model was not told."""

    on_stage: OnStage = unwatched
    on_text: OnText = unheard
    usage: list[Usage] = field(default_factory=list)
    seconds: dict[str, float] = field(
        default_factory=lambda: {"deciding": 0.0, "writing": 0.0, "checking": 0.0}
    )
    left_out: dict[str, None] = field(default_factory=dict)

    def spend(self, stage: str, began: float) -> None:
        """Add the seconds since `began` to a stage."""
        self.seconds[stage] += perf_counter() - began

    def heard(self, usage: Sequence[Usage], left_out: Sequence[str]) -> None:
        """Keep what a model used and was not told."""
        self.usage += usage
        self.left_out |= dict.fromkeys(left_out)


@dataclass(frozen=True, slots=True)
class Try:
    """One try at a scene: what was written, how it turned out, and every problem with it."""

    writing: Writing
    checked: Checked
    touched: Touched
    proof: Proof | None
    repairs: int

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What keeps it from being good: error findings, frames that could not be proven."""
        found = tuple(each for each in self.checked.findings if each.severity == "error")
        return (*found, *(self.proof.findings if self.proof else ()))

    @property
    def problems(self) -> tuple[Finding, ...]:
        """Everything that a repair is asked for."""
        return (*self.errors, *self.touched.strays)

    @property
    def badness(self) -> tuple[bool, int, int]:
        """Smaller is better: paintable, then errors, then changes that nobody asked for."""
        return not self.checked.ok, len(self.errors), len(self.touched.strays)


class Rewriter:
    """Has a scene written by the model and repaired by what is found."""

    def __init__(self, workspace: Workspace, ledger: Ledger) -> None:
        self._workspace = workspace
        self._ledger = ledger

    def best(
        self, packet: Packet, step: EditScene, before: Checked | None, draft: Callable[[Writing], Draft]
    ) -> Try | Writing:
        """Return the best try; a writing that says why not, when the model cannot do it.

        `before` is the scene as it is (None: there is none yet), `draft` what a writing makes of it.
        """
        try:
            best = self._best(packet, step, before, draft)
            failed = _failure(best)
        except ModelFailed as failure:
            if step.use != "recreate" or not step.pictures:
                raise
            best, failed = None, f"The model did not answer: {failure}"
        if best is not None and (not failed or step.use != "recreate"):
            return best
        local = _drawn(packet, step)
        if isinstance(best, Try) and local.source == best.writing.source:
            return best
        told = replace(local, assumed=(*local.assumed, failed))
        return self._judged(step, before, told, draft(told), 0)

    def _best(
        self, packet: Packet, step: EditScene, before: Checked | None, draft: Callable[[Writing], Draft]
    ) -> Try | Writing:
        findings: tuple[Finding, ...] = ()
        best: Try | None = None
        for repairs in range(MOST_REPAIRS + 1):
            writing = self._write(packet, step, findings)
            if writing.cannot:
                return best or writing
            tried = self._judged(step, before, writing, draft(writing), repairs)
            if best is None or tried.badness < best.badness:
                best = tried
            if not tried.problems or _places(tried.problems) == _places(findings):
                break
            findings = tried.problems
        assert best is not None
        return best

    def _write(self, packet: Packet, step: EditScene, findings: tuple[Finding, ...]) -> Writing:
        self._ledger.on_stage("writing")
        began = perf_counter()
        try:
            with span("brain.write", repair=bool(findings)):
                writing = self._written(packet, step, findings)
            annotate(written=True, provider=writing.usage.provider, model=writing.usage.model)
        except ModelFailed as failure:
            self._ledger.heard(used_up_to(failure), ())
            raise
        finally:
            self._ledger.spend("writing", began)
        self._ledger.heard((*writing.earlier, writing.usage), writing.left_out)
        return writing

    def _written(self, packet: Packet, step: EditScene, findings: tuple[Finding, ...]) -> Writing:
        if needs_no_model(packet, step):
            return _drawn(packet, step, findings)
        return self._workspace.model.write(packet, step, findings=findings, on_text=self._ledger.on_text)

    def _judged(
        self, step: EditScene, before: Checked | None, writing: Writing, draft: Draft, repairs: int
    ) -> Try:
        self._ledger.on_stage("checking")
        began = perf_counter()
        with span("studio.check"):
            checked = self._workspace.evaluator.checked(draft)
        place = touched(step, before.graph if before else None, checked.graph)
        if before is not None and writing.source in (None, before.draft.source):
            place = replace(
                place, strays=()
            )  # what a parameter changes belongs together by the author's will
        proof = None
        if step.edit_kind == "fix" and before is not None and checked.ok:
            with span("studio.prove"):
                proof = proven(self._workspace.renderer, before, checked)
        self._ledger.spend("checking", began)
        return Try(writing, checked, place, proof, repairs)


def _drawn(packet: Packet, step: EditScene, findings: tuple[Finding, ...] = ()) -> Writing:
    """Return what the workbench itself makes of a step about pictures."""
    found = next((one for one in packet.project.scenes if one.id == step.scene), None)
    scene = found or SceneView(step.scene, "")
    return write_picture(packet, scene, step, Usage.local(OURSELVES), findings)


def _failure(best: Try | Writing) -> str:
    """Say why what a model wrote is of no use; empty when it is."""
    if isinstance(best, Writing):
        return best.cannot
    return f"What the model wrote cannot be used: {best.errors[0]}" if best.errors else ""


def with_params(draft: Draft, writing: Writing) -> Draft:
    """Return the draft as the writing makes it."""
    source = draft.source if writing.source is None else writing.source
    return replace(draft, source=source, params={**draft.params, **writing.params})


def _places(findings: Sequence[Finding]) -> list[tuple[str, int | None, str]]:
    return [(finding.code, finding.line, finding.message) for finding in findings]
