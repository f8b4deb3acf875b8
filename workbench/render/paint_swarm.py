"""Paints particles: grouped by colour and opacity, so that one path draws many of them."""

from __future__ import annotations

from collections import defaultdict
from math import sqrt

from workbench.render.brushes import faded
from workbench.render.canvas import Brush, Segment
from workbench.render.moment import Moment
from workbench.render.paint_shapes import oval_outline, star
from workbench.scene.particles import Swarm
from workbench.scene.staged import Item

OPACITY_STEPS = 24


def paint_particles(now: Moment, item: Item, opacity: float) -> None:
    """Paint a swarm at one frame in the item's own space; fainter particles are painted first."""
    swarm: Swarm = item.values["swarm"]
    shape = str(item.values.get("shape", "circle"))
    particles = swarm.at(now.frame)
    groups: dict[tuple[int, int], list[Segment]] = defaultdict(list)
    rows = zip(
        particles.x.tolist(),
        particles.y.tolist(),
        particles.size.tolist(),
        particles.opacity.tolist(),
        particles.color.tolist(),
        strict=True,
    )
    for x, y, size, share, color in rows:
        step = round(share * OPACITY_STEPS)
        if step > 0 and size > 0:
            groups[step, color].extend(_shape(shape, x, y, size / 2))
    for (step, color), segments in sorted(groups.items()):
        brush = Brush(faded(swarm.colors[color], opacity * step / OPACITY_STEPS))
        now.canvas.path(tuple(segments), brush, None, 1.0, 0.0)


def _shape(kind: str, x: float, y: float, radius: float) -> tuple[Segment, ...]:
    if kind == "star":
        return star(x, y, radius * 1.25)
    if kind == "square":
        half = radius / sqrt(2) * 1.25
        left, top, right, bottom = x - half, y - half, x + half, y + half
        return (("M", left, top), ("L", right, top), ("L", right, bottom), ("L", left, bottom), ("Z",))
    return oval_outline((x - radius, y - radius, x + radius, y + radius))
