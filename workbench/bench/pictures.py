"""Pictures for measurements, made from a seed: screens, posters and photo-like ones of usual sizes."""

from __future__ import annotations

import random
from io import BytesIO

import fontpkg_inter
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_FONT = str(fontpkg_inter.ROOT / "files" / "Inter[opsz,wght].ttf")
_VIVID = ("#e43c44", "#3c6cf4", "#06d6a0", "#f4a261", "#7b2cbf", "#118ab2")
_WORDS = ("Orders", "Revenue", "Settings", "Search", "Profile", "Invoices", "Team", "Reports")
KINDS = ("screen", "poster", "photo")


def picture(kind: str, seed: int) -> bytes:
    """Return an encoded picture of a kind; the same seed gives the same bytes."""
    chance = random.Random(f"{kind}:{seed}")
    made = {"screen": _screen, "poster": _poster, "photo": _photo}[kind](chance)
    target = BytesIO()
    if kind == "photo":
        made.save(target, "JPEG", quality=88)
    else:
        made.save(target, "PNG")
    return target.getvalue()


def _screen(chance: random.Random) -> Image.Image:
    accent = chance.choice(_VIVID)
    made = Image.new("RGB", (1440, 900), "#f8fafc")
    draw = ImageDraw.Draw(made)
    draw.rectangle((0, 0, 220, 900), fill="#0f172a")
    for row, word in enumerate(chance.sample(_WORDS, 6)):
        draw.text((28, 90 + row * 52), word, fill="#e2e8f0", font=_font(20))
    for place in range(6):
        x, y = 260 + place % 3 * 390, 60 + place // 3 * 400
        draw.rounded_rectangle((x, y, x + 360, y + 360), 16, fill="#ffffff", outline="#cbd5e1")
        draw.text((x + 24, y + 20), chance.choice(_WORDS), fill="#0f172a", font=_font(24))
        draw.text((x + 24, y + 64), f"{chance.randrange(10_000)}", fill="#0f172a", font=_font(44))
        draw.rounded_rectangle((x + 24, y + 290, x + 170, y + 332), 10, fill=accent)
    return made


def _poster(chance: random.Random) -> Image.Image:
    made = Image.new("RGB", (1080, 1350), chance.choice(_VIVID))
    draw = ImageDraw.Draw(made)
    for row, word in enumerate(chance.sample(_WORDS, 3)):
        draw.text((80, 160 + row * 210), word.upper(), fill="#ffffff", font=_font(150))
    draw.rectangle((80, 900, 520, 912), fill="#ffffff")
    draw.text((80, 960), "21 June, Berlin", fill="#ffffff", font=_font(52))
    return made


def _photo(chance: random.Random) -> Image.Image:
    noise = np.random.default_rng(chance.randrange(2**32)).integers(0, 255, (90, 120, 3), dtype=np.uint8)
    made = Image.fromarray(noise).resize((2400, 1800), Image.Resampling.BICUBIC)
    return made.filter(ImageFilter.GaussianBlur(12))


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT, size)
