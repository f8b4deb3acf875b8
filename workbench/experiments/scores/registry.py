"""What a kind of assertion is, and the list of all kinds; the modules beside this one add to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import Parameter, signature
from typing import Any, Literal

from workbench.experiments.values import Expectation
from workbench.scene.checks.view import View
from workbench.scene.diff import GraphDiff
from workbench.studio.evaluator import Checked

Over = Literal["some", "every", "whole"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What an assertion saw: whether it holds, and in words what was measured."""

    holds: bool
    told: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expectation and how it came out."""

    expectation: Expectation
    seen: Seen

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"expected": str(self.expectation), "holds": self.seen.holds, "told": self.seen.told}


@dataclass(frozen=True, slots=True)
class Result:
    """What an assertion may look at: the scenes that can be painted, all scenes, what an edit changed."""

    views: tuple[tuple[str, View], ...] = ()
    scenes: tuple[Checked, ...] = ()
    changes: Mapping[str, GraphDiff] = field(default_factory=dict)
    locality: float | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of assertion: over `some` scene, `every` scene, or the `whole` result."""

    name: str
    over: Over
    decide: Callable[..., Seen]
    short: str

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Its arguments by name."""
        return dict(list(signature(self.decide).parameters.items())[1:])

    @property
    def about(self) -> str:
        """What it asks, in one line."""
        return (self.decide.__doc__ or "").strip().splitlines()[0]


KINDS: dict[str, Kind] = {}


def kind(over: Over, short: str = "") -> Callable[[Callable[..., Seen]], Callable[..., Seen]]:
    """Make a function a kind of assertion; `short` is the argument that a bare value is."""

    def register(decide: Callable[..., Seen]) -> Callable[..., Seen]:
        name = decide.__name__
        KINDS[name] = Kind(name, over, decide, short)
        return decide

    return register
