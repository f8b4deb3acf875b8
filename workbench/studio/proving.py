"""The proof of a fix: its frames are rendered and looked at, and what was wrong is gone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from workbench.errors import RenderFailed
from workbench.render.timeline import source_of
from workbench.render.warm import WarmRenderer
from workbench.scene.finding import Finding
from workbench.studio.evaluator import Checked

_HEIGHT = 180
_FLAT = 6
"""Levels of 255 within which a whole frame counts as one colour; JPEG moves even colours a little."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The frames that were looked at, and what speaks against the fix."""

    frames: tuple[int, ...]
    findings: tuple[Finding, ...]

    @property
    def told(self) -> str:
        """Say in words what was done."""
        return f"Rendered and checked frames {', '.join(map(str, self.frames))}."


def proven(renderer: WarmRenderer, before: Checked, after: Checked) -> Proof:
    """Render the first, middle and last frame of a fixed scene and compare its findings with those before."""
    assert after.graph is not None
    source = source_of(after.graph, "fix", after.draft.assets.sources)
    frames = tuple(sorted({0, source.frames // 2, source.frames - 1}))
    try:
        blank = [_is_flat(renderer.still(source, number, _HEIGHT)) for number in frames]
    except RenderFailed as failure:
        fault = Finding("render", "error", failure.message, "Write that part in another way.")
        return Proof(frames, (fault,))
    found = _remaining(before, after)
    if all(blank) and any(True for _ in after.graph.walk()):
        words = f"Frames {', '.join(map(str, frames))} show one colour and nothing else."
        fix = "Make what is in the scene visible."
        found = (*found, Finding("nothing-visible", "error", words, fix, frame=frames[0]))
    return Proof(frames, found)


def _remaining(before: Checked, after: Checked) -> tuple[Finding, ...]:
    """Return what was to go and is all still there; nothing when at least one finding went."""
    wanted, left = (_graver(checked) for checked in (before, after))
    if not wanted or left.total() < wanted.total():
        return ()
    return tuple(each for each in after.findings if each.severity != "info" and each.code in wanted)


def _graver(checked: Checked) -> Counter[str]:
    return Counter(each.code for each in checked.findings if each.severity != "info")


def _is_flat(picture: bytes) -> bool:
    with Image.open(BytesIO(picture)) as image:
        extremes = image.convert("RGB").getextrema()
    return all(high - low <= _FLAT for low, high in extremes)  # type: ignore[misc]
