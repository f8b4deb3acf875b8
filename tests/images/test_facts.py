"""Facts of pictures whose answers are known because the tests made them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from tests.images.making import KINDS, encoded
from workbench.images import ImageFacts, ScriptedReader, TextLine, facts

FORMATS = ["PNG", "JPEG", "WEBP", "GIF", "AVIF"]


def flag(*colors: str, size: tuple[int, int] = (600, 200)) -> Image.Image:
    """Upright stripes of equal width."""
    picture = Image.new("RGB", size)
    draw = ImageDraw.Draw(picture)
    for number, color in enumerate(colors):
        left = number * size[0] // len(colors)
        draw.rectangle((left, 0, size[0], size[1]), fill=color)
    return picture


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_gives_its_size_and_colours(kind: str) -> None:
    """The same stripes are found in each format, as exactly as the format keeps them."""
    found = facts(encoded(flag("#e43c44", "#ffffff", "#3c6cf4"), kind))
    assert (found.width, found.height, found.aspect, found.frames) == (600, 200, 3.0, 1)
    assert found.media_type == f"image/{kind.lower()}"
    assert len(found.palette) == 3
    assert all(abs(each.share - 1 / 3) < 0.02 for each in found.palette)
    for wanted in ((228, 60, 68), (255, 255, 255), (60, 108, 244)):
        nearest = min(_distance(each.color, wanted) for each in found.palette)
        assert nearest <= 12


def _distance(color: str, wanted: tuple[int, int, int]) -> int:
    return max(abs(a - b) for a, b in zip(bytes.fromhex(color[1:]), wanted, strict=True))


def test_an_svg_is_painted_and_keeps_its_own_size() -> None:
    """Width and height are the document's, however large it was painted."""
    inside = b"<rect width='40' height='20' fill='#06d6a0'/>"
    found = facts(b"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'>" + inside + b"</svg>")
    assert (found.media_type, found.width, found.height) == ("image/svg+xml", 40, 20)
    assert (found.dominant, found.background) == ("#06d6a0", "#06d6a0")


def test_a_turned_photo_is_measured_upright() -> None:
    """A camera's note that the picture lies on its side is followed."""
    exif = Image.Exif()
    exif[0x0112] = 6
    found = facts(encoded(flag("#000000", "#ffffff"), "JPEG", exif=exif.tobytes()))
    assert (found.width, found.height, found.turned) == (200, 600, True)


def test_a_small_accent_is_not_lost() -> None:
    """A thin vivid line of one hundredth of the picture is in the palette, exactly."""
    picture = flag("#111827", size=(1000, 1000))
    ImageDraw.Draw(picture).rectangle((0, 700, 999, 709), fill="#06d6a0")
    assert [each.color for each in facts(encoded(picture)).palette] == ["#111827", "#06d6a0"]


def test_transparent_parts_have_no_colour() -> None:
    """What cannot be seen counts neither for the palette nor for the brightness."""
    picture = Image.new("RGBA", (200, 200), (255, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((50, 50, 149, 149), fill="#ffffff")
    found = facts(encoded(picture))
    assert (found.transparent_share, found.background, found.dominant) == (0.75, None, "#ffffff")
    assert (found.brightness, found.contrast) == (1.0, 0.0)
    assert [each.color for each in found.palette] == ["#ffffff"]


def test_nothing_visible_has_no_colours() -> None:
    """A wholly transparent picture is measured without inventing anything."""
    found = facts(encoded(Image.new("RGBA", (60, 40))))
    assert (found.palette, found.dominant, found.areas, found.sharpness) == ((), None, (), None)


def test_black_and_white_have_full_contrast() -> None:
    """Half black, half white: middle brightness, contrast one."""
    found = facts(encoded(flag("#000000", "#ffffff")))
    assert (found.brightness, found.contrast) == (0.5, 1.0)


@pytest.mark.parametrize("kind", ["ui", "photo", "poster"])
def test_blur_lowers_sharpness(kind: str) -> None:
    """Each blur of the same picture is less sharp than the one before."""
    picture = KINDS[kind](1).convert("RGB").resize((700, 500))
    levels = [picture.filter(ImageFilter.GaussianBlur(radius)) for radius in (0, 1, 3)]
    sharp = [facts(encoded(each)).sharpness or 0 for each in levels]
    assert sharp[0] > sharp[1] > sharp[2]


def test_things_apart_are_areas_apart() -> None:
    """Two blocks on a plain ground come back as two rectangles where they are."""
    picture = Image.new("RGB", (800, 400), "#ffffff")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((80, 100, 319, 299), fill="#3c6cf4")
    draw.rectangle((560, 100, 719, 299), fill="#e43c44")
    first, second = facts(encoded(picture)).areas
    assert (first.x, first.y, first.width, first.height) == pytest.approx((0.1, 0.25, 0.3, 0.5), abs=0.01)
    assert (second.x, second.y, second.width, second.height) == pytest.approx((0.7, 0.25, 0.2, 0.5), abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_is_told_from_signs(kind: str) -> None:
    """Made pictures of each kind are recognised, and the evidence is said."""
    found = [facts(encoded(KINDS[kind](seed))) for seed in range(4)]
    assert [each.kind for each in found] == [kind] * 4
    assert all(each.kind_evidence for each in found)


def test_text_is_not_read_without_a_reader() -> None:
    """Without one the text is unknown, which is said; that is not the same as no text."""
    content = encoded(flag("#ffffff"))
    assert (facts(content).text, facts(content).text_note[:8]) == (None, "not read")
    assert facts(content, reader=ScriptedReader()).text == ()
    line = TextLine("Hello", 0.1, 0.1, 0.5, 0.2, 0.99)
    assert facts(content, reader=ScriptedReader(line)).text == (line,)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16", "RGB", "RGBA"])
def test_every_mode_is_read(mode: str) -> None:
    """Grey, deep grey, indexed, printing colours and opacity give facts that survive JSON."""
    made = Image.new("L", (64, 64), 200)
    picture = Image.new("I;16", (64, 64), 51400) if mode == "I;16" else made.convert(mode)
    found = facts(encoded(picture, "JPEG" if mode == "CMYK" else "PNG"))
    assert found.dominant == ("#ffffff" if mode == "1" else "#c8c8c8")
    assert ImageFacts.from_json(json.loads(json.dumps(found.as_json()))) == found


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.integers(0, 0xFFFFFF), min_size=1, max_size=6),
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
)
def test_laws_of_facts(colors: list[int], size: tuple[int, int]) -> None:
    """For any stripes of any size: same bytes same facts, shares within one, places within the picture."""
    content = encoded(flag(*(f"#{each:06x}" for each in colors), size=size))
    found = facts(content)
    assert found == facts(content)
    assert 0 < sum(each.share for each in found.palette) <= 1.001
    assert [each.share for each in found.palette] == sorted(
        (each.share for each in found.palette), reverse=True
    )
    assert all(0 <= area.x <= area.x + area.width <= 1.001 for area in found.areas)
    assert 0 <= found.brightness <= 1
    assert 0 <= found.contrast <= 1
