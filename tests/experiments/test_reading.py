"""An experiment is read from data and files, and a wrong key is told with the likely one."""

from pathlib import Path
from typing import Any

import pytest

from workbench.errors import InputError, NotFound
from workbench.experiments.reading import read_file, read_spec, suite, suite_names
from workbench.experiments.scores.registry import KINDS
from workbench.experiments.values import Case, fingerprint

YAML = """
variants:
  ours: {}
  calm: "Keep it calm. {prompt}"
  exact: {rules: "Write little.", two_step: always, temperature: 0.2}
models:
  - offline
  - name: small
    model: small-1
    base_url: http://127.0.0.1:9/v1
    price: [0.5, 1.5]
cases:
  - a title card that says "Hello"
  - name: growth
    brief: a chart of {numbers}
    params: {numbers: "3, 4, 9"}
    format: "9:16"
    expect:
      - shows: Growth
      - appears_before: {what: Growth, seconds: 1.5}
  - name: red
    brief: make the title red
    start: [{template: title, params: {title: Hi}}]
repeats: 2
baseline: ours
most_usd: 2
"""


def test_yaml_and_toml_say_the_same(tmp_path: Path) -> None:
    """The two kinds of file give equal experiments, named as their file."""
    (tmp_path / "mine.yaml").write_text(YAML)
    spec = read_file(tmp_path / "mine.yaml")
    assert (spec.name, spec.size, spec.base) == ("mine", 3 * 2 * 3 * 2, "ours")
    assert spec.case("growth").prompt == "a chart of 3, 4, 9"
    with pytest.raises(NotFound, match="no case named 'grwth'"):
        spec.case("grwth")
    toml = """
    repeats = 2
    cases = ["a title"]
    [variants.ours]
    [variants.calm]
    brief = "Keep it calm. {prompt}"
    """
    (tmp_path / "other.toml").write_text(toml)
    other = read_file(tmp_path / "other.toml")
    assert other.variant("calm") == spec.variant("calm")


def test_plain_data_is_read_back_equal(tmp_path: Path) -> None:
    """What the ledger keeps is the experiment, whole."""
    (tmp_path / "mine.yaml").write_text(YAML)
    spec = read_file(tmp_path / "mine.yaml")
    assert read_spec(spec.as_dict()) == spec


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"varients": {}}, "'variants'"),
        ({"variants": {"a": {"breif": "x"}}}, "'brief'"),
        ({"variants": {"a": {"two_step": "allways"}}}, "'always'"),
        ({"variants": {"a": {"brief": "without a place"}}}, "{prompt}"),
        ({"variants": {"a": {"temperature": 7}}}, "0 to 2"),
        ({"cases": [{"breif": "x"}]}, "'brief'"),
        ({"cases": [{"brief": "x", "expect": [{"shows_up": "y"}]}]}, "'shows'"),
        ({"cases": [{"brief": "x", "expect": [{"moves": {"what": "y"}}]}]}, "lacks `direction`"),
        ({"cases": [{"brief": "x", "expect": [{"scenes": "two"}]}]}, "`count`"),
        ({"cases": [{"brief": "x", "expect": [{"stays_inside": {"area": "saef"}}]}]}, "'safe'"),
        ({"cases": [{"brief": "x", "format": "16x9x3"}]}, "16:9"),
        ({"cases": [{"brief": "x", "start": [{"params": {}}]}]}, "template or a source"),
        ({"cases": ["x"], "repeats": "2"}, "whole number"),
        ({"cases": ["x"], "baseline": "nobody"}, "no variant"),
        ({"cases": [{"suite": "title-card"}]}, "title-cards"),
        ({"cases": ["x"], "models": [{"name": "m", "prise": [1, 2]}]}, "'price'"),
        ({"cases": ["x"], "models": [{"name": "m", "price": [1]}]}, "[input, output]"),
        ({"cases": []}, "no case"),
        ({"cases": ["x", "x"]}, "are called 'x'"),
    ],
)
def test_a_mistake_is_told_with_the_way_out(data: dict[str, Any], told: str) -> None:
    """Each wrong part is named, with the likely right one."""
    with pytest.raises(InputError) as caught:
        read_spec({"name": "t", **data})
    assert told in str(caught.value)


def test_the_keys_of_an_experiment_stand_in_blocks() -> None:
    """All arms of a case are next to each other, and every repeat begins when the one before is through."""
    spec = read_spec(
        {"name": "t", "variants": {"a": {}, "b": "{prompt}!"}, "cases": ["x", "y"], "repeats": 2}
    )
    keys = spec.keys()
    assert [key.repeat for key in keys] == [1] * 4 + [2] * 4
    assert all(keys[n].case == keys[n + 1].case for n in range(0, 8, 2))
    assert keys == spec.keys()


def test_a_price_is_no_part_of_what_a_model_is() -> None:
    """A new price changes no result; another name on the server does."""
    spec = read_spec({"name": "t", "cases": ["x"], "models": [{"name": "m", "price": [1, 2]}]})
    dearer = read_spec({"name": "t", "cases": ["x"], "models": [{"name": "m", "price": [2, 4]}]})
    assert fingerprint(spec.models[0]) == fingerprint(dearer.models[0])
    assert spec.amended(dearer).models[0].price == (2.0, 4.0)


@pytest.mark.parametrize("name", ["charts", "edits", "image-led", "multi-scene", "title-cards", "ui-mockups"])
def test_every_suite_that_ships_can_be_read(name: str) -> None:
    """Each has at least five cases, each with something expected of it."""
    assert name in suite_names()
    cases = suite(name)
    assert len(cases) >= 5
    assert all(isinstance(case, Case) and case.expect and case.suite == name for case in cases)


def test_every_kind_of_expectation_says_what_it_asks() -> None:
    """The first line of each is its documentation."""
    assert all(kind.about.endswith(".") for kind in KINDS.values())
