# ruff: noqa: E501 - one mistake a line reads best

import pytest

from tests.scene.sandboxes import complaint, run
from workbench.scene.raised import raised
from workbench.scene.sandbox import Fault
from workbench.scene.wording import plain_type

MISTAKES = [
    ('text("a", sise=3)', "argument", "text() has no argument sise.", "Did you mean size?"),
    ('text("a", font_size=3)', "argument", "text() has no argument font_size.", "Did you mean size?"),
    ('rect(10, 10, color="red")', "argument", "rect() has no argument color.", "Did you mean fill?"),
    ('txet("a")', "name", "There is no txet here.", "Did you mean text?"),
    ("with vstack():\n    pass", "name", "There is no vstack here.", "Did you mean column?"),
    ('circle("x")', "type", 'radius of circle() cannot be "x".',
     "Give a number, a track such as tween(0, 1), or a function of time."),
    ("rect(fill=3)", "type", "fill of rect() cannot be 3.",
     'Give a colour such as "#38bdf8" or a gradient such as linear("#0b1020", "#38bdf8").'),
    ("circle(enter=fade)", "type", "enter of circle() cannot be the function fade itself, not what it gives.",
     "Call it: enter=fade()."),
    ('circle(3, x=lambda t: "a")', "type", 'x of circle() cannot be a function that gives "a".',
     "Give a number, a track such as tween(0, 1), or a function of time."),
    ("circle(3, x=lambda: 3)", "type", "x of circle() cannot be a function that gives 3.",
     "A function of time takes the seconds: lambda t: 40 * sin(t)."),
    ('slide("up")', "type", 'side of slide() cannot be "up".', 'Use "left", "right", "top" or "bottom".'),
    ('tween(0, 1, ease="out_bounse")', "type", 'ease of tween() cannot be "out_bounse".', 'Did you mean "out_bounce"?'),
    ("text()", "argument", "text() also needs content.", "Write text(content, …)."),
    ("rect(1, 2, 3)", "argument", "rect() takes only 2 arguments without a name, and was given 3.",
     "Name the others, such as radius=, fill=, stroke=, x=."),
    ('text("Score: " + 3)', "type", '+ does not work between "Score: " and 3.', 'Write numbers into a text with f"{value}".'),
    ("x = [1] @ [2]", "type", "@ does not work between a list of numbers and a list of numbers.", "Compute item by item"),
    ("x = [1]\nx -= [2]", "type", "-= does not work between a list of numbers and a list of numbers.", "Compute item by item"),
    ("x = {1} + {2}", "type", "+ does not work between a set and a set.", "Change one of the two."),
    ("x = () + 3", "type", "+ does not work between () and 3.", "Change one of the two."),
    ("x = fade() + rise()", "type", "+ does not work between a motion preset and a motion preset.", "Change one of the two."),
    ("x = [circle(3)] - [(1, 2)]", "type", "- does not work between a list of nodes and a list of tuples.", "Compute item by item"),
    ('x = [[1], "a", None] - 3', "type", "- does not work between a list of lists of numbers and texts and None and 3.",
     "Change one of the two."),
    ('x = -"a"', "type", '- does not work before "a".', "Put it before a number."),
    ("x = ~1.5", "type", "~ does not work before a number.", "Put it before a whole number."),
    ("x = -[1]", "type", "- does not work before a list of numbers.", "Put it before a number."),
    ('x = 1 < "a"', "type", '< does not work between 1 and "a".', "Compare numbers with numbers and texts with texts."),
    ("x = 3 in 5", "type", "in does not work between 3 and 5.", "Look into a list, a text or a dict."),
    ("x = [1][0][0]", "type", "A whole number has no items to take with [ ].", "Take them from a list, a text or a dict."),
    ('x = [1]["a"]', "type", 'A list of numbers has no item "a".', "Lists and texts count their items from 0"),
    ("for x in 5:\n    pass", "type", "5 has no items to go through.", "Go through a list, or count with range(5)."),
    ("circle(3, at=center + 5)", "type", "+ does not work between a place such as center and 5.",
     "Move a place with offset: center.offset(0, 40)."),
    ("import math", "unsupported", "Nothing can be imported; math is not part of the scene language.",
     "Leave the line out: there is sin, cos"),
    ("def f():\n    yield 1", "unsupported", "yield does not exist in the scene language.", "Build a list and return it."),
    ("class Card(Node):\n    pass", "unsupported", "Classes cannot inherit in the scene language.",
     "Write a function that makes the nodes."),
    ('text = "hello"', "name", "text is a function of the language and cannot stand for something else.",
     "Choose another name, such as my_text."),
    ('text("a"', "syntax", "'(' was never closed.", "Close the bracket that is open here."),
    ('rect(fill="blu")', "argument", "fill of rect(): There is no colour named 'blu'.", "Did you mean 'blue'?"),
    ('rect(fill="#12")', "argument", "fill of rect(): '#12' is not a colour.", 'Write "#38bdf8"'),
    ("text(str([1][3]))", "runtime", "List index out of range.", "Use an index that the list has; the first is 0."),
    ("circle(1 / (fps - fps))", "runtime", "Division by zero.", "Keep the divisor away from 0"),
    ('with row():\n    text("a", at=center)', "argument",
     "at= has no meaning inside row(), which places its children itself.", "Leave it out"),
    ("bar_chart([])", "argument", "bar_chart() needs at least one value.", "Write bar_chart([3, 5, 8])."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "code", "message", "fix"), MISTAKES, ids=[item[0][:24] for item in MISTAKES]
)
def test_a_common_mistake_is_explained_in_the_languages_words(source, code, message, fix):
    """The finding says what is wrong in the words of the language and what to write instead."""
    found = complaint(source)
    assert found[:2] == (code, message)
    assert found[2].startswith(fix)


