"""Writes docs/templates.md and the pictures beside this file, from the library itself.

Run it after a template was added or changed: `python docs/templates/make.py`. Each picture shows three
moments in 16:9 and the last of them in 9:16 and 1:1, painted by the product.
"""
# ruff: noqa: INP001 - a script beside the pictures it makes, not a package

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.render.shaping import HarfbuzzMeasure
from workbench.render.still import render_frame
from workbench.scene.evaluate import evaluate
from workbench.scene.format import Format
from workbench.scene.graph import Param
from workbench.scene.stage import stage
from workbench.templates import Template, templates

HERE = Path(__file__).parent
PAGE = HERE.parent / "templates.md"
MOMENTS = (0.14, 0.36, 0.92)
"""Shares of the scene's length at which the wide pictures are taken."""
TALL = 180
GAP = 6

INTRODUCTION = """# Templates

A template is a scene with a header and parameters: one `.scene` file in
[`workbench/templates/library`](../workbench/templates/library). Add one by its id, set its parameters, and
edit the source afterwards like that of any other scene; the header stays behind. Every template suits 16:9,
9:16, 1:1, 4:5 and 4:3; long texts shrink to fit, and text colours follow the background.

This page and its pictures are written by `python docs/templates/make.py`.
"""


def main() -> None:
    """Write all pictures and the page."""
    for one in templates():
        Image.fromarray(contact(one)).save(HERE / f"{one.id}.jpg", quality=84, optimize=True)
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Return the page's text."""
    categories = sorted({one.category for one in templates()})
    return INTRODUCTION + "".join(_chapter(category) for category in categories)


def contact(one: Template) -> NDArray[np.uint8]:
    """Return the contact picture of a template, RGB."""
    wide = [_frame(one, Format(TALL * 16 // 9, TALL), share) for share in MOMENTS]
    others = [_frame(one, shape, MOMENTS[-1]) for shape in (Format(102, TALL), Format(TALL, TALL))]
    bar = np.full((TALL, GAP, 3), 255, np.uint8)
    cells = [cell for picture in (*wide, *others) for cell in (picture, bar)]
    return np.concatenate(cells[:-1], axis=1)


def _frame(one: Template, shape: Format, share: float) -> NDArray[np.uint8]:
    graph = evaluate(one.source, shape, duration_seconds=one.seconds).graph
    if graph is None:
        raise SystemExit(f"{one.id} has no picture; run the tests of the library.")
    staged = stage(graph, HarfbuzzMeasure())
    return render_frame(staged, int(staged.frames * share), shape)[..., [2, 1, 0]]


def _chapter(category: str) -> str:
    parts = [_entry(one) for one in templates() if one.category == category]
    return f"\n## {category.capitalize()}\n" + "".join(parts)


def _entry(one: Template) -> str:
    params = " · ".join(_param(param) for param in one.params)
    return (
        f"\n### {one.title}\n\n`{one.id}` · {one.seconds:g} seconds. {one.about}\n\n"
        f"![{one.title}](templates/{one.id}.jpg)\n\nParameters: {params}\n"
    )


def _param(param: Param) -> str:
    return f"`{param.name}`" + (f" ({', '.join(param.choices)})" if param.choices else "")


if __name__ == "__main__":
    main()
