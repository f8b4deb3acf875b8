"""What a service sends, as the values that a studio gives: takes, checks and jobs that show themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from workbench.brain.model import Usage
from workbench.brain.plan import Plan, Step
from workbench.scene.format import Format
from workbench.scene.staged import Staged
from workbench.store.jobs import Job
from workbench.studio.actions import SaveScene
from workbench.studio.evaluator import Checked, Draft
from workbench.studio.late_values import LateFacts, PictureUsed
from workbench.studio.packet_card import PacketPart, PacketTold
from workbench.studio.take import Shot, StepDone, Take, TakePainter
from workbench.studio.wire.scenes import CheckSent, FindingSent
from workbench.studio.wire.talk import LateSent, PacketSent, ShotSent, StepSent, TakeSent
from workbench.studio.wire.work import JobSent


@dataclass(frozen=True, slots=True, repr=False)
class FarChecked(Checked):
    """How a scene turned out at the service: findings and length; its graph and geometry stay there.

    `revision` is the one that was looked at, None for a variation that is not kept.
    """

    scene_id: str = ""
    revision: int | None = None


def checked_of(sent: CheckSent, draft: Draft, scene_id: str, revision: int | None) -> FarChecked:
    """Return a check that was sent."""
    staged = empty_stage(draft.format, sent.frames) if sent.ok else None
    found = tuple(each.value() for each in sent.findings)
    return FarChecked(draft, None, staged, found, {}, scene_id, revision)


def empty_stage(picture: Format, frames: int) -> Staged:
    """Return a scene of that length of which nothing is here to be painted."""
    return Staged(picture.design_width, picture.design_height, picture.fps, frames, None, ())


def take_of(
    sent: TakeSent, picture: Format, painter: TakePainter, later: Callable[[str], tuple[LateFacts, ...]]
) -> Take:
    """Return a take that was sent; its pictures are fetched when they are wanted."""
    shots = tuple(_shot(each, picture) for each in sent.scenes)
    return Take(
        project=sent.project,
        prompt=sent.prompt,
        plan=plan_of(sent.plan),
        steps=tuple(_step(each) for each in sent.steps),
        text=sent.text,
        shots=shots,
        usage=tuple(Usage(**_known(Usage, each)) for each in sent.usage),
        seconds=sent.seconds,
        message_id=sent.id,
        left_out=tuple(sent.left_out),
        pictures=tuple(PictureUsed(**_tuples(_known(PictureUsed, each))) for each in sent.pictures),
        _painter=painter,
        _later=later,
    )


def packet_of(sent: PacketSent) -> PacketTold:
    """Return what a model would be told, as it was sent."""
    parts = tuple(PacketPart(each.title, each.tokens, each.text) for each in sent.parts)
    return PacketTold(sent.prompt, parts, sent.tokens, sent.budget, tuple(sent.left_out))


def plan_of(data: Mapping[str, Any]) -> Plan:
    """Return a plan that was sent; steps of a kind that is not known here are left out."""
    kinds: dict[str, type[Step]] = {each.kind: each for each in Step.__subclasses__()}
    steps = tuple(
        kinds[each["kind"]](**_tuples(_known(kinds[each["kind"]], each)))
        for each in data.get("steps", ())
        if each["kind"] in kinds
    )
    return Plan(**{**_tuples(_known(Plan, data)), "steps": steps})


def late_of(sent: LateSent) -> LateFacts:
    """Return late facts that were sent."""
    fields_sent = dict(sent)
    offer = SaveScene(**{k: v for k, v in sent.offer.items() if k != "kind"}) if sent.offer else None
    return LateFacts(**{**fields_sent, "offer": offer})


def job_of(sent: JobSent) -> Job:
    """Return a job that was sent; what only workers need is empty."""
    blank = {"key": "", "payload": {}, "priority": 0, "holder": None, "token": 0, "trace": None}
    return Job(**_known(Job, {**blank, **dict(sent)}))


def _shot(sent: ShotSent, picture: Format) -> Shot:
    draft = Draft(sent.source, picture, sent.duration_seconds, sent.params)
    frames = picture.frames(sent.duration_seconds)
    staged = empty_stage(picture, frames) if sent.painted else None
    found = tuple(each.value() for each in sent.findings)
    checked = FarChecked(draft, None, staged, found, {}, sent.id, sent.revision)
    return Shot(sent.id, sent.number, sent.name, sent.revision, checked)


def _step(sent: StepSent) -> StepDone:
    offer = SaveScene(**{k: v for k, v in sent.offer.items() if k != "kind"}) if sent.offer else None
    return StepDone(
        kind=sent.kind,
        done=sent.done,
        told=tuple(sent.told),
        repairs=sent.repairs,
        approach=sent.approach,
        locality=sent.locality,
        offer=offer,
    )


def findings_of(sent: list[FindingSent]) -> tuple[Any, ...]:
    """Return findings that were sent."""
    return tuple(each.value() for each in sent)


def _known(kind: type[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(kind) if each.init}
    return {key: value for key, value in data.items() if key in names}


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