CHECKERS_WORDS = (
    "Literal",
    "main.py",
    "/)",
    "_wb_",
    "Unknown",
    "`",
    "monty",
    "__",
    "float*",
    " and .",
    "Overload",
)


@pytest.mark.parametrize("source", [item[0] for item in MISTAKES])
def test_no_finding_speaks_the_checkers_language(source):
    """Neither types of Python's typing nor names of our files show."""
    for finding in run(source).findings:
        words = f"{finding.message} {finding.fix}"
        assert [word for word in CHECKERS_WORDS if word in words] == []


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ('Literal["a"] | list[int]', '"a" or a list of numbers'),
        ("list[int] | list[str]", "a list of numbers or a list of texts"),
        ("dict[str, int] | None", "a dict or None"),
        ("((float, /) -> float) | int", "a function that gives a number or a whole number"),
        ("(t) -> int | None", "a function that gives a whole number or None"),
    ],
)
def test_what_can_be_of_several_kinds_is_told_kind_by_kind(found, words):
    """Also when one of them holds others, or is a function."""
    assert plain_type(found) == words


def test_a_backtick_in_a_text_is_part_of_the_text():
    """The checker's words stand between backticks too."""
    assert complaint('text("a`b" + 3)')[1] == '+ does not work between "a`b" and 3.'


def test_a_flood_of_mistakes_is_cut_at_twenty():
    """A reader is told the first twenty."""
    findings = run("\n".join(f"circle(sise{n}=3)" for n in range(50))).findings
    assert [finding.line for finding in findings] == list(range(1, 21))


def test_a_mistake_in_a_with_is_told_at_its_own_line():
    """Not at the last line of the block, where the interpreter leaves it."""
    (finding,) = run('with row():\n    text("a", at=center)\n    circle(9)\n    circle(8)').findings
    assert (finding.line, finding.column) == (2, 5)


