"""Every action that changes a project, as one typed request each.

The widget, the command line, the notebook, other programs and the director's plans are doors to these
same requests: a door reads its input into an `Action`, hands it to `Studio.do`, and shows the `Done`
that comes back. A scene is named by its number, its name, its id, `first`, `last` or `@name`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from workbench.errors import InputError
from workbench.scene.format import MAX_SECONDS

ParamValue = str | float | bool
Seconds = Annotated[float, Field(gt=0, le=MAX_SECONDS)]
RevisionNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]
SceneName = Annotated[str, Field(min_length=1, max_length=120)]


class Action(BaseModel):
    """One request to change a project; `why` is kept in the history."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    why: str = ""


class SceneAction(Action):
    """A request about one scene."""

    scene: str = Field(description="Number, name, id, `first`, `last` or `@name`.")


class AddScene(Action):
    """Add a scene from a template (default: the fade-in title) or from source of its own."""

    kind: Literal["add_scene"] = "add_scene"
    name: SceneName | None = Field(None, description='Default: "Scene N+1".')
    template: str | None = None
    source: str | None = None
    params: dict[str, ParamValue] = {}
    duration_seconds: Seconds | None = Field(None, description="Default: the template's, else 5.")
    position: int | None = Field(None, ge=1, description="Default: at the end.")


class SaveScene(SceneAction):
    """Keep new text, params, name or length of a scene as its next revision."""

    kind: Literal["save_scene"] = "save_scene"
    source: str | None = None
    params: dict[str, ParamValue] | None = None
    name: SceneName | None = None
    duration_seconds: Seconds | None = None
    base_revision: int | None = Field(
        None, description="The revision the text came from; stale ones conflict."
    )


class ApplyTemplate(SceneAction):
    """Replace a scene's source by a template's; the earlier source stays in its history."""

    kind: Literal["apply_template"] = "apply_template"
    template: str
    params: dict[str, ParamValue] = {}


class DuplicateScene(SceneAction):
    """Add a copy of a scene right after it."""

    kind: Literal["duplicate_scene"] = "duplicate_scene"
    name: SceneName | None = None


class SplitScene(SceneAction):
    """Make two scenes of one, which together play exactly what it played; undo makes it whole again."""

    kind: Literal["split_scene"] = "split_scene"
    at_seconds: Seconds = Field(description="Seconds into the scene at which the second one begins.")
    name: SceneName | None = Field(None, description="Of the second scene. Default: the name with a 2.")


class MoveScene(SceneAction):
    """Put a scene at another position; positions count from 1."""

    kind: Literal["move_scene"] = "move_scene"
    position: int = Field(ge=1)


class DeleteScene(SceneAction):
    """Take a scene out of the project; undo brings it back."""

    kind: Literal["delete_scene"] = "delete_scene"


class RestoreScene(SceneAction):
    """Make an earlier revision of a scene its newest one."""

    kind: Literal["restore_scene"] = "restore_scene"
    revision: RevisionNumber


class PinRevision(SceneAction):
    """Keep a revision of a scene however old it gets, or leave it to the retention again.

    What is seen stays as it is: this is no step of the history, so undo passes over it and `why` is not kept.
    """

    kind: Literal["pin_revision"] = "pin_revision"
    revision: RevisionNumber
    pinned: bool = Field(True, description="False: no longer pinned.")


class SetTransition(SceneAction):
    """Choose how a scene comes in after the one before it."""

    kind: Literal["set_transition"] = "set_transition"
    transition: Literal["cut", "fade", "slide", "wipe"]
    seconds: float = Field(0.5, ge=0, le=3)


class SetFormat(Action):
    """Change the project's shape or frame rate: `16:9`, `9:16`, `1:1`, `1280x720@60`."""

    kind: Literal["set_format"] = "set_format"
    format: str


class RenameProject(Action):
    """Give the project another name."""

    kind: Literal["rename_project"] = "rename_project"
    name: SceneName


class Undo(Action):
    """Take back the last change."""

    kind: Literal["undo"] = "undo"


class Redo(Action):
    """Do again what was taken back."""

    kind: Literal["redo"] = "redo"


AnyAction = Annotated[
    AddScene
    | SaveScene
    | ApplyTemplate
    | DuplicateScene
    | SplitScene
    | MoveScene
    | DeleteScene
    | RestoreScene
    | PinRevision
    | SetTransition
    | SetFormat
    | RenameProject
    | Undo
    | Redo,
    Field(discriminator="kind"),
]

_ADAPTER: TypeAdapter[AnyAction] = TypeAdapter(AnyAction)


def read_action(data: dict[str, Any]) -> AnyAction:
    """Read one action from plain data; raises InputError naming every field that is wrong."""
    try:
        return _ADAPTER.validate_python(data)
    except ValidationError as invalid:
        faults = [f"{'.'.join(map(str, e['loc'])) or 'action'}: {e['msg']}" for e in invalid.errors()]
        raise InputError(
            f"This is not an action: {'; '.join(faults[:4])}.",
            remedy=f"Known kinds: {', '.join(action_kinds())}.",
            action=data,
        ) from None


def action_kinds() -> tuple[str, ...]:
    """Return the kinds of action there are."""
    return tuple(_ADAPTER.json_schema()["discriminator"]["mapping"])
