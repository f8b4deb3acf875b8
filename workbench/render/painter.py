"""Paints a staged scene on a canvas: `paint(staged, frame, canvas)`. Pure look-up and drawing."""

from __future__ import annotations

from workbench.render.brushes import brush_at
from workbench.render.canvas import Canvas
from workbench.render.extent import CONTAINERS, extent, overlaps_itself
from workbench.render.moment import Moment, grown
from workbench.render.paint_shapes import paint_image, paint_oval, paint_path, paint_rect
from workbench.render.paint_swarm import paint_particles
from workbench.render.paint_text import paint_code, paint_text
from workbench.scene.staged import Item, Staged

FAR = 1e5
"""Design pixels beyond anything that is painted."""

_SOFT_EDGED = {"rect", "circle", "ellipse", "line", "path"}


def paint(staged: Staged, frame: int, canvas: Canvas) -> None:
    """Paint one frame, background first, in the picture's design pixels."""
    picture = (0.0, 0.0, staged.width, staged.height)
    background = brush_at(staged.background, frame, picture)
    if background is not None:
        canvas.fill(background)
    now = Moment(canvas, frame, (staged.first + frame) / staged.fps)
    for item in staged.items:
        _paint_item(now, item, 1.0)


def _paint_item(now: Moment, item: Item, above: float) -> None:
    """Paint an item; `above` is the opacity of the groups it is in."""
    opacity = above * now.number(item.opacity)
    if not item.visible[now.frame] or opacity <= 0 or _is_masked_out(now, item):
        return
    now.canvas.save()
    now.canvas.transform(now.matrix(item))
    if item.wipe is not None:
        _clip_wipe(now, item)
    if _casts_as_whole(item):
        _paint_whole_shadow(now, item, opacity)
    _paint_apart(now, item, opacity)
    now.canvas.restore()


def _paint_apart(now: Moment, item: Item, opacity: float) -> None:
    """Paint an item as one thing where its blend, blur or opacity need that, else straight."""
    blur = max(now.number(item.blur), 0.0)
    edge = blur if item.node.kind in _SOFT_EDGED else 0.0
    blend = str(item.values.get("blend") or "normal")
    alone = opacity < 1 and overlaps_itself(now, item)
    if blend == "normal" and blur == edge and not alone and item.mask is None:
        _paint_content(now, item, opacity, edge)
        return
    now.canvas.layer(extent(now, item), opacity, blend, blur - edge)
    _paint_content(now, item, 1.0, edge)
    now.canvas.restore()


def _paint_content(now: Moment, item: Item, opacity: float, edge: float) -> None:
    kind = item.node.kind
    if kind == "text":
        paint_text(now, item, opacity)
    elif kind == "rect":
        paint_rect(now, item, opacity, edge)
    elif kind in {"circle", "ellipse"}:
        paint_oval(now, item, opacity, edge)
    elif kind in {"line", "path"}:
        paint_path(now, item, opacity, edge)
    elif kind == "image":
        paint_image(now, item, opacity)
    elif kind == "code":
        paint_code(now, item, opacity)
    elif kind == "particles":
        paint_particles(now, item, opacity)
    else:
        _paint_container(now, item, opacity)


def _paint_container(now: Moment, item: Item, opacity: float) -> None:
    """Paint what a container holds; with a mask, into the layer that `_paint_apart` opened for it alone."""
    if item.node.kind in CONTAINERS:
        paint_rect(now, item, opacity)
    mask = item.mask
    if mask is not None:
        _paint_item(now, mask, 1.0)
        now.canvas.layer(None, 1.0, "outside" if mask.values["invert"] else "inside", 0.0)
    clip = bool(item.values.get("clip"))
    if clip:
        now.canvas.save()
        now.canvas.clip(now.box(item), now.number(item.values.get("radius", 0.0)))
    for child in item.children:
        if child is not mask:
            _paint_item(now, child, opacity)
    if clip:
        now.canvas.restore()
    if mask is not None:
        now.canvas.restore()


def _is_masked_out(now: Moment, item: Item) -> bool:
    """Tell whether a mask that paints nothing hides all that the item holds."""
    mask = item.mask
    if mask is None or mask.values["invert"]:
        return False
    return not mask.visible[now.frame] or now.number(mask.opacity) <= 0


def _casts_as_whole(item: Item) -> bool:
    """Tell whether the shadow is that of everything the item holds, not of a single shape."""
    if item.values.get("shadow") is None:
        return False
    kind = item.node.kind
    if kind in CONTAINERS:
        return item.values.get("fill") is None and item.values.get("stroke") is None
    return kind in {"group", "image", "particles"}


def _paint_whole_shadow(now: Moment, item: Item, opacity: float) -> None:
    cast = now.shadow(item, opacity)
    if cast is None:
        return
    red, green, blue, alpha = cast.color
    now.canvas.save()
    now.canvas.transform(cast.shift)
    bounds = extent(now, item)
    now.canvas.layer(
        bounds and grown(bounds, abs(cast.x) + abs(cast.y)),
        alpha,
        "normal",
        cast.sigma,
        (red, green, blue, 1.0),
    )
    _paint_content(now, item, 1.0, 0.0)
    now.canvas.restore()
    now.canvas.restore()


def _clip_wipe(now: Moment, item: Item) -> None:
    """Clip to the uncovered part; sides that are fully uncovered do not cut what reaches over the box."""
    assert item.wipe is not None
    left, top, right, bottom = now.box(item)
    shares = [float(share) for share in item.wipe[:, now.frame]]
    width, height = right - left, bottom - top
    now.canvas.clip(
        (
            left + width * shares[0] if shares[0] > 0 else -FAR,
            top + height * shares[1] if shares[1] > 0 else -FAR,
            left + width * shares[2] if shares[2] < 1 else FAR,
            top + height * shares[3] if shares[3] < 1 else FAR,
        )
    )