RAISED = [
    ('raise NotImplementedError("the map comes later")', "the map comes later.", "Write what is missing here"),
    ("raise NotImplementedError", "The scene raised NotImplementedError.", "Write what is missing here"),
    ('raise ValueError("Give me more room!")', "Give me more room!", "The scene raises this itself: change what leads"),
    ('x = ValueError("not today")\nraise x', "not today.", "The scene raises this itself"),
    ('try:\n    raise ValueError("mine")\nexcept ValueError:\n    raise', "mine.", "The scene raises this itself"),
    ("try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise", "Division by zero.", "Keep the divisor away from 0"),
    ('def part():\n    raise ValueError("mine")\ntry:\n    part()\nexcept ValueError:\n    raise', "mine.", "The scene raises this"),
    ('def part():\n    raise KeyError("x")\ntry:\n    part()\nexcept KeyError as gone:\n    circle(3)\n    raise gone', "x.", "The scene"),
    ('def part():\n    assert fps < 3, "too fast"\ntry:\n    part()\nfinally:\n    circle(3)', "too fast.", "The scene asserts 30 < 3"),
    ('def part():\n    try:\n        raise NotImplementedError\n    finally:\n        circle(3)\ntry:\n    part()\nexcept NotImplementedError:\n    raise', "The scene raised NotImplementedError.", "Write what is missing here"),
    ("def part():\n    return 1 / 0\ntry:\n    part()\nexcept ZeroDivisionError:\n    raise", "Division by zero.", "Keep the divisor away from 0"),
    ('raise KeyError("no such city")', "no such city.", "The scene raises this itself"),
    ('raise TimeoutError("too late")', "too late.", "The scene raises this itself"),
    ('raise RecursionError("enough")', "enough.", "The scene raises this itself"),
    ('raise AssertionError("never")', "never.", "The scene raises this itself"),
    ('x = "éé"; raise ValueError(f"{x} is no city")', "éé is no city.", "The scene raises this itself"),
    ('def part():\n    raise ValueError("no")\nwith row():\n    part()\n    circle(3)', "no.", "The scene raises this"),
    ('assert fps < 3, "too fast"', "too fast.", "The scene asserts 30 < 3, which does not hold: change the values"),
    ("assert fps < 3", "30 < 3 does not hold.", "The scene asserts this itself: change the values"),
    ('assert not fps, "too\\nfast"', "too\nfast.", "The scene asserts this, which does not hold"),
    ("assert not fps", "What is asserted here does not hold.", "The scene asserts this itself"),
    ("assert [1][fps]", "List index out of range.", "Use an index that the list has"),
    ("def part():\n    return [1][3]\nraise part()", "List index out of range.", "Use an index that the list has"),
    ('raise ValueError("x" * 900)', "x" * 300 + " …", "The scene raises this itself"),
    ('circle(int("abc"))', "Invalid literal for int() with base 10: 'abc'.", "Change the value that this line works on."),
    ('raise ValueError("a", 3)', "Exceptions can only be called with zero or one string argument.", "Change"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "message", "fix"), RAISED, ids=[item[0][:40] for item in RAISED])
def test_what_a_scene_raises_itself_is_told_in_its_words(source, message, fix):
    """With a hint that fits what happened, and with that of the mistake when it is one."""
    found = complaint(source)
    assert found[:2] == ("runtime", message)
    assert found[2].startswith(fix)


def test_what_goes_wrong_before_a_raise_is_not_the_authors():
    """The interpreter tells its own limits and unknown names at the very place of the `raise`."""
    text = "while True:\n    try:\n        raise made(3)\n    except ValueError:\n        pass"
    place = ((3, 15, 3, 22),)
    for kind in ("TimeoutError", "MemoryError", "RecursionError", "NameError"):
        assert raised(Fault(kind, "the interpreter's words", place), text) is None
    told = raised(Fault("ValueError", "no <_wb_Place object>", place), text)
    assert told is not None
    assert told[1] == "no <Place object>."


def test_a_recursion_without_an_end_is_told_although_it_stands_in_a_raise():
    """Its hint is that of a recursion."""
    source = 'def deep(n):\n    if n < 0:\n        return ValueError("a")\n    raise deep(n + 1)\ndeep(0)'
    assert complaint(source)[0] == "limit-depth"


@pytest.mark.parametrize(
    ("text", "place"),
    [("raise ValueError", (9, 7, 9, 17)), ("raise ValueError", (1, 99, 1, 100)), ("raise (", (1, 1, 1, 2))],
)
def test_a_place_that_the_text_does_not_have_is_no_raise(text, place):
    """Nothing is looked up there, and a text that cannot be read has no statements."""
    assert raised(Fault("ValueError", "words", (place,)), text) is None
