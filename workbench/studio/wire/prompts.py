"""The versions of a project's prompts, and which of them is in use."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workbench.store.prompts import PromptMove, PromptVersion
from workbench.studio.prompting import ProjectPrompts
from workbench.studio.wire.sent import Sent


class PromptVersionSent(Sent):
    """One version; `prompting` holds what differs from the workbench's own prompts."""

    project_id: str
    number: int
    name: str
    prompting: dict[str, Any]
    origin: dict[str, Any]
    note: str
    who: str
    created_at: datetime

    def value(self) -> PromptVersion:
        """Return the version."""
        return PromptVersion(**dict(self))


class PromptMoveSent(Sent):
    """One move of a label to a version; null: to the workbench's own prompts."""

    label: str
    number: int | None
    why: str
    who: str
    created_at: datetime

    def value(self) -> PromptMove:
        """Return the move."""
        return PromptMove(**dict(self))


class PromptsSent(Sent):
    """The version in use (null: the workbench's own), every version and every move, newest first."""

    live: PromptVersionSent | None
    versions: list[PromptVersionSent]
    history: list[PromptMoveSent]


def prompts_sent(prompts: ProjectPrompts) -> PromptsSent:
    """Return the prompts of a project, to be sent."""
    return PromptsSent.model_validate(prompts)
