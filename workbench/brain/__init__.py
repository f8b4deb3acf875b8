"""The brain: decides what a prompt asks for and writes the scenes."""

from workbench.brain.model import Decision, Model, ScriptedModel, Usage, Writing
from workbench.brain.packet import Message, Packet, ProjectView, SceneView, TemplateCard
from workbench.brain.plan import (
    AddScene,
    ApplyTemplate,
    DeleteScene,
    DuplicateScene,
    EditScene,
    MoveScene,
    Plan,
    Redo,
    RenameProject,
    RenameScene,
    SetDuration,
    SetFormat,
    SetTransition,
    Step,
    Undo,
)

__all__ = [
    "AddScene",
    "ApplyTemplate",
    "Decision",
    "DeleteScene",
    "DuplicateScene",
    "EditScene",
    "Message",
    "Model",
    "MoveScene",
    "Packet",
    "Plan",
    "ProjectView",
    "Redo",
    "RenameProject",
    "RenameScene",
    "SceneView",
    "ScriptedModel",
    "SetDuration",
    "SetFormat",
    "SetTransition",
    "Step",
    "TemplateCard",
    "Undo",
    "Usage",
    "Writing",
]
