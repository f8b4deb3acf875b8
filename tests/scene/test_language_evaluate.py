import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scene.sandboxes import complaint, nodes, run
from workbench.scene.format import Format
from workbench.scene.graph import Graph, Samples, Track


def test_a_node_keeps_its_kind_its_values_and_its_line():
    """A circle on line 2 becomes a circle node of line 2 with what was written."""
    circle = nodes('\ncircle(40, fill="red", x=100)')["circle-1"]
    assert (circle.kind, circle.line, circle.props) == ("circle", 2, {"radius": 40, "fill": "red", "x": 100})


def test_containers_hold_what_their_block_makes():
    """Nodes made inside `with` are children of that container."""
    found = nodes('with column():\n    text("a")\n    with row():\n        circle(5)')
    assert [child.id for child in found["column-1"].children] == ["text-1", "row-1"]
    assert [child.id for child in found["row-1"].children] == ["circle-1"]


def test_a_function_of_time_becomes_one_value_for_every_frame():
    """A lambda is sampled at the node's own seconds, which stand still before its start."""
    circle = nodes("circle(5, start=1, x=lambda t: t)", Format(fps=10), duration_seconds=2.0)["circle-1"]
    assert circle.props["x"] == Samples(tuple([0.0] * 11 + [round(n / 10, 6) for n in range(1, 10)]))


def test_local_seconds_count_from_the_parents_start_too():
    """A child's function of time begins when its container and the child itself have begun."""
    found = nodes(
        "with group(start=0.5):\n    circle(5, start=0.5, x=lambda t: t)", Format(fps=2), duration_seconds=3.0
    )
    assert found["circle-1"].props["x"].values == (0.0, 0.0, 0.0, 0.5, 1.0, 1.5)


def test_a_function_made_in_a_loop_sees_its_own_round():
    """Sampling happens when the node is made, so a loop's variable means what the reader thinks."""
    found = nodes("for i in range(3):\n    circle(5, x=lambda t: i * 10.0)")
    assert [node.props["x"].values[0] for node in found.values()] == [0.0, 10.0, 20.0]


def test_functions_of_time_may_give_texts_and_colours():
    """Texts and colours of every frame are kept as samples."""
    found = nodes('text(lambda t: f"{t:.0f} s", color=lambda t: mix("red", "blue", t / 5))')["text-1"]
    assert found.props["content"].values[-1] == "5 s"
    assert found.props["color"].values[0] == "#ff0000"


def test_tracks_combine_into_formulas():
    """`100 - tween(...) * 2` is data, not samples."""
    x = nodes("circle(5, x=100 - tween(0, 1) * 2)")["circle-1"].props["x"]
    assert (x.kind, x.args["b"].kind, x.args["b"].args["a"].kind) == ("add", "negate", "multiply")


def test_a_place_sets_the_point_and_the_anchor():
    """`at=top_left` puts the node's own top left corner on the safe area's corner."""
    assert nodes('text("a", at=top_left)')["text-1"].props | {} == {
        "content": "a", "x": 54.0, "y": 54.0, "anchor": "top left",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "size"), [("16:9", (1920, 1080)), ("9:16", (1080, 1920)), ("1:1", (1080, 1080))]
)
def test_the_picture_is_measured_in_design_pixels(shape, size):
    """width, height and aspect follow the format, whatever its painted size."""
    found = nodes("rect(width, height)", Format.parse(shape))["rect-1"]
    assert (found.props["width"], found.props["height"]) == size


def test_names_are_kept_and_made_unique():
    """A node's name is its id; a second one of that name is told apart."""
    assert list(nodes('text("a", name="title")\ntext("b", name="title")\ntext("c")')) == [
        "title",
        "title-2",
        "text-1",
    ]


def test_printed_words_reach_nobody(capfd):
    """print() is allowed and silent."""
    assert run('print("secret")\ncircle(5)').ok
    assert capfd.readouterr() == ("", "")


