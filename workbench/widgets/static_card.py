"""What is left of a widget where nothing is alive: a picture and words."""

from __future__ import annotations

from html import escape

from workbench.errors import WorkbenchError
from workbench.studio.studio import Studio


def part_card(studio: Studio, scene: str) -> str:
    """Return a part as HTML that needs no script: a scene's picture, or the project's."""
    if not scene:
        return studio.card()
    try:
        name = studio.scene(scene).name
        frames = studio.check(scene).painted(name).frames
        picture = studio.frame(scene, frames // 2, height=360)
    except WorkbenchError as error:
        return f"<p>{escape(str(error))}</p>"
    return (
        f'<figure style="margin:0"><img src="{picture.data_url}" alt="{escape(name)}" style="max-width:100%">'
        f"<figcaption>{escape(studio.name)}: {escape(name)}</figcaption></figure>"
    )
