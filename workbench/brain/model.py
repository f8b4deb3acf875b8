"""The seam between the workbench and whatever decides and writes.

`decide` turns a packet into a plan; `write` turns one `EditScene` step into new source or parameters,
seeing the scene as the steps before left it. Both report what they used. A model that cannot be reached,
or whose answer is of no use, raises `ModelFailed`; nothing in the project has changed then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from workbench.brain.packet import Packet, TemplateCard
from workbench.brain.plan import EditScene, ParamValue, Plan
from workbench.errors import ModelFailed
from workbench.scene.finding import Finding

OnText = Callable[[str], None]


def unheard(text: str) -> None:
    """Listen to nothing."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call used. None means unknown; a local model's tokens are none and its cost is nothing.

    `mode` says how the answer was asked for and `tries` how often, where that can differ.
    """

    provider: str
    model: str
    input_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    first_token_seconds: float | None = None
    mode: str = ""
    tries: int = 1

    def measured(self) -> dict[str, Any]:
        """Return what telemetry keeps of it in columns of its own."""
        first = self.first_token_seconds
        return {
            "input_tokens": self.input_tokens,
            "cached_tokens": self.cached_tokens,
            "output_tokens": self.output_tokens,
            "cost_usd": self.cost_usd,
            "first_token_us": None if first is None else round(first * 1e6),
            "tries": self.tries,
        }

    @classmethod
    def local(cls, model: str) -> Usage:
        """Return the usage of something that runs here and costs nothing."""
        return cls("local", model, 0, 0, 0, 0.0)


def used_up_to(failure: ModelFailed) -> tuple[Usage, ...]:
    """Return the usage of the calls that were answered, and so paid for, before the failure or as it."""
    return tuple(failure.evidence.get("usage", ()))


@dataclass(frozen=True, slots=True)
class Decision:
    """A plan and what it took to make it: the last call's usage, and that of calls before it.

    `left_out` lists what the model was not told because its context is limited.
    """

    plan: Plan
    usage: Usage
    earlier: tuple[Usage, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """The answer to an edit: the whole new source, the scene's new parameters, and remarks for the user.

    `source` None means that the source stays; `params` holds only values that change. `cannot` is set,
    and the rest empty, when the edit could not be done. `approach` says how the model went about it, and
    `left_out` what it was not told because its context is limited.
    """

    usage: Usage
    source: str | None = None
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    cannot: str = ""
    approach: str = ""
    earlier: tuple[Usage, ...] = ()
    left_out: tuple[str, ...] = ()


class Model(Protocol):
    """Decides what to do about a prompt, and writes scenes."""

    @property
    def name(self) -> str:
        """Return the name shown to the user."""
        ...

    def decide(self, packet: Packet) -> Decision:
        """Return the plan for the packet's prompt."""
        ...

    def write(
        self,
        packet: Packet,
        step: EditScene,
        *,
        findings: tuple[Finding, ...] = (),
        on_text: OnText = unheard,
    ) -> Writing:
        """Return the edit of the scene that `step` names.

        `findings` are what is wrong with an earlier try. `on_text` hears the source as it is written.
        """
        ...


@runtime_checkable
class Readying(Protocol):
    """A model that loads something before its first answer."""

    def get_ready(self, templates: tuple[TemplateCard, ...]) -> None:
        """Load it now; once it is loaded this costs nothing."""
        ...


@runtime_checkable
class Closing(Protocol):
    """A model that holds something open."""

    def close(self) -> None:
        """Give it back."""
        ...


class ScriptedModel:
    """Answers from a list, in order; for tests and examples. `heard` keeps what it was asked."""

    name = "scripted"

    def __init__(self, plans: Iterable[Plan] = (), writings: Iterable[Writing | str] = ()) -> None:
        self._plans = list(plans)
        self._writings = list(writings)
        self.heard: list[Packet] = []
        self.steps: list[EditScene] = []
        self.findings: list[tuple[Finding, ...]] = []

    def decide(self, packet: Packet) -> Decision:
        self.heard.append(packet)
        if not self._plans:
            raise ModelFailed("The scripted model has no plan left.", remedy="Give it one plan per prompt.")
        return Decision(self._plans.pop(0), Usage.local(self.name))

    def write(
        self,
        packet: Packet,
        step: EditScene,
        *,
        findings: tuple[Finding, ...] = (),
        on_text: OnText = unheard,
    ) -> Writing:
        self.heard.append(packet)
        self.steps.append(step)
        self.findings.append(findings)
        if not self._writings:
            raise ModelFailed("The scripted model has no source left.", remedy="Give it one text per edit.")
        answer = self._writings.pop(0)
        if isinstance(answer, str):
            answer = Writing(Usage.local(self.name), source=answer)
        on_text(answer.source or "")
        return answer
