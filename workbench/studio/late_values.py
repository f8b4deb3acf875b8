"""What was known of pictures when a prompt was answered, and what became of facts that came later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from workbench.studio.actions import SaveScene

Became = Literal["waiting", "applied", "offered", "accepted", "declined", "nothing", "failed"]


@dataclass(frozen=True, slots=True)
class LateFacts:
    """What becomes of facts that were not there when a prompt was answered.

    `told` says what they changed or would change; `offer` is the change to be saved when it was not applied
    because somebody had worked on the scene; `revision` the one it was saved as.
    """

    job_id: str
    picture: str
    scene_id: str
    became: Became
    told: str
    offer: SaveScene | None = None
    revision: int | None = None
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class PictureUsed:
    """A picture that a prompt was about: what for, in which scenes, and what was known of it then.

    `state` is how far its measuring was; `known` names the facts that were there, in plain words.
    """

    asset_id: str
    name: str
    state: str
    known: tuple[str, ...]
    use: str = ""
    scenes: tuple[str, ...] = ()

    def as_dict(self) -> Mapping[str, Any]:
        """Return plain data for JSON."""
        return {**asdict(self), "known": list(self.known), "scenes": list(self.scenes)}
