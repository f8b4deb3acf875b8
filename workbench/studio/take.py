"""One answer to a prompt: what was decided, what was really done, and how it looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.brain.model import Usage
from workbench.brain.plan import Plan
from workbench.errors import InputError
from workbench.scene.finding import Finding
from workbench.studio.actions import SaveScene
from workbench.studio.cards import FRAME_HEIGHT, FRAMES_SHOWN, ShotCard, take_card
from workbench.studio.evaluator import Checked
from workbench.studio.late_values import LateFacts, PictureUsed
from workbench.studio.picture_cards import pictures_card
from workbench.studio.showing import Clip, Picture


@dataclass(frozen=True, slots=True)
class Shot:
    """A scene as a take left it."""

    scene_id: str
    number: int
    name: str
    revision: int
    checked: Checked


@dataclass(frozen=True, slots=True)
class StepDone:
    """One step of a plan: what was asked, whether it was done, and what changed, in plain words.

    `approach` says how source was written, `locality` which share of the changes lies on what the step was
    about (None: not known). `offer` saves a result that changed something else too; `Studio.accept` does it.
    """

    kind: str
    done: bool
    told: tuple[str, ...]
    scene_id: str | None = None
    repairs: int = 0
    findings: tuple[Finding, ...] = ()
    approach: str = ""
    locality: float | None = None
    offer: SaveScene | None = None


@dataclass(frozen=True, slots=True)
class TakePainter:
    """How a take gets its pictures; given by the studio."""

    still: Callable[[Checked, str, int, int], Picture]
    clip: Callable[[Checked, str, int], Clip]


@dataclass(frozen=True, slots=True)
class Take:
    """One answer to a prompt. In a notebook it shows itself: frames, source, findings, timings.

    `text` says what was really done. `shots` are the scenes it touched, as they were then; they never
    change later. `seconds` holds what each part took; `usage` what the model used (None: unknown), call by
    call; `left_out` lists what it was not told because its context is limited. `pictures` are those the
    prompt was about, with what was known of each then; `late` tells what came of facts that followed.
    """

    project: str
    prompt: str
    plan: Plan
    steps: tuple[StepDone, ...]
    text: str
    shots: tuple[Shot, ...]
    usage: tuple[Usage, ...]
    seconds: Mapping[str, float]
    message_id: str = ""
    left_out: tuple[str, ...] = ()
    pictures: tuple[PictureUsed, ...] = ()
    _painter: TakePainter | None = field(default=None, repr=False, compare=False)
    _later: Callable[[str], tuple[LateFacts, ...]] | None = field(default=None, repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """Whether the prompt was answered or all its steps done, and every scene it touched can be painted.

        A request that was declined and one that was asked back about are not.
        """
        settled = self.plan.outcome in {"steps", "answer"} and all(step.done for step in self.steps)
        return settled and all(shot.checked.ok for shot in self.shots)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of the scenes it touched, scene after scene."""
        return tuple(finding for shot in self.shots for finding in shot.checked.findings)

    @property
    def late(self) -> tuple[LateFacts, ...]:
        """What became, up to now, of facts of pictures that were not there when the prompt was answered."""
        return self._later(self.message_id) if self._later and self.message_id else ()

    @property
    def source(self) -> str:
        """The source of the first scene it touched; empty when it touched none."""
        return self.shots[0].checked.draft.source if self.shots else ""

    def frame(self, number: int | None = None, *, scene: int = 1, height: int = 720) -> Picture:
        """Return one frame of the take's n-th scene (from 1); without a number, one from its middle."""
        shot = self._shot(scene)
        frames = shot.checked.painted(shot.name).frames
        number = frames // 2 if number is None else number
        if not 0 <= number < frames:
            raise InputError(f"There is no frame {number}.", remedy=f"Give 0 to {frames - 1}.")
        return self._paints().still(shot.checked, shot.name, number, height)

    def video(self, *, scene: int = 1, height: int = 360) -> Clip:
        """Return the take's n-th scene (from 1) as a clip that plays in the notebook."""
        shot = self._shot(scene)
        return self._paints().clip(shot.checked, shot.name, height)

    def card(self) -> str:
        """Return the take as HTML that needs no script: what was done, frames, source, findings, timings."""
        shots = [self._shot_card(number, shot) for number, shot in enumerate(self.shots, 1)]
        models = [f"{used.provider} {used.model}" for used in self.usage]
        pictures = pictures_card(self.pictures, self.late)
        return take_card(self.prompt, self.text, shots, models, self.seconds, pictures)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON: everything but the pictures."""
        return {
            "project": self.project,
            "prompt": self.prompt,
            "text": self.text,
            "ok": self.ok,
            "plan": self.plan.as_dict(),
            "steps": [
                {
                    "kind": step.kind,
                    "done": step.done,
                    "told": list(step.told),
                    "repairs": step.repairs,
                    "approach": step.approach,
                    "locality": step.locality,
                    "offered": step.offer is not None,
                    "offer": step.offer.model_dump(mode="json", exclude_none=True) if step.offer else None,
                }
                for step in self.steps
            ],
            "scenes": [
                {
                    "id": shot.scene_id,
                    "number": shot.number,
                    "name": shot.name,
                    "revision": shot.revision,
                    "duration_seconds": shot.checked.draft.duration_seconds,
                    "source": shot.checked.draft.source,
                    "params": dict(shot.checked.draft.params),
                    "painted": shot.checked.ok,
                    "findings": [finding.as_dict() for finding in shot.checked.findings],
                }
                for shot in self.shots
            ],
            "seconds": {key: round(value, 4) for key, value in self.seconds.items()},
            "usage": [
                {
                    "provider": used.provider,
                    "model": used.model,
                    "input_tokens": used.input_tokens,
                    "cached_tokens": used.cached_tokens,
                    "output_tokens": used.output_tokens,
                    "cost_usd": used.cost_usd,
                    "mode": used.mode,
                    "tries": used.tries,
                    "first_token_seconds": used.first_token_seconds,
                }
                for used in self.usage
            ],
            "left_out": list(self.left_out),
            "pictures": [each.as_dict() for each in self.pictures],
        }

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        still = self.frame(height=360).mimebundle() if self.shots and self.shots[0].checked.ok else {}
        return {**still, "text/plain": repr(self), "text/html": self.card()}

    def __repr__(self) -> str:
        scenes = ", ".join(f"{shot.number} {shot.name!r}" for shot in self.shots) or "no scene"
        return f"Take({self.text!r}: {scenes}, {len(self.findings)} findings)"

    def _shot_card(self, number: int, shot: Shot) -> ShotCard:
        draft = shot.checked.draft
        title = f"{shot.number} {shot.name} · {draft.duration_seconds:g} s · revision {shot.revision}"
        frames = shot.checked.staged.frames if shot.checked.staged else 0
        count = min(FRAMES_SHOWN, frames)
        moments = [(2 * place + 1) * frames // (2 * count) for place in range(count)]
        pictures = [self.frame(moment, scene=number, height=FRAME_HEIGHT) for moment in moments]
        return ShotCard(title, pictures, shot.checked.findings, draft.source)

    def _shot(self, number: int) -> Shot:
        if not 1 <= number <= len(self.shots):
            raise InputError(
                f"This take has no scene {number}.",
                remedy=f"It touched {len(self.shots)}; count from 1." if self.shots else "It touched none.",
            )
        return self.shots[number - 1]

    def _paints(self) -> TakePainter:
        if self._painter is None:
            raise InputError(
                "This take was read back from the project and has no painter.",
                remedy="Show the scene itself: studio.frame(1), studio.video(1).",
            )
        return self._painter
