"""Small scenes, one for each thing the painter can do, painted by two rasterisers and blessed as PNGs."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

from tests.render.scenes import MEASURE, NIGHT, PINK, SKY, WHITE, item, picture, words
from workbench.render.assets import Assets
from workbench.render.paint_shapes import rounded_outline
from workbench.scene.graph import Gradient, Shadow, Stroke
from workbench.scene.measure import TextSpec
from workbench.scene.particles import swarm
from workbench.scene.staged import Item, Staged, Units

SOFT = Shadow((0.0, 0.0, 0.0, 0.5), 60.0, 0.0, 24.0)
GLOW = Shadow((*SKY[:3], 0.9), 80.0, 0.0, 0.0)
ACROSS = Gradient("linear", ((0.0, SKY), (1.0, PINK)), angle=0.0)
DUSK = Gradient("linear", ((0.0, (0.043, 0.063, 0.125, 1.0)), (1.0, (0.11, 0.17, 0.33, 1.0))), angle=60.0)
WAVE = (
    ("M", -600.0, 0.0),
    ("C", -300.0, -500.0, 0.0, 500.0, 150.0, 0.0),
    ("C", 300.0, -400.0, 500.0, 100.0, 600.0, 0.0),
)


def photo() -> bytes:
    """Return a small picture with soft colours, as PNG."""
    y, x = np.mgrid[0:120, 0:160]
    pixels = np.stack([x * 255 // 160, y * 255 // 120, 200 - x // 2], axis=2).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


ASSETS = Assets({"photo": photo()})


def big(content: str, **named: Any) -> Item:
    named.setdefault("spec", {"size": 220, "weight": 800})
    return words(content, 960, 540, **named)


def units() -> Item:
    shown = np.array([[1.0], [0.8], [0.5], [0.2]])
    still = np.zeros((4, 1))
    moving = Units("word", shown, still, (1 - shown) * 160, 0.6 + 0.4 * shown, (1 - shown) * 30, still)
    return words("one two three four", 960, 540, spec={"size": 150, "weight": 700}, more={"units": moving})


def program() -> Item:
    spec = TextSpec(
        'def hello():\n    return "hi"',
        font="mono",
        size=90,
        align="left",
        line_height=1.5,
        spans=((0, 3, "#c084fc"), (24, 28, "#86efac")),
    )
    block = MEASURE.text(spec)
    placed = {"blocks": (block,), "block_left": -block.width / 2, "block_top": -block.height / 2}
    dots = tuple((-700.0 + 60 * n, -240.0, 18.0, color) for n, color in enumerate((PINK, WHITE, SKY)))
    return item(
        "code",
        960,
        540,
        1560,
        600,
        more=placed,
        panel=(0.06, 0.09, 0.16, 1.0),
        radius=36.0,
        dots=dots,
        color=WHITE,
        size=90.0,
        cursor=False,
        dimmed=frozenset({0}),
        gutter=None,
        shadow=SOFT,
    )


def flock() -> Item:
    made = swarm(
        60,
        size=(30, 90),
        colors=("#38bdf8", "#f472b6"),
        motion="drift",
        speed=40,
        area=(1800, 1000),
        gravity=0,
        life_seconds=0,
        seed=3,
        local_seconds=np.array([1.0]),
    )
    return item("particles", 960, 540, 1800, 1000, swarm=made, shape="star")


def pair(blend: str) -> tuple[Item, Item]:
    under = item("circle", 800, 540, 640, 640, fill=SKY, stroke=None)
    return under, item("circle", 1120, 540, 640, 640, fill=PINK, stroke=None, blend=blend)


def overlapping(**named: Any) -> Item:
    held = tuple(
        item("rect", x, x / 2, 500, 400, fill=fill, stroke=None, radius=40.0)
        for x, fill in ((-150, SKY), (150, PINK))
    )
    return item("group", 960, 540, 800, 550, children=held, **named)


def shown_through(shape: Item, **of_mask: Any) -> Item:
    """Return two sheets seen through a shape; all stand in the picture's coordinates."""
    mask = item("mask", 0, 0, 3840, 2160, children=(shape,), **({"invert": False} | of_mask))
    sheets = (
        item("rect", x, y, 700, 500, fill=fill, stroke=None, radius=40.0)
        for x, y, fill in ((810, 465, SKY), (1110, 615, PINK))
    )
    return item("group", 0, 0, 3840, 2160, children=(mask, *sheets))


