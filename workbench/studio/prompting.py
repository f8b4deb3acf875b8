"""The prompts of a project: which version is in use, and what there was before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.brain.prompting import OURS, Prompting
from workbench.events import Event
from workbench.store.prompts import LIVE, PromptMove, Prompts, PromptVersion
from workbench.studio.workspace import Workspace


class ProjectPrompts:
    """The prompt versions of one project. The one labelled `live` is what `studio.ask` uses."""

    def __init__(self, workspace: Workspace, project_id: str) -> None:
        self._workspace = workspace
        self._project_id = project_id
        self._kept = Prompts(workspace.database)

    @property
    def live(self) -> PromptVersion | None:
        """The version in use; None: the workbench's own prompts."""
        return self._kept.labelled(self._project_id)

    @property
    def prompting(self) -> Prompting:
        """How models are asked now."""
        live = self.live
        return OURS if live is None else Prompting.from_dict(live.prompting)

    @property
    def versions(self) -> tuple[PromptVersion, ...]:
        """Every version, newest first; a version never changes."""
        return self._kept.versions(self._project_id)

    @property
    def history(self) -> tuple[PromptMove, ...]:
        """Every move of a label, newest first."""
        return self._kept.moves(self._project_id)

    def labelled(self, label: str) -> PromptVersion | None:
        """Return the version a label points at."""
        return self._kept.labelled(self._project_id, label)

    def add(
        self, name: str, prompting: Prompting | Mapping[str, Any], *, note: str = "", label: str | None = LIVE
    ) -> PromptVersion:
        """Keep a version, and point `label` at it (None: only keep it)."""
        checked = prompting if isinstance(prompting, Prompting) else Prompting.from_dict(prompting)
        who = self._workspace.settings.user
        version = self._kept.add(self._project_id, name, checked.as_dict(), who=who, note=note, label=label)
        self._announce()
        return version

    def use(self, number: int | None, *, label: str = LIVE, why: str = "") -> None:
        """Point a label at a version by number; None: use the workbench's own prompts."""
        self._kept.point(self._project_id, number, who=self._workspace.settings.user, why=why, label=label)
        self._announce()

    def roll_back(self, *, label: str = LIVE) -> PromptMove:
        """Point a label at what it pointed at before its last move."""
        move = self._kept.roll_back(self._project_id, who=self._workspace.settings.user, label=label)
        self._announce()
        return move

    def _announce(self) -> None:
        live = self.live
        data = {"number": live.number if live else None}
        self._workspace.bus.emit(Event("prompts_changed", self._project_id, None, data))
