"""What a service remembers for a project and its user."""

from __future__ import annotations

from typing import Any

from workbench.memory.beliefs import Belief
from workbench.memory.evidence import Evidence, Scope
from workbench.studio.memory_card import memory_card
from workbench.studio.remote.calling import Calling
from workbench.studio.wire.talk import MemorySent


class RemoteMemory:
    """What is remembered for one project and its user. In a notebook it shows itself."""

    def __init__(self, calling: Calling, path: str) -> None:
        self._calling = calling
        self._path = f"{path}/memory"

    @property
    def beliefs(self) -> tuple[Belief, ...]:
        """Everything believed, also what is not sure enough to use and what was superseded."""
        return tuple(each.value_of() for each in self._known().beliefs)

    @property
    def in_force(self) -> tuple[Belief, ...]:
        """The beliefs that models are told and the offline director uses."""
        return tuple(each.value_of() for each in self._known().beliefs if each.in_force)

    @property
    def relationships(self) -> tuple[str, ...]:
        """Which scenes share palette, type, motion or build, in words, the most alike first."""
        return tuple(self._known().relationships)

    @property
    def learning(self) -> bool:
        """Whether anything is learned in this project, through any door; set it to False to stop that."""
        return self._known().learning

    @learning.setter
    def learning(self, on: bool) -> None:
        self._calling.post(f"{self._path}/learning", {"learning": on})

    def why(self, key: str, value: str | None = None) -> tuple[Evidence, ...]:
        """Return every statement behind what is believed of a key such as `accent`."""
        about = [each for each in self.beliefs if each.key == key and value in (None, each.value)]
        return tuple(dict.fromkeys(statement for each in about for statement in each.evidence))

    def pin(self, key: str, value: str, *, scope: Scope = "project") -> None:
        """Hold a taste: it no longer fades and nothing outweighs it."""
        self._calling.post(f"{self._path}/pin", {"key": key, "value": value, "scope": scope})

    def unpin(self, key: str, value: str, *, scope: Scope = "project") -> None:
        """Let a pinned taste fade and change again."""
        self._calling.post(f"{self._path}/unpin", {"key": key, "value": value, "scope": scope})

    def forget(self, key: str, value: str | None = None, *, scope: Scope | None = None) -> int:
        """Forget one value of a key, or the whole key; returns how many beliefs that were."""
        asked = {"key": key, "value": value, "scope": scope}
        return int(self._calling.post(f"{self._path}/forget", asked)["beliefs"])

    def forget_all(self, *, scope: Scope = "project") -> int:
        """Forget everything of this project, or of the user everywhere; returns how many beliefs."""
        return int(self._calling.post(f"{self._path}/forget", {"scope": scope})["beliefs"])

    @property
    def forgotten(self) -> tuple[Belief, ...]:
        """What was forgotten in the last week, of this project and of its user, as beliefs of their own."""
        return tuple(each.value_of() for each in self._known().forgotten)

    def unforget(self, key: str, value: str | None = None, *, scope: Scope | None = None) -> int:
        """Bring back what was forgotten in the last week, named as for `forget`; returns how many beliefs."""
        asked = {"key": key, "value": value, "scope": scope}
        return int(self._calling.post(f"{self._path}/unforget", asked)["beliefs"])

    def unforget_all(self, *, scope: Scope = "project") -> int:
        """Bring back all that was forgotten of this project, or of the user everywhere, in the last week."""
        return int(self._calling.post(f"{self._path}/unforget", {"scope": scope})["beliefs"])

    def _known(self) -> MemorySent:
        return MemorySent.model_validate(self._calling.get(self._path))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        known = self._known()
        held, gone = (tuple(each.value_of() for each in part) for part in (known.beliefs, known.forgotten))
        shown = memory_card(held, known.relationships, learning=known.learning, forgotten=gone)
        return {"text/plain": repr(self), "text/html": shown}

    def __repr__(self) -> str:
        held = self._known().beliefs
        return f"RemoteMemory({sum(each.in_force for each in held)} tastes in use, {len(held)} known)"
