import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scene.sandboxes import complaint, nodes
from workbench.scene.color import mix_colors, parse_color
from workbench.scene.easing import EASES, ease


def _parts(source: str, role: str):
    return [node for ident, node in nodes(source).items() if f"/{role}-" in ident]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12))
@settings(max_examples=25, deadline=None)
def test_bars_stay_inside_their_chart_and_apart(values):
    """Whatever the values, bars lie between left and right edge and do not touch."""
    bars = _parts(f"bar_chart({values!r}, width=600, height=300)", "bar")
    edges = [(bar.props["x"], bar.props["x"] + bar.props["width"]) for bar in bars]
    assert all(0 <= left < right <= 600 for left, right in edges)
    assert all(first[1] <= second[0] for first, second in pairwise(edges))
    assert all(0 < bar.props["height"].args["b"] <= 300 for bar in bars)


def test_positive_and_negative_bars_share_a_zero_line():
    """A bar below zero begins where the bars above end."""
    up, down = _parts("bar_chart([2, -1])", "bar")
    assert down.props["y"] == pytest.approx(up.props["y"].args["a"])
    assert up.props["height"].args["b"] == pytest.approx(2 * down.props["height"].args["b"])


def test_a_value_of_zero_has_a_figure_and_no_bar():
    """Nothing is drawn for nothing, and it is said."""
    assert [bar.id for bar in _parts("bar_chart([3, 0])", "bar")] == ["bar_chart-1/bar-1"]
    assert [label.props["content"] for label in _parts("bar_chart([3, 0])", "value")] == ["3", "0"]


def test_labels_of_many_bars_shrink():
    """Twenty long labels are set smaller than two."""
    few = _parts("bar_chart([1, 2], ['January', 'February'])", "label")[0].props["size"]
    many = _parts("bar_chart([1] * 20, ['September'] * 20)", "label")[0].props["size"]
    assert many < few <= 30


def test_figures_read_like_money():
    """Prefix, separators and sign stand where a reader expects them."""
    source = 'bar_chart([1234567.5, -40], prefix="$", suffix=" M")'
    assert [label.props["content"] for label in _parts(source, "value")] == ["$1,234,567.5 M", "-$40 M"]


@pytest.mark.parametrize("values", [[5], [5, 5], [0, 0], [-3, -1], [1e-3, 2e-3], [1, 1e6]])
def test_a_line_chart_takes_any_values(values):
    """One value, equal values, negative and tiny ones all have grid lines and points inside the chart."""
    found = nodes(f"line_chart({values}, width=600, height=300)")
    dots = [node for ident, node in found.items() if "/dot-" in ident]
    assert len(dots) == len(values)
    assert all(abs(dot.props["x"]) <= 300 and abs(dot.props["y"]) <= 150 for dot in dots)
    assert sum("/grid-" in ident for ident in found) >= 2


def test_a_donut_is_filled_by_its_shares():
    """The shares of a ring end at their part of the whole, less a hair between them."""
    ends = [node.props["trim"].args["b"] for node in _parts("donut([1, 1, 2])", "share")]
    assert ends == pytest.approx([0.25, 0.25, 0.5], abs=0.01)
    assert complaint("donut([1, -1])")[0] == "argument"


def test_a_counter_counts_to_its_end():
    """The text runs from the first to the last number and keeps its digits' width."""
    counter = nodes('counter(0, 12345, prefix="€", separator=".", seconds=1)')["counter-1"]
    values = counter.props["content"].values
    assert (values[0], values[-1], counter.props["tabular"]) == ("€0", "€12.345", True)


def test_easing_in_source_is_the_easing_of_tracks():
    """ease() in a function of time follows the same curve as a tween."""
    shares = [n / 10 for n in range(11)]
    kinds = sorted(EASES)
    source = f"for kind in {kinds}:\n    line([(s, ease(kind, s)) for s in {shares}])"
    source = source.replace("for kind in", "kinds: list[Ease] =").replace(
        ":\n    line", "\nfor kind in kinds:\n    line"
    )
    for kind, node in zip(kinds, nodes(source).values(), strict=True):
        assert [y for _, y in node.props["points"]] == pytest.approx(
            list(ease(kind, np.array(shares))), abs=2e-6
        )


def test_colours_mix_in_source_as_they_do_in_tracks():
    """mix() gives the colour that a colour track passes through."""
    found = parse_color(nodes('rect(fill=mix("#38bdf8", "tomato", 0.3))')["rect-1"].props["fill"])
    a, b = (np.array(parse_color(color)) for color in ("#38bdf8", "tomato"))
    assert found == pytest.approx(tuple(mix_colors(a, b, 0.3)), abs=0.003)
    assert math.isclose(
        parse_color(nodes('rect(fill=alpha("red", 0.5))')["rect-1"].props["fill"])[3], 0.5, abs_tol=0.002
    )
