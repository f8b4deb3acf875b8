"""The typed actions as MCP tools: one tool each, made from the action's own fields, never written twice."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, get_args

from mcp.server import MCPServer
from mcp_types import ToolAnnotations
from pydantic import Field
from pydantic.fields import FieldInfo

from workbench.service.mcp_faults import told
from workbench.service.mcp_views import DoneView, done_view
from workbench.studio import actions as act
from workbench.studio.studio import Studio

_PROJECT = Annotated[str, Field(description="The project's name or id.")]
_DESTRUCTIVE = frozenset({"delete_scene"})
_MOVES_NOTHING_TWICE = frozenset(
    {"save_scene", "set_transition", "set_format", "rename_project", "move_scene", "pin_revision"}
)


def add_action_tools(server: MCPServer, studio_of: Callable[[str], Studio]) -> None:
    """Offer every action as a tool of its kind's name."""
    for kind in action_types():
        name = str(kind.model_fields["kind"].default)
        server.add_tool(
            told(_tool(kind, name, studio_of)),
            name=name,
            description=inspect.getdoc(kind),
            annotations=ToolAnnotations(
                read_only_hint=False,
                destructive_hint=name in _DESTRUCTIVE,
                idempotent_hint=name in _MOVES_NOTHING_TWICE,
                open_world_hint=False,
            ),
        )


def action_types() -> tuple[type[act.Action], ...]:
    """Return the classes of actions there are."""
    return get_args(get_args(act.AnyAction)[0])


def _tool(kind: type[act.Action], name: str, studio_of: Callable[[str], Studio]) -> Callable[..., DoneView]:
    def perform(project: str, **fields: Any) -> DoneView:
        given = {key: value for key, value in fields.items() if value is not None}
        return done_view(studio_of(project).do(act.read_action({"kind": name, **given})))

    own = [_parameter(field, info) for field, info in kind.model_fields.items() if field != "kind"]
    project = inspect.Parameter("project", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=_PROJECT)
    ordered = sorted(own, key=lambda parameter: parameter.default is not inspect.Parameter.empty)
    perform.__name__ = name
    perform.__signature__ = inspect.Signature([project, *ordered], return_annotation=DoneView)  # type: ignore[attr-defined]
    return perform


def _parameter(name: str, info: FieldInfo) -> inspect.Parameter:
    default = inspect.Parameter.empty if info.is_required() else info.get_default(call_default_factory=True)
    annotated: Any = Annotated
    return inspect.Parameter(
        name,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        default=default,
        annotation=annotated[info.annotation, info],
    )
