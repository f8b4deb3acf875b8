"""The conversation and what is remembered from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from workbench.errors import NotFound
from workbench.memory.beliefs import Belief, in_force
from workbench.memory.evidence import Evidence
from workbench.store.values import Message
from workbench.studio.late_values import LateFacts
from workbench.studio.remembering import Memory
from workbench.studio.take import Take
from workbench.studio.wire.scenes import FindingSent
from workbench.studio.wire.sent import Sent


class StepSent(Sent):
    """One step of a plan, as it went; `offer` is a good result that changed more than was asked."""

    kind: str
    done: bool
    told: list[str]
    repairs: int = 0
    approach: str = ""
    locality: float | None = None
    offered: bool = False
    offer: dict[str, Any] | None = None


class ShotSent(Sent):
    """A scene as a take left it."""

    id: str
    number: int
    name: str
    revision: int
    duration_seconds: float
    source: str
    params: dict[str, Any]
    painted: bool = True
    findings: list[FindingSent]


class TakeSent(Sent):
    """The answer to a prompt: what was decided, what was really done, and what it took.

    `id` is the message it is kept in; costs and tokens are null where they are not known.
    """

    id: str
    project: str
    prompt: str
    text: str
    ok: bool
    plan: dict[str, Any]
    steps: list[StepSent]
    scenes: list[ShotSent]
    seconds: dict[str, float]
    usage: list[dict[str, Any]]
    left_out: list[str]
    pictures: list[dict[str, Any]] = Field(default_factory=list)


class LateSent(Sent):
    """What became of facts that were not there when a prompt was answered; see `LateFacts`."""

    job_id: str
    picture: str
    scene_id: str
    became: str
    told: str
    offer: dict[str, Any] | None
    revision: int | None
    message_id: str


class PartSent(Sent):
    """One part of what a model is told."""

    title: str
    tokens: int
    text: str


class PacketSent(Sent):
    """What a model would be told about a prompt within its budget of tokens, and what did not fit."""

    prompt: str
    parts: list[PartSent]
    tokens: int
    budget: int
    left_out: list[str]


class MessageSent(Sent):
    """One line of the conversation; `number` counts from 1 without gaps."""

    id: str
    project_id: str
    number: int
    role: Literal["user", "assistant", "note"]
    text: str
    take: dict[str, Any] | None
    scene_id: str | None
    created_at: datetime


class EvidenceSent(Sent):
    """One statement for (1) or against (-1) a taste: the user's words, or what was done by hand."""

    key: str
    value: str
    sign: Literal[1, -1]
    stance: str
    scope: Literal["project", "user"]
    source: str
    source_id: str
    project_id: str
    said: str
    when: datetime


class BeliefSent(Sent):
    """One taste and how sure it is; see `Belief` in `workbench.memory.beliefs`."""

    key: str
    label: str
    value: str
    scope: Literal["project", "user"]
    state: Literal["held", "avoided", "leaning", "superseded"]
    confidence: float
    low: float
    high: float
    weight_for: float
    weight_against: float
    since: datetime
    until: datetime | None
    superseded_by: str | None
    pinned: bool
    in_force: bool = Field(description="Whether models are told it.")
    evidence: list[EvidenceSent]

    def value_of(self) -> Belief:
        """Return the belief."""
        fields = {name: getattr(self, name) for name in Belief.__dataclass_fields__ if name != "evidence"}
        evidence = tuple(Evidence(**each.model_dump()) for each in self.evidence)
        return Belief(**fields, evidence=evidence)


class MemorySent(Sent):
    """Everything that is remembered for a project and its user."""

    learning: bool = Field(description="Whether anything is learned in this project.")
    beliefs: list[BeliefSent]
    forgotten: list[BeliefSent] = Field([], description="What was forgotten in the last week.")
    relationships: list[str]
    digest: str


def take_sent(take: Take) -> TakeSent:
    """Return a take to be sent."""
    return TakeSent.model_validate({"id": take.message_id, **take.as_dict()})


def kept_take(found: Message | None) -> TakeSent:
    """Return a take as it is kept with its message; raises NotFound where there is none."""
    if found is None or not found.take or "plan" not in found.take:
        raise NotFound("There is no take of that id.", remedy="Give the id of an answer in the conversation.")
    return TakeSent.model_validate({"id": found.id, **found.take})


def late_sent(late: LateFacts) -> LateSent:
    """Return what became of late facts, to be sent."""
    fields = {name: getattr(late, name) for name in LateSent.model_fields if name != "offer"}
    offer = late.offer.model_dump(mode="json", exclude_none=True) if late.offer else None
    return LateSent(offer=offer, **fields)


def memory_sent(memory: Memory) -> MemorySent:
    """Return what is remembered, to be sent."""
    held = memory.beliefs  # asked once: what fades is not quite the same a moment later
    used = in_force(held)
    return MemorySent(
        learning=memory.learning,
        beliefs=[_belief(each, in_force=each in used) for each in held],
        forgotten=[_belief(each, in_force=False) for each in memory.forgotten],
        relationships=[str(each) for each in memory.relationships],
        digest=memory.digest.text,
    )


def _belief(belief: Belief, *, in_force: bool) -> BeliefSent:
    fields = {name: getattr(belief, name) for name in Belief.__dataclass_fields__ if name != "evidence"}
    evidence = [EvidenceSent.model_validate(each) for each in belief.evidence]
    return BeliefSent(**fields, label=belief.label, in_force=in_force, evidence=evidence)
