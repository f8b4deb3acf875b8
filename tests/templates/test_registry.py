"""A template is a scene file with a header; the registry finds, reads and judges those files."""

from pathlib import Path

import pytest

from workbench.errors import InputError, NotFound
from workbench.templates import declared_params, parse_template, problems, template, templates
from workbench.templates.registry import without_header

HEADER = {
    "title": "Growth chart",
    "category": "data",
    "keywords": "chart, bars, growth",
    "seconds": "6",
    "formats": "16:9 9:16 1:1",
    "about": "Bars rise one after another.",
}
BODY = """
title = param("title", "Up and up")
accent = param("accent", "#38bdf8", kind="color")
speed = param("speed", 1.5, min=0.5, max=3)
loud = param("loud", True)
style = param("style", "bars", choices=["bars", "line"])
text(title, color=accent)
"""


def written(**changes: str) -> str:
    lines = [f"# {key}: {value}" for key, value in (HEADER | changes).items() if value]
    return "\n".join(lines) + "\n" + BODY


def test_header_becomes_fields():
    """Every header line is read into its field."""
    found = parse_template("growth-chart", written())
    assert (found.title, found.category, found.seconds) == ("Growth chart", "data", 6.0)
    assert found.keywords == ("chart", "bars", "growth")
    assert found.formats == ("16:9", "9:16", "1:1")
    assert found.source.endswith(BODY)


@pytest.mark.parametrize("identity", [each.id for each in templates()])
def test_a_scene_made_of_a_template_begins_with_the_scene(identity: str):
    """The header speaks of the template and stays behind, and nothing else does."""
    found = template(identity)
    header, _, body = found.source.partition("\n\n")
    assert header.count("\n") + 1 == len(HEADER)
    assert found.scene_source == body.lstrip("\n")
    assert [each.name for each in declared_params(found.scene_source)] == [each.name for each in found.params]


@pytest.mark.parametrize(
    "source", ["", "circle(5)\n", "# a note\n\ncircle(5)\n", "x = 1\n# title: no header\n"]
)
def test_what_has_no_header_keeps_every_byte(source: str):
    """Comments of one's own are no header."""
    assert without_header(source) == source


def test_params_are_read_without_running():
    """Names, kinds, defaults, ranges and choices come from the text alone."""
    found = {param.name: param for param in declared_params(BODY)}
    assert {name: param.kind for name, param in found.items()} == {
        "title": "text", "accent": "color", "speed": "number", "loud": "boolean", "style": "text",
    }  # fmt: skip
    assert (found["speed"].default, found["speed"].minimum, found["speed"].maximum) == (1.5, 0.5, 3.0)
    assert found["style"].choices == ("bars", "line")


@pytest.mark.parametrize("source", ["param(", "x = param(name())", "\0", "(" * 5000, "#" * 70_000])
def test_params_of_unreadable_source_are_none(source):
    """Source that cannot be parsed declares nothing and raises nothing."""
    assert declared_params(source) == ()


@pytest.mark.parametrize("key", HEADER)
def test_missing_header_line_is_named(key):
    """Leaving a header line out names that line and the file."""
    with pytest.raises(InputError, match=f"growth-chart.scene lacks {key}"):
        parse_template("growth-chart", written(**{key: ""}))


@pytest.mark.parametrize(("key", "value"), [("seconds", "soon"), ("seconds", "0"), ("formats", "16:9 8:5")])
def test_wrong_header_value_is_shown(key, value):
    """A value that cannot be used is quoted in the error."""
    with pytest.raises(InputError) as caught:
        parse_template("growth-chart", written(**{key: value}))
    assert value.split()[-1] in str(caught.value)


def test_users_folder_joins_and_wins(tmp_path: Path):
    """The user's templates stand beside the shipped ones and replace those with the same id."""
    shipped = templates()
    own = shipped[0].id if shipped else "mine"
    (tmp_path / f"{own}.scene").write_text(written(title="My own"))
    (tmp_path / "another-one.scene").write_text(written())
    assert template(own, tmp_path).title == "My own"
    assert {"another-one", own} <= {one.id for one in templates(tmp_path)}


def test_broken_file_leaves_its_neighbours_alone(tmp_path: Path):
    """One file that is no template is reported; the others still load."""
    (tmp_path / "good.scene").write_text(written())
    (tmp_path / "bad.scene").write_text("text('no header')")
    (tmp_path / "Bad Name.scene").write_text(written())
    (tmp_path / "bytes.scene").write_bytes(b"\xff\xfe\xff")
    assert "good" in {one.id for one in templates(tmp_path)}
    assert len(problems(tmp_path)) == 3


def test_unknown_template_suggests_the_nearest(tmp_path: Path):
    """A slip of the pen is answered with the id that was meant."""
    (tmp_path / "growth-chart.scene").write_text(written())
    with pytest.raises(NotFound, match="Did you mean 'growth-chart'"):
        template("growth-chrat", tmp_path)


def test_template_is_found_by_its_title(tmp_path: Path):
    """A title in any case is as good as the id."""
    (tmp_path / "growth-chart.scene").write_text(written(title="Line goes up"))
    assert template("LINE goes up", tmp_path).id == "growth-chart"
