"""What the brain decided, as plain values: steps in order, or a question, an answer, or a refusal.

Most steps are one of the studio's actions; `action()` gives its fields as plain data. The exception is
`EditScene`: its new source does not exist yet, it is written when its turn comes, because it may depend
on the steps before. A step that concerns a scene made earlier in the same plan names it `step:N`,
where N counts the plan's steps from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

ParamValue = str | float | bool
EditKind = Literal["surgical", "creative", "structural", "fix"]
PictureUse = Literal["", "embed", "recreate", "colors"]
PicturePlace = Literal[
    "", "background", "center", "top", "bottom", "left", "right",
    "top_left", "top_right", "bottom_left", "bottom_right",
]  # fmt: skip
Outcome = Literal["steps", "question", "answer", "cannot"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; `because` says what in the prompt asked for it."""

    kind: ClassVar[str] = ""
    because: str = field(default="", kw_only=True)

    def action(self) -> dict[str, Any]:
        """Return the studio's action as plain data; fields that were not decided are left out."""
        data = {key: value for key, value in asdict(self).items() if value is not None}
        data["why"] = data.pop("because")
        return {"kind": self.kind, **data}

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, with the step's kind."""
        return {"kind": self.kind, **asdict(self)}


@dataclass(frozen=True, slots=True)
class AddScene(Step):
    """Add a scene from a template; `alternatives` are the next best templates by id."""

    kind: ClassVar[str] = "add_scene"
    template: str
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    name: str | None = None
    duration_seconds: float | None = None
    position: int | None = None
    alternatives: tuple[str, ...] = ()

    def action(self) -> dict[str, Any]:
        data = Step.action(self)
        del data["alternatives"]
        return data


@dataclass(frozen=True, slots=True)
class EditScene(Step):
    """Change a scene's source or parameters as the instruction says; `Model.write` does it.

    `targets` are the names of the nodes it is about ("" is the scene itself); empty: not known. `pictures`
    are the names of the project's pictures it is about, and `use` says what for: to show them, to rebuild
    their look, or to take their colours. `place` is where they are shown ("background": behind everything);
    empty: as the instruction says.
    """

    kind: ClassVar[str] = "edit_scene"
    scene: str
    instruction: str
    edit_kind: EditKind = "surgical"
    like: str | None = None
    targets: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    use: PictureUse = ""
    place: PicturePlace = ""

    def action(self) -> dict[str, Any]:
        raise TypeError("An edit becomes an action when its source is written: use Model.write.")


@dataclass(frozen=True, slots=True)
class WriteScene(Step):
    """Add a scene whose source is written for it, because no template fits; `Model.write` does it.

    `pictures`, `use` and `place` are as for `EditScene`.
    """

    kind: ClassVar[str] = "write_scene"
    instruction: str
    name: str | None = None
    duration_seconds: float | None = None
    position: int | None = None
    pictures: tuple[str, ...] = ()
    use: PictureUse = ""
    place: PicturePlace = ""

    def action(self) -> dict[str, Any]:
        raise TypeError("A scene becomes an action when its source is written: use Model.write.")


@dataclass(frozen=True, slots=True)
class ApplyTemplate(Step):
    """Replace a scene's source by a template's."""

    kind: ClassVar[str] = "apply_template"
    scene: str
    template: str
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    alternatives: tuple[str, ...] = ()

    def action(self) -> dict[str, Any]:
        data = Step.action(self)
        del data["alternatives"]
        return data


@dataclass(frozen=True, slots=True)
class SetDuration(Step):
    """Give a scene another length; its source is untouched."""

    kind: ClassVar[str] = "set_duration"
    scene: str
    duration_seconds: float

    def action(self) -> dict[str, Any]:
        return {**Step.action(self), "kind": "save_scene"}


@dataclass(frozen=True, slots=True)
class RenameScene(Step):
    """Give a scene another name."""

    kind: ClassVar[str] = "rename_scene"
    scene: str
    name: str

    def action(self) -> dict[str, Any]:
        return {**Step.action(self), "kind": "save_scene"}


@dataclass(frozen=True, slots=True)
class DuplicateScene(Step):
    """Add a copy of a scene right after it."""

    kind: ClassVar[str] = "duplicate_scene"
    scene: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class SplitScene(Step):
    """Make two scenes of one that play what it played; the second begins `at_seconds` into it."""

    kind: ClassVar[str] = "split_scene"
    scene: str
    at_seconds: float
    name: str | None = None


@dataclass(frozen=True, slots=True)
class MoveScene(Step):
    """Put a scene at another position, counted from 1."""

    kind: ClassVar[str] = "move_scene"
    scene: str
    position: int


@dataclass(frozen=True, slots=True)
class DeleteScene(Step):
    """Take a scene out of the project."""

    kind: ClassVar[str] = "delete_scene"
    scene: str


@dataclass(frozen=True, slots=True)
class SetTransition(Step):
    """Choose how a scene comes in after the one before it."""

    kind: ClassVar[str] = "set_transition"
    scene: str
    transition: Literal["cut", "fade", "slide", "wipe"]
    seconds: float = 0.5


@dataclass(frozen=True, slots=True)
class SetFormat(Step):
    """Change the project's shape or frame rate."""

    kind: ClassVar[str] = "set_format"
    format: str


@dataclass(frozen=True, slots=True)
class RenameProject(Step):
    """Give the project another name."""

    kind: ClassVar[str] = "rename_project"
    name: str


@dataclass(frozen=True, slots=True)
class Undo(Step):
    """Take back the last change."""

    kind: ClassVar[str] = "undo"


@dataclass(frozen=True, slots=True)
class Redo(Step):
    """Do again what was taken back."""

    kind: ClassVar[str] = "redo"


@dataclass(frozen=True, slots=True)
class Plan:
    """The decision about one prompt.

    `outcome` is `steps` (do them in order), `question` (ask the user `message` first), `answer`
    (`message` answers, nothing to do) or `cannot` (`message` says why not and what can be done).
    `assumed` and `ignored` are sentences for the user; `confidence` is 0..1.
    """

    outcome: Outcome
    steps: tuple[Step, ...] = ()
    message: str = ""
    assumed: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    confidence: float = 1.0
    reasoning: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {**asdict(self), "steps": [step.as_dict() for step in self.steps]}