def test_the_graph_survives_its_own_json():
    """What was evaluated can be stored and read back."""
    graph = run(
        'background(linear("red", "blue"))\ntext("a", enter=rise(), color=tween("red", "blue"))'
    ).graph
    assert Graph.from_json(json.loads(json.dumps(graph.to_json()))) == graph


def test_several_mistakes_are_all_reported_in_order():
    """Every mistake the check finds is told, from top to bottom."""
    findings = run("circle(sise=3)\ntxet(3)\nrect(enter=5)").findings
    assert [(finding.line, finding.code) for finding in findings] == [
        (1, "argument"),
        (2, "name"),
        (3, "type"),
    ]


def test_a_mistake_at_run_time_is_placed_in_the_authors_columns():
    """Columns are those of the source as written, although lines were written into it."""
    finding = run('circle(5)\ntext("é"); circle([1][4])').findings[0]
    assert (finding.code, finding.line, finding.column, finding.end_column) == ("runtime", 2, 19, 25)


def test_params_take_the_values_they_are_given():
    """A param set from outside replaces its default."""
    found = run(
        'text(param("title", "Hello"), size=param("size", 60, min=10, max=90))',
        params={"title": "Ciao", "size": 80},
    )
    assert [(param.name, param.value, param.default) for param in found.graph.params] == [
        ("title", "Ciao", "Hello"), ("size", 80, 60),
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["big", 200, True, None, float("nan"), [1], object()])
def test_a_param_that_does_not_fit_is_an_error(value):
    """A param of the wrong type or out of its range is never used."""
    evaluation = run('text("a", size=param("size", 60, min=10, max=90))', params={"size": value})
    assert (evaluation.graph, evaluation.findings[0].code) == (None, "param")


def test_a_param_nobody_declared_is_a_warning_with_the_near_name():
    """A scene edited since its params were set still evaluates."""
    evaluation = run('text(param("title", "Hello"))', params={"tilte": "Ciao"})
    assert evaluation.ok
    assert evaluation.findings[0].fix == "Did you mean title?"


def test_a_param_whose_value_is_never_read_is_marked():
    """`used` tells the control that does something from the one that does not."""
    found = run('a = param("a", 1)\nb = param("b", 2)\nparam("c", 3)\ncircle(b)').graph.params
    assert {param.name: param.used for param in found} == {"a": False, "b": True, "c": False}


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_text_makes_evaluate_raise(source):
    """Whatever is written, evaluate answers with a graph or with findings."""
    evaluation = run(source)
    assert (evaluation.graph is None) == any(finding.severity == "error" for finding in evaluation.findings)


_SCENE = """
colors = {"red", "lime", "blue"}
for place, color in enumerate(sorted(colors)):
    circle(random(place).uniform(10, 90), fill=color, x=lambda t: 1 / 3 + sin(t))
text(" ".join({"a", "b", "c", "d"}) + str(hash("x")))
particles(40, seed=3)
line_chart([1, 5, 2])
"""


@pytest.mark.slow
def test_one_source_gives_the_same_bytes_in_every_process():
    """Two new processes write the same JSON."""
    program = (
        "import json, sys\nfrom workbench.scene.evaluate import evaluate\n"
        "print(json.dumps(evaluate(sys.argv[1]).graph.to_json(), sort_keys=True))"
    )
    command = [sys.executable, "-c", program, _SCENE]
    first, second = (subprocess.run(command, capture_output=True, check=True).stdout for _ in range(2))
    assert first == second != b""


def test_tracks_are_never_values_of_python():
    """A track inside arithmetic that tracks do not know is refused with the way round."""
    assert complaint("circle(tween(0, 1) / 2)")[2] == (
        "Tracks know + - and *; to divide, multiply by the inverse: track * 0.5."
    )
    assert isinstance(nodes("circle(tween(0, 1) * 0.5)")["circle-1"].props["radius"], Track)
