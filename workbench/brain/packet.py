"""What a model is told: the prompt, the project as it stands, and the templates there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from workbench.brain.plan import ParamValue
from workbench.brain.prompting import OURS, Prompting
from workbench.scene.format import Format
from workbench.scene.graph import Param


class TemplateCard(Protocol):
    """A template as it is chosen: by what it is for and what can be filled in."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def keywords(self) -> tuple[str, ...]: ...
    @property
    def about(self) -> str: ...
    @property
    def seconds(self) -> float: ...
    @property
    def formats(self) -> tuple[str, ...]: ...
    @property
    def params(self) -> tuple[Param, ...]: ...


@dataclass(frozen=True, slots=True)
class SceneView:
    """One scene as the brain sees it; its position is its place in `ProjectView.scenes`, from 1.

    A scene that was split begins `begin_seconds` into a performance of `performance_seconds`.
    """

    id: str
    name: str
    source: str = ""
    duration_seconds: float = 5.0
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    template: str | None = None
    begin_seconds: float = 0.0
    performance_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class ProjectView:
    """The project as the brain sees it: its scenes in order, which is selected and which was last touched."""

    name: str = "Untitled"
    scenes: tuple[SceneView, ...] = ()
    selected: str | None = None
    last_touched: str | None = None
    format: Format = field(default_factory=Format)


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation; `number` is its place in the whole of it, from 1, or 0: not known."""

    role: Literal["user", "workbench"]
    text: str
    number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Section:
    """Something else a model should know, such as remembered preferences or the facts of a picture.

    `weight` is 0..1: when the packet is too big, the lightest sections are left out, each as a whole.
    """

    title: str
    text: str
    weight: float = 0.5


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle of a picture that holds something: its place in shares of the picture, and its colour.

    `words` are what was read there; empty for a plain area.
    """

    x: float
    y: float
    width: float
    height: float
    color: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture of the project as the brain sees it: what is known of it at this moment.

    `state` is "ready" when it was measured; before, its size is all that is known. `asked` says that it came
    with the prompt. Colours go from the most frequent on, with their shares. `words` is None when nobody
    could read; `shows`, `mood` and `fonts` are what a vision model said.
    """

    name: str
    width: int
    height: int
    asked: bool = False
    state: str = "queued"
    kind: str = ""
    colors: tuple[tuple[str, float], ...] = ()
    background: str = ""
    transparent: bool = False
    areas: tuple[Patch, ...] = ()
    words: tuple[Patch, ...] | None = None
    alt: str = ""
    shows: str = ""
    mood: str = ""
    fonts: str = ""

    @property
    def known(self) -> bool:
        """Whether it was measured."""
        return self.state == "ready"

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width / max(1, self.height)


class Hint(Protocol):
    """A remembered taste for what a prompt leaves open: a value to use, or one to `avoid`, and why."""

    @property
    def key(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def avoid(self) -> bool: ...
    @property
    def because(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Packet:
    """Everything a model is told for one prompt; `hints` say in data what a section may say in words.

    `pictures` are those of the project, the ones that came with the prompt first.
    `prompting` says in which texts it is told.
    """

    prompt: str
    project: ProjectView = field(default_factory=ProjectView)
    templates: tuple[TemplateCard, ...] = ()
    conversation: tuple[Message, ...] = ()
    sections: tuple[Section, ...] = ()
    hints: tuple[Hint, ...] = ()
    pictures: tuple[PictureView, ...] = ()
    prompting: Prompting = OURS
