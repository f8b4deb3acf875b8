"""The page about the templates says what the library holds, and shows it."""

import re
from pathlib import Path

import pytest
from PIL import Image

from workbench.templates import templates

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "templates.md").read_text("utf-8")
LARGEST_PICTURE_BYTES = 60_000


@pytest.mark.parametrize("one", templates(), ids=lambda one: one.id)
def test_every_template_is_on_the_page(one):
    """Its entry gives the id, the length, what it shows, and every parameter."""
    entry = PAGE.split(f"### {one.title}\n")[1].split("\n### ")[0]
    assert f"`{one.id}` · {one.seconds:g} seconds. {one.about}" in entry
    written = re.findall(r"`(\w+)`", entry.split("Parameters: ")[1].split("\n## ")[0])
    assert written == [param.name for param in one.params]


@pytest.mark.parametrize("one", templates(), ids=lambda one: one.id)
def test_its_picture_is_small_and_opens(one):
    """The contact picture beside the page is a picture of under 60 kB."""
    path = DOCS / "templates" / f"{one.id}.jpg"
    assert path.stat().st_size < LARGEST_PICTURE_BYTES
    with Image.open(path) as picture:
        assert picture.height == 180


def test_nothing_is_left_over():
    """There is no picture of a template that is gone."""
    assert {path.stem for path in (DOCS / "templates").glob("*.jpg")} == {one.id for one in templates()}
