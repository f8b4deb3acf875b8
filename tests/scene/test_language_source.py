import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.scene.sandboxes import complaint, nodes
from workbench.scene.limits import Limits
from workbench.scene.located import locate
from workbench.scene.source import parse

CALLS = [
    ("circle()", "circle(_line=1)"),
    ("circle(5)", "circle(5, _line=1)"),
    ("circle(5,)", "circle(5,_line=1)"),
    ("circle(5, )", "circle(5, _line=1)"),
    ("circle((5))", "circle((5), _line=1)"),
    ("circle(*a, **b)", "circle(*a, **b, _line=1)"),
    ('text("a, b")', 'text("a, b", _line=1)'),
    ('text(",")  # ,)', 'text(",", _line=1)  # ,)'),
    ("circle(5\n)", "circle(5\n, _line=1)"),
    ("circle(5,  # big, round)\n)", "circle(5,  # big, round)\n_line=1)"),
    ("circle(5  # big, round\n)", "circle(5  # big, round\n, _line=1)"),
    ('text("é"); circle(5)', 'text("é", _line=1); circle(5, _line=1)'),
    ("row(); fade()", "row(_line=1); fade()"),
    ("line(p for p in q)", "line(p for p in q)"),
]


def _located(source: str):
    return locate(source, list(ast.walk(ast.parse(source))))


@pytest.mark.parametrize(("source", "text"), CALLS, ids=[item[0] for item in CALLS])
def test_the_line_is_written_into_every_call_of_a_node(source, text):
    """The written keyword leaves valid source, whatever ends the call."""
    assert _located(source).text == text
    ast.parse(text)


def test_a_name_of_the_authors_own_is_left_alone():
    """A function called line() that the author wrote gets no hidden argument."""
    assert _located("def line(a): return a\nline(3)\ncircle(3)").text.endswith("line(3)\ncircle(3, _line=3)")


@given(st.lists(st.sampled_from(["circle(1)", "text('é')", "row()", "x", "'ü'"]), min_size=1, max_size=6))
def test_columns_find_their_way_back(parts):
    """Every letter of the source keeps its column through the rewriting and back."""
    source = "; ".join(parts)
    located = _located(source)
    rewritten = located.text
    ahead = 0
    for column, letter in enumerate(source, 1):
        ahead = (
            next(
                place
                for place in range(ahead, len(rewritten))
                if rewritten[place] == letter and located.original_column(1, place + 1) == column
            )
            + 1
        )
    assert ahead <= len(rewritten)


def test_a_helpers_nodes_have_the_helpers_line():
    """A node made inside a function is found where it is written."""
    assert nodes("def card():\n    rect(5, 5)\n\n\ncard()")["rect-1"].line == 2


def test_what_the_author_calls_max_or_width_breaks_no_chart():
    """The language's inside does not see the author's names."""
    source = "def scene() -> None:\n    bar_chart([1, 2, 3])\n\n\nmax = 3\nwidth = 10.0\nhex = 4\nscene()"
    assert nodes(source)["bar_chart-1"].props["width"] == 900


@pytest.mark.parametrize(
    ("source", "code"),
    [("a\0b", "syntax"), ("x" * 70_000, "limit-size"), ("-" * 30_000 + "1", "limit-depth")],
)
def test_text_that_cannot_be_read_is_a_finding(source, code):
    """The host reads any text without harm."""
    assert parse(source, Limits()).findings[0].code == code


@given(st.text())
def test_any_text_is_parsed_or_explained(source):
    """There is a tree or a finding, never an exception."""
    parsed = parse(source, Limits())
    assert parsed.tree is not None or parsed.findings


def test_line_ends_of_every_kind_count_alike():
    """Windows and old Mac files keep their line numbers."""
    assert complaint("circle(1)\r\ncircle(1)\rtxet(1)")[1] == "There is no txet here."
