"""Files that mean harm, or are no pictures: each is refused with the reason."""

from __future__ import annotations

import struct
import threading
import warnings
import zlib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.images.making import encoded
from workbench.errors import InputError
from workbench.images import Picture, facts, open_picture, opening
from workbench.images.svg import MOST_BYTES, is_svg, opened_svg

GOOD = {
    kind: encoded(Image.effect_noise((64, 48), 60), kind) for kind in ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
}


def svg(inside: str, size: str = "width='100' height='100'") -> bytes:
    names = "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"
    return f"<svg {names} {size}>{inside}</svg>".encode()


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that says it is huge and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, data) for name, data in chunks)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def with_chunk(png: bytes, name: bytes, data: bytes) -> bytes:
    """A PNG with a chunk after its header."""
    return png[:33] + chunk(name, data) + png[33:]


NESTED = "".join(
    f"<g id='a{level}'>" + f"<use href='#a{level - 1}'/>" * 10 + "</g>"
    if level
    else "<rect id='a0' width='9' height='9'/>"
    for level in range(9)
)
HOSTILE = {
    "empty": (b"", "it is empty"),
    "text": (b"no picture at all", "nothing known"),
    "pdf": (b"%PDF-1.7 ...", "a PDF"),
    "bmp": (encoded(Image.new("RGB", (9, 9)), "BMP"), "a BMP"),
    "web page": (b"<!DOCTYPE html><html><svg/></html>", "a web page"),
    "video": (b"\0\0\0\x18ftypmp42" + bytes(40), "a video"),
    "heic": (b"\0\0\0\x18ftypheic" + bytes(40), "a HEIC"),
    "41 megapixels": (png_of_size(8200, 5000), "8200x5000 pixels"),
    "bomb": (png_of_size(60_000, 60_000), "megapixels"),
    "svg entities": (b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + svg("&a;"), "entities"),
    "svg file": (svg("<image xlink:href='/etc/logo.png'/>"), "outside itself: '/etc/logo.png'"),
    "svg prefixed": (
        svg("<a:image xmlns:a='http://www.w3.org/2000/svg' href='/etc/logo.png'/>"), "outside itself"
    ),
    "svg large": (svg("<!--" + "a" * MOST_BYTES + "-->"), "is an SVG of 4.0 MB"),
    "svg web": (svg("<image href=\"https://example.org/a.png\"/>"), "outside itself: 'https"),
    "svg escaped": (svg("<image href='&#47;etc/logo.png' width='9' height='9'/>"), "outside itself"),
    "svg style": (svg("<style>@import 'a.css';</style>"), "outside itself"),
    "svg broken": (svg("<g>"), "cannot be painted"),
    "svg sizeless": (svg("", size=""), "without width, height and view box"),
    "svg long": (svg("", size="width='100000' height='1'"), "100000x1"),
    "svg latin": (svg("é").decode().encode("latin-1"), "not UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_refused_with_the_reason(name: str) -> None:
    """Each hostile or foreign file is an input error that says why."""
    content, reason = HOSTILE[name]
    with pytest.raises(InputError) as refused:
        facts(content, label="thing")
    assert reason in str(refused.value)
    assert "'thing'" in str(refused.value)


@pytest.mark.slow
def test_an_svg_that_unpacks_without_end_is_stopped() -> None:
    """A hundred million nested references end in a refusal; this process goes on."""
    with pytest.raises(InputError, match=r"more time or memory|cannot be painted"):
        facts(svg(f"<defs>{NESTED}</defs><use href='#a8'/>"))


def test_links_in_an_svg_are_no_harm() -> None:
    """What a reader could click on is not loaded, so it is not refused."""
    found = facts(svg("<a href='https://example.org'><rect width='100' height='100' fill='#123456'/></a>"))
    assert found.dominant == "#123456"


@pytest.mark.parametrize("kind", GOOD)
def test_half_a_file_is_refused(kind: str) -> None:
    """A file that was cut off is not measured as if it were whole."""
    with pytest.raises(InputError, match="no picture that can be read"):
        facts(GOOD[kind][: len(GOOD[kind]) // 2])


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(st.sampled_from(sorted(GOOD)), st.integers(0, 3000), st.binary(min_size=1, max_size=40))
def test_damaged_bytes_give_facts_or_a_reason(kind: str, at: int, damage: bytes) -> None:
    """Whatever bytes are overwritten, nothing but an input error is raised."""
    at %= len(GOOD[kind])
    content = GOOD[kind][:at] + damage + GOOD[kind][at + len(damage) :]
    with suppress(InputError):
        assert facts(content).width >= 1


@pytest.mark.parametrize("action", ["ignore", "error"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [(png_of_size(10_000, 10_000), "megapixels|10000x10000"), (b"\0\0", "nothing known")],
    ids=["warned of", "foreign"],
)
def test_refused_whatever_is_done_with_warnings(content: bytes, reason: str, action: Any) -> None:
    """A picture that Pillow warns of is an input error, also where warnings are errors."""
    with warnings.catch_warnings():
        warnings.simplefilter(action)
        with pytest.raises(InputError, match=reason):
            open_picture(content)


def test_a_warning_that_is_an_error_is_the_reason() -> None:
    """An animation that is none is opened; where warnings are errors it is refused with Pillow's words."""
    content = with_chunk(GOOD["PNG"], b"acTL", bytes(8))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert open_picture(content).header.frames == 1
        warnings.simplefilter("error")
        with pytest.raises(InputError, match="Invalid APNG"):
            open_picture(content)


def test_two_pictures_at_once_leave_the_filters_of_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that was opened first is done first: what the process shows of warnings is as it was."""
    opened = {name: threading.Event() for name in ("first", "second")}
    done = threading.Event()
    read = opening._read

    def waits(picture: Image.Image, label: str, longest_side: int) -> Picture:
        opened[label].set()
        (opened["second"] if label == "first" else done).wait(60)
        return read(picture, label, longest_side)

    monkeypatch.setattr(opening, "_read", waits)
    before = list(warnings.filters)
    first, second = (threading.Thread(target=open_picture, args=(GOOD["PNG"], name)) for name in opened)
    first.start()
    opened["first"].wait(60)
    second.start()
    first.join()
    done.set()
    second.join()
    assert list(warnings.filters) == before


@pytest.mark.timeout(60)
@pytest.mark.parametrize("head", [b"<!DOCTYPE " + b"a" * 65_000, b"<!DOCTYPE a [" * 5_000, b"<!--" * 16_000])
def test_a_beginning_that_is_no_svg_is_seen_at_once(head: bytes) -> None:
    """However many ways there are to read it; this took seconds, and the whole service waited."""
    assert not is_svg(head)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("part", ["<a ", "<a.", "href=", "<svg "])
def test_a_long_svg_of_one_thing_is_looked_through_at_once(part: str) -> None:
    """A million letters of it; this took minutes."""
    assert opened_svg(svg(part * (1_000_000 // len(part))), "thing").width == 100
