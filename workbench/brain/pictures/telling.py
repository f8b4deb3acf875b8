"""What models are told of the project's pictures, in words."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.brain.packet import Patch, PictureView

MOST_TOLD = 12
MOST_WORDS = 24
MOST_AREAS = 10


def pictures_told(pictures: Sequence[PictureView]) -> str:
    """Return the pictures a model may use, each with what is known of it; empty without any."""
    if not pictures:
        return ""
    lines = [_told(each) for each in pictures[:MOST_TOLD]]
    rest = [each.name for each in pictures[MOST_TOLD:]]
    more = [f"Also there: {', '.join(rest[:40])}."] if rest else []
    rule = (
        'image("name") shows one. To embed is to show the picture; to recreate is to rebuild its look from '
        "the facts below, without showing it. What the user says beats what is measured."
    )
    return "\n".join([rule, *lines, *more])


def _told(picture: PictureView) -> str:
    came = ", came with this prompt" if picture.asked else ""
    head = f"- {picture.name!r}, {picture.width}x{picture.height}{came}"
    if picture.shows:
        head += f". Shows: {picture.shows}"
    if not picture.known:
        return f"{head}. It is {picture.state}: nothing else is known yet."
    parts = [f"{head}. Kind: {picture.kind}"]
    parts.append("colours " + ", ".join(f"{color} {share:.0%}" for color, share in picture.colors[:8]))
    if picture.background:
        parts.append(f"background {picture.background}")
    if picture.transparent:
        parts.append("partly transparent")
    for word, value in (("mood", picture.mood), ("fonts", picture.fonts)):
        if value:
            parts.append(f"{word}: {value}")
    if picture.words is None:
        parts.append("text was not read")
    elif picture.words:
        parts.append(
            "text " + "; ".join(f"{each.words!r} at {_place(each)}" for each in picture.words[:MOST_WORDS])
        )
    if picture.areas:
        parts.append(
            "boxes " + "; ".join(f"{each.color} {_place(each)}" for each in picture.areas[:MOST_AREAS])
        )
    return ". ".join(parts) + "."


def _place(patch: Patch) -> str:
    """Say where it is, in percent of the picture: left, top, width x height."""
    return f"{patch.x:.0%},{patch.y:.0%} {patch.width:.0%}x{patch.height:.0%}"
