"""Pictures with known answers: screens, logos, charts, posters and photo-like ones, made from a seed."""

from __future__ import annotations

import random
from io import BytesIO

import fontpkg_inter
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONT = str(fontpkg_inter.ROOT / "files" / "Inter[opsz,wght].ttf")
VIVID = ("#e43c44", "#3c6cf4", "#06d6a0", "#f4a261", "#7b2cbf", "#118ab2", "#ef476f", "#2a9d8f")
WORDS = ("Dashboard", "Orders", "Revenue", "Settings", "Search", "Profile", "Invoices", "Team", "Reports")


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    target = BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size)


def screen(seed: int) -> Image.Image:
    """A dashboard: sidebar, header, cards with text and a button."""
    chance = random.Random(seed)
    width, height = chance.choice([(1920, 1080), (1440, 900), (1280, 800), (390, 844)])
    dark = chance.random() < 0.5
    ground, panel, ink = ("#0f172a", "#1e293b", "#e2e8f0") if dark else ("#f8fafc", "#ffffff", "#0f172a")
    accent = chance.choice(VIVID)
    picture = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(picture)
    side = 0 if width < 500 else round(width * 0.16)
    bar = round(height * 0.08)
    draw.rectangle((0, 0, width, bar), fill=panel)
    draw.text((side + 24, bar // 3), chance.choice(WORDS), fill=ink, font=font(bar // 3))
    if side:
        draw.rectangle((0, 0, side, height), fill=panel)
        for row, word in enumerate(chance.sample(WORDS, 7)):
            draw.text((24, bar + 20 + row * 52), word, fill=ink, font=font(20))
    columns = 1 if width < 500 else chance.choice([2, 3, 4])
    span = (width - side - 24) // columns
    for row in range(4):
        for column in range(columns):
            x, y = side + 24 + column * span, bar + 24 + row * (height - bar) // 4
            draw.rounded_rectangle(
                (x, y, x + span - 24, y + (height - bar) // 4 - 24), 12, fill=panel, outline="#94a3b8"
            )
            draw.text((x + 20, y + 16), chance.choice(WORDS), fill=ink, font=font(22))
            draw.text((x + 20, y + 50), f"{chance.randrange(10_000)}", fill=ink, font=font(36))
            draw.rounded_rectangle((x + 20, y + 110, x + 140, y + 144), 8, fill=accent)
    return picture


def logo(seed: int) -> Image.Image:
    """A mark of one or two flat shapes, on nothing or on one colour."""
    chance = random.Random(seed)
    clear = chance.random() < 0.7
    picture = Image.new("RGBA", (512, 512), (0, 0, 0, 0) if clear else "#ffffff")
    draw = ImageDraw.Draw(picture)
    first, second = chance.sample(VIVID, 2)
    draw.ellipse((96, 96, 416, 416), fill=first)
    if chance.random() < 0.5:
        draw.polygon([(256, 150), (350, 340), (162, 340)], fill="#ffffff")
    else:
        draw.rounded_rectangle((190, 190, 322, 322), 30, fill=second)
    return picture


def chart(seed: int) -> Image.Image:
    """Bars or lines between two axes, with labels."""
    chance = random.Random(seed)
    picture = Image.new("RGB", (1000, 700), chance.choice(["#ffffff", "#fafafa"]))
    draw = ImageDraw.Draw(picture)
    colors = chance.sample(VIVID, 4)
    for line in range(5):
        y = 600 - line * 110
        draw.line((100, y, 940, y), fill="#dddddd", width=2)
        draw.text((40, y - 12), str(line * 25), fill="#333333", font=font(22))
    draw.line((100, 600, 940, 600), fill="#333333", width=3)
    draw.line((100, 100, 100, 600), fill="#333333", width=3)
    if chance.random() < 0.6:
        for bar in range(8):
            tall = chance.randint(60, 440)
            draw.rectangle((130 + bar * 100, 600 - tall, 195 + bar * 100, 598), fill=colors[bar % 4])
    else:
        for color in colors[:3]:
            points = [(120 + step * 80, chance.randint(140, 560)) for step in range(11)]
            draw.line(points, fill=color, width=5)
    draw.text((340, 30), "Revenue by month", fill="#111111", font=font(36))
    return picture


def poster(seed: int) -> Image.Image:
    """A few very large words on one vivid ground, upright."""
    chance = random.Random(seed)
    width, height = chance.choice([(1080, 1350), (1080, 1920), (1200, 1600)])
    ground = chance.choice(["#111827", "#7b2cbf", "#e43c44", "#f4a261", "#0b3d2e"])
    picture = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(picture)
    ink = "#ffffff" if ground != "#f4a261" else "#111111"
    for row, word in enumerate(chance.sample(["SUMMER", "FESTIVAL", "MUSIC", "TONIGHT", "JAZZ", "LIVE"], 3)):
        draw.text((80, 160 + row * 230), word, fill=ink, font=font(190))
    draw.rectangle((80, height - 330, 480, height - 318), fill="#06d6a0")
    draw.text((80, height - 280), "21 June, Berlin", fill=ink, font=font(64))
    return picture


def photo(seed: int) -> Image.Image:
    """Clouds of noise at many scales with grain, as light and texture of a real scene vary."""
    chance = np.random.default_rng(seed)
    width, height = 1200, 800
    total = np.zeros((height, width, 3))
    for scale in (4, 8, 16, 32, 64, 128):
        coarse = chance.uniform(0, 255, (scale * height // width + 2, scale, 3)).astype(np.uint8)
        layer = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
        total += np.asarray(layer, dtype=float) / scale**0.7
    total = (total - total.min()) / (total.max() - total.min())
    grain = chance.normal(0, 4, (height, width, 1))
    picture = Image.fromarray(np.clip(total * 255 + grain, 0, 255).astype(np.uint8))
    return picture.filter(ImageFilter.GaussianBlur(0.6))


KINDS = {"ui": screen, "logo": logo, "chart": chart, "poster": poster, "photo": photo}
