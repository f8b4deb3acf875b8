"""The versions of a project's prompts at a service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.brain.prompting import OURS, Prompting
from workbench.store.prompts import LIVE, PromptMove, PromptVersion
from workbench.studio.remote.calling import Calling
from workbench.studio.wire.prompts import PromptMoveSent, PromptsSent, PromptVersionSent


class RemotePrompts:
    """The prompt versions of one project. The one labelled `live` is what `studio.ask` uses."""

    def __init__(self, calling: Calling, path: str) -> None:
        self._calling = calling
        self._path = f"{path}/prompts"

    @property
    def live(self) -> PromptVersion | None:
        """The version in use; None: the workbench's own prompts."""
        live = self._known().live
        return live.value() if live else None

    @property
    def prompting(self) -> Prompting:
        """How models are asked now."""
        live = self.live
        return OURS if live is None else Prompting.from_dict(live.prompting)

    @property
    def versions(self) -> tuple[PromptVersion, ...]:
        """Every version, newest first; a version never changes."""
        return tuple(each.value() for each in self._known().versions)

    @property
    def history(self) -> tuple[PromptMove, ...]:
        """Every move of a label, newest first."""
        return tuple(each.value() for each in self._known().history)

    def labelled(self, label: str) -> PromptVersion | None:
        """Return the version a label points at."""
        known = self._known()
        number = next((each.number for each in known.history if each.label == label), None)
        return next((each.value() for each in known.versions if each.number == number), None)

    def add(
        self, name: str, prompting: Prompting | Mapping[str, Any], *, note: str = "", label: str | None = LIVE
    ) -> PromptVersion:
        """Keep a version, and point `label` at it (None: only keep it)."""
        checked = prompting if isinstance(prompting, Prompting) else Prompting.from_dict(prompting)
        body = {"name": name, "prompting": checked.as_dict(), "note": note, "label": label}
        return PromptVersionSent.model_validate(self._calling.post(self._path, body)).value()

    def use(self, number: int | None, *, label: str = LIVE, why: str = "") -> None:
        """Point a label at a version by number; None: use the workbench's own prompts."""
        self._calling.post(f"{self._path}/use", {"number": number, "label": label, "why": why})

    def roll_back(self, *, label: str = LIVE) -> PromptMove:
        """Point a label at what it pointed at before its last move."""
        moved = self._calling.post(f"{self._path}/roll-back", {"label": label})
        return PromptMoveSent.model_validate(moved).value()

    def _known(self) -> PromptsSent:
        return PromptsSent.model_validate(self._calling.get(self._path))
