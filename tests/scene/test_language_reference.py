import ast

from hypothesis import given
from hypothesis import strategies as st

from workbench.scene.admitted import takers
from workbench.scene.completion import complete
from workbench.scene.reference import choice_types, language, node_names, reference
from workbench.scene.sealed import prelude


def test_every_name_of_the_language_has_an_entry():
    """Functions, values and types of language.pyi are all in the reference."""
    tree = ast.parse(language())
    names = {
        statement.name for statement in tree.body if isinstance(statement, ast.FunctionDef | ast.ClassDef)
    }
    assert names <= set(reference())


def test_every_name_of_the_language_works():
    """Whatever language.pyi promises, the prelude binds; the opening binds what depends on the format."""
    bound = {
        target.id
        for node in ast.walk(ast.parse(prelude()))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    functions = {name for name, entry in reference().items() if entry.kind in ("function", "node")}
    assert functions <= bound


def test_every_argument_of_a_node_can_be_admitted():
    """No type of language.pyi is unknown to the validation of a worker's answer."""
    assert all(takers(name) for name in node_names())


def test_an_entry_tells_sections_docs_defaults_and_choices():
    """The reference holds what an editor's hover shows."""
    slide = reference()["slide"]
    assert (slide.section, slide.kind) == ("motion presets (enter=, exit=, emphasis=)", "function")
    assert slide.doc.startswith("Come in from (or leave to) a side")
    assert slide.parameter("side").choices == choice_types()["Side"] == ("left", "right", "top", "bottom")
    assert slide.parameter("seconds").default == "0.7"


def test_overloads_are_one_entry_with_several_signatures():
    """tween takes numbers or colours."""
    assert len(reference()["tween"].signatures) == 2


def test_names_are_completed():
    """What is written narrows the names of the language and the author's own."""
    source = "circle_count = 3\ncirc"
    assert complete(source, 2, 5) == ["circle_count", "circle"]


def test_arguments_not_given_yet_are_completed():
    """Inside a call its arguments come first."""
    found = complete('text("a", size=3, we', 1, 21)
    assert found[0] == "weight="
    assert "size=" not in complete('text("a", size=3, ', 1, 19)


def test_words_of_a_choice_are_completed():
    """After ease= the curves are offered, inside the quotes those that begin as written."""
    assert complete("tween(0, 1, ease=", 1, 18)[0] == '"linear"'
    assert complete('tween(0, 1, ease="out_b', 1, 24) == ['"out_back"', '"out_bounce"']
    assert complete('slide("', 1, 8) == ['"left"', '"right"', '"top"', '"bottom"']


def test_nothing_is_completed_in_a_comment_or_in_a_plain_text():
    """Words for people are left alone."""
    assert complete("# cir", 1, 6) == []
    assert complete('text("cir', 1, 10) == []


@given(st.text(), st.integers(-3, 50), st.integers(-3, 50))
def test_completion_answers_anywhere(source, line, column):
    """No text and no cursor makes completion raise."""
    assert isinstance(complete(source, line, column), list)
