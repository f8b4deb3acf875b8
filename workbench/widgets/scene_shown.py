"""What stands under a scene cell: what was done, the picture, the findings at the cell's lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from workbench.errors import InputError
from workbench.scene.finding import Finding, worst
from workbench.studio.cards import card, findings_list, note
from workbench.studio.performing import Done
from workbench.studio.showing import Clip, Picture
from workbench.widgets.scene_cell import AnyStudio

STILL_HEIGHT = 360
_PICTURE = "display:block;max-width:100%;width:640px;border-radius:6px;margin:6px 0"


@dataclass(frozen=True, slots=True)
class SceneShown:
    """A scene as its cell left it; `cell` is the whole cell, so that lines count as the editor counts."""

    title: str
    told: str
    cell: str
    findings: tuple[Finding, ...]
    picture: Picture | None
    stale: bool = False
    clip: Clip | None = None

    @classmethod
    def of(cls, done: Done, cell: str, picture: Picture | None) -> SceneShown:
        """Gather what a save gave."""
        scene, checked = done.scene, done.checked
        assert scene is not None
        assert checked is not None
        title = f"{scene.position} {scene.name} · {scene.duration_seconds:g} s · revision {scene.revision}"
        findings = below_the_magic(checked.findings)
        return cls(title, " ".join(done.told), cell, findings, picture, stale=not checked.ok)

    def playing(self, clip: Clip) -> SceneShown:
        """Return the same with the clip in place of the still."""
        return replace(self, clip=clip)

    def __repr__(self) -> str:
        lines = [f"{self.title}: {self.told}", *(str(finding) for finding in self.findings)]
        return "\n".join(lines)

    def html(self) -> str:
        """Return it as a card that needs no script; errors stand above the picture, hints below."""
        parts = [findings_list(self.findings, self.cell), self._looks()]
        return card(self.title, self.told, *(parts if worst(self.findings) == "error" else reversed(parts)))

    def _looks(self) -> str:
        if self.clip:
            return self.clip.html()
        if self.picture is None:
            return note("It has never had a picture.")
        picture = f'<img src="{self.picture.data_url}" alt="{escape(self.picture.title)}" style="{_PICTURE}">'
        return note("The last picture that worked:") + picture if self.stale else picture

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        bundle = {"text/plain": repr(self), "text/html": self.html()}
        if self.picture:
            bundle |= {k: v for k, v in self.picture.mimebundle().items() if k != "text/plain"}
        return bundle


def below_the_magic(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings with their lines counted from the cell's first line, the one with `%%scene`."""
    return tuple(
        replace(
            finding,
            line=finding.line + 1 if finding.line else None,
            end_line=finding.end_line + 1 if finding.end_line else None,
        )
        for finding in findings
    )


def still_of(studio: AnyStudio, done: Done, second: float | None) -> Picture | None:
    """Return the moment asked for, else the middle; of a broken scene the last picture that worked."""
    assert done.scene is not None
    assert done.checked is not None
    checked = done.checked if done.checked.ok else studio.last_good(done.scene.id)
    if checked is None:
        return None
    frames = checked.painted(done.scene.name).frames
    number = frames // 2 if second is None else int(second * checked.draft.format.fps)
    if not 0 <= number < frames:
        raise InputError(
            f"There is no second {second:g} in {done.scene.name!r}.",
            remedy=f"Give 0 to {checked.draft.duration_seconds:g}.",
        )
    return studio.picture(checked, done.scene.name, number, height=STILL_HEIGHT)