SCENES: dict[str, Staged] = {
    "background linear": picture(background=DUSK),
    "background radial": picture(background=Gradient("radial", ((0.0, SKY), (1.0, NIGHT)), x=0.4, y=0.3)),
    "rect with shadow": picture(
        item("rect", 960, 540, 1000, 500, fill=WHITE, stroke=None, radius=60.0, shadow=SOFT), background=SKY
    ),
    "glass with shadow": picture(
        item(
            "rect",
            960,
            540,
            1000,
            500,
            fill=(1.0, 1.0, 1.0, 0.25),
            stroke=Stroke(WHITE, 6.0),
            radius=60.0,
            shadow=SOFT,
        ),
        background=ACROSS,
    ),
    "turned and faded": picture(
        item("rect", 960, 540, 900, 500, degrees=20, opacity=0.6, fill=ACROSS, stroke=None, radius=60.0)
    ),
    "circle with gradient and stroke": picture(
        item(
            "circle",
            960,
            540,
            800,
            800,
            fill=Gradient("radial", ((0.0, WHITE), (1.0, PINK)), x=0.35, y=0.3),
            stroke=Stroke(SKY, 24.0),
        )
    ),
    "sweep": picture(
        item(
            "ellipse",
            960,
            540,
            1500,
            800,
            fill=Gradient("sweep", ((0.0, SKY), (0.5, PINK), (1.0, SKY)), angle=30.0),
            stroke=None,
        )
    ),
    "ring, trimmed and glowing": picture(
        item(
            "circle", 960, 540, 760, 760, fill=None, stroke=Stroke(SKY, 60.0), shadow=GLOW, more={"trim": 0.7}
        )
    ),
    "path, dashed": picture(
        item(
            "path",
            960,
            540,
            1200,
            500,
            segments=WAVE,
            fill=None,
            stroke=Stroke(PINK, 24.0, (80.0, 50.0), "butt"),
        )
    ),
    "path, drawn": picture(
        item(
            "path",
            960,
            540,
            1200,
            500,
            segments=WAVE,
            fill=None,
            stroke=Stroke(ACROSS, 40.0),
            more={"trim": 0.6},
        )
    ),
    "path, filled": picture(
        item(
            "path",
            960,
            540,
            900,
            700,
            segments=rounded_outline((-450, -350, 450, 350), 200),
            fill=ACROSS,
            stroke=Stroke(WHITE, 16.0),
        )
    ),
    "text": picture(big("Crisp text")),
    "text, gradient": picture(big("Gradient", color=ACROSS)),
    "text, glowing": picture(big("Glowing", shadow=GLOW)),
    "text, blurred": picture(big("Blurred", blur=20)),
    "text, wrapped": picture(
        words(
            "Long lines break between words and stay in the middle",
            960,
            540,
            spec={"size": 120, "max_width": 1500, "weight": 600},
        )
    ),
    "text, mono": picture(words("x != y -> 0O1l", 960, 540, spec={"size": 170, "font": "mono"})),
    "text, emoji": picture(words("👋🏽 🚀 👩‍💻 🇫🇷", 960, 540, spec={"size": 260})),
    "text, words arriving": picture(units()),
    "code": picture(program()),
    "image, rounded": picture(
        item(
            "image",
            960,
            540,
            1200,
            800,
            asset="photo",
            source=(0.0, 10.0, 160.0, 110.0),
            radius=80.0,
            shadow=SOFT,
        )
    ),
    "image, missing": picture(item("image", 960, 540, 1200, 800, asset="none", source=None, radius=0.0)),
    "group, faded as one": picture(overlapping(opacity=0.5)),
    "group, clipped": picture(overlapping(clip=True, degrees=10)),
    "group, blurred": picture(overlapping(blur=30)),
    "mask, soft": picture(
        shown_through(
            item(
                "ellipse",
                960,
                540,
                900,
                700,
                fill=Gradient("radial", ((0.4, WHITE), (1.0, (*WHITE[:3], 0.0))), radius=0.5),
                stroke=None,
            )
        )
    ),
    "mask, inverted": picture(
        shown_through(words("CUT", 960, 540, spec={"size": 300, "weight": 900}), invert=True), background=DUSK
    ),
    "mask, blurred and turned": picture(
        shown_through(
            item("rect", 960, 540, 700, 400, fill=PINK, stroke=None, radius=60.0, degrees=20),
            blur=20,
            opacity=0.9,
        )
    ),
    "wipe": picture(
        item(
            "rect",
            960,
            540,
            1200,
            600,
            fill=ACROSS,
            stroke=None,
            more={"wipe": np.array([[0.0], [0.0], [0.6], [1.0]])},
        )
    ),
    "particles": picture(flock()),
    "screen": picture(*pair("screen")),
    "multiply": picture(*pair("multiply"), background=WHITE),
    "difference": picture(*pair("difference")),
}
