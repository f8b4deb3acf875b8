"""The pictures of a project as models are told of them: what is known of each at this moment."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.brain.packet import Patch, PictureView, Section
from workbench.brain.pictures import pictures_told
from workbench.images.values import Area, ImageFacts, TextLine
from workbench.store.values import Asset
from workbench.studio.analysing import Analysis

LEAST_SURE = 0.7
"""How sure a reader must be of a line before anybody is told of it."""
_SEE_THROUGH = 0.02


def picture_view(asset: Asset, found: Analysis, *, asked: bool = False, alt: str = "") -> PictureView:
    """Return a picture as a model is told of it."""
    facts = found.facts
    view = PictureView(asset.name, asset.width or 1, asset.height or 1, asked, found.state, alt=alt)
    return view if facts is None else measured_view(view, facts)


def measured_view(view: PictureView, facts: ImageFacts) -> PictureView:
    """Return the view with the facts in it."""
    seen = facts.seen
    return PictureView(
        name=view.name,
        width=view.width,
        height=view.height,
        asked=view.asked,
        state="ready",
        kind=facts.kind,
        colors=tuple((each.color, each.share) for each in facts.palette),
        background=facts.background or "",
        transparent=facts.transparent_share > _SEE_THROUGH,
        areas=tuple(_patch(each) for each in (*facts.areas, *facts.blocks)),
        words=None if facts.text is None else tuple(_words(each) for each in facts.text if _sure(each)),
        alt=view.alt,
        shows=seen.description if seen else "",
        mood=seen.mood if seen else "",
        fonts=seen.fonts if seen else "",
    )


def pictures_section(views: Sequence[PictureView]) -> tuple[Section, ...]:
    """Return what models are told of pictures in words; nothing without any."""
    told = pictures_told(views)
    return (Section("Pictures of this project", told, 0.97),) if told else ()


def in_few_words(name: str, facts: ImageFacts) -> str:
    """Return words that stand for a picture where it cannot be seen."""
    if facts.seen and (facts.seen.alt or facts.seen.description):
        return facts.seen.alt or facts.seen.description
    read = " ".join(line.text for line in facts.text or () if _sure(line))[:80].strip()
    kinds = {"ui": "screen", "photo": "photo", "logo": "logo", "chart": "chart", "poster": "poster"}
    colors = ", ".join(each.color for each in facts.palette[:3])
    said = f" that says “{read}”" if read else ""
    what = f"{name}: a {kinds[facts.kind]}{said}"
    return f"{what}, mostly {colors}" if colors else what


def _sure(line: TextLine) -> bool:
    return line.confidence >= LEAST_SURE


def _patch(area: Area) -> Patch:
    return Patch(area.x, area.y, area.width, area.height, area.color)


def _words(line: TextLine) -> Patch:
    return Patch(line.x, line.y, line.width, line.height, line.color, line.text)
