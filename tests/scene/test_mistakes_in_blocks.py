"""A mistake in a `with` or `try` is told where it is, and not at the end of the block."""

# ruff: noqa: E501 - one mistake a line reads best

from __future__ import annotations

import pytest

from tests.scene.sandboxes import run
from workbench.scene.sandbox import Fault, Outcome
from workbench.scene.sealed import inner
from workbench.scene.unrolled import placed

HERE = "# here"
STATEMENTS = {
    "colour": 'rect(10, 10, fill="#" + "12")',
    "mixed colour": 'rect(10, 10, fill=mix("blu", "red"))',
    "colour of an ink": 'text("a", color=ink_on("#" + "zz"))',
    "colour of words": 'text("a", color=readable("x" + "y", "blue"))',
    "gradient of one": 'rect(5, 5, fill=linear("red"))',
    "unknown argument": 'text("a", sise=3)',
    "argument of the wrong type": 'circle("x")',
    "easing": 'circle(5, x=tween(0, 1, ease="out_bounse"))',
    "easing of a function": 'x = ease(str("out_") + "bounse", 0.5)',
    "size that is none": 'circle(float("nan"))',
    "end before the start": "circle(5, start=2, end=1)",
    "keys without points": "circle(5, x=keys())",
    "empty chart": "bar_chart([])",
    "share below nothing": "donut([-1])",
    "pointer without a way": "cursor([])",
    "divisor": "circle(1 / (fps - fps))",
    "index": "circle([1][3])",
    "key": 'circle(dict(a=1)["b"])',
    "function of time": "circle(5, x=lambda t: [1][4])",
    "text in a place": 'text(f"{[1][3]} points")',
    "number of a text": 'circle(int("abc"))',
    "choice": 'text(param("t", "a", choices=("b",)))',
    "chance": "circle(random(3).choice([]))",
    "mask outside": "mask()",
    "place in a row": 'text("a", at=center)',
    "own raise": 'raise ValueError("my own words")',
    "own assert": 'assert width < 3, "too wide"',
}
"""What goes wrong in one line; inside a row."""
BLOCKS = {
    "block": "with row():\n    circle(3)\n    {}\n    circle(9)\n    circle(8)",
    "inner block": "with group():\n    with row(gap=3) as inner:\n        {}\n        circle(9)\n    circle(8)\ncircle(7)",
    "function": "def part():\n    with row():\n        {}\n        circle(9)\nwith group():\n    part()\n    circle(8)",
    "loop": "for n in range(3):\n    with column(), row():\n        if n < 1:\n            continue\n        {}\n        circle(9)\n    circle(8)",
}
TRIES = {
    "try": "with row():\n    try:\n        circle(3)\n        {}\n        circle(9)\n    except NotImplementedError:\n        circle(8)\n    circle(7)",
    "block in a try": "try:\n    with row():\n        {}\n        circle(9)\n    circle(8)\nexcept NotImplementedError as mistake:\n    circle(7)",
    "called": "def part():\n    with row():\n        {}\n        circle(9)\ntry:\n    part()\n    circle(8)\nexcept NotImplementedError:\n    circle(7)",
    "raised again": "with row():\n    try:\n        {}\n        circle(9)\n    except NotImplementedError:\n        circle(8)\n    except Exception:\n        circle(7)\n        raise",
    "handler": "with row():\n    try:\n        circle(1 / (fps - fps))\n    except ZeroDivisionError as mistake:\n        with group():\n            circle(3)\n        {}\n        circle(len(str(mistake)))\n    circle(8)",
    "finally": "with row():\n    try:\n        {}\n        circle(9)\n    finally:\n        circle(8)",
    "else": "with row():\n    try:\n        circle(3)\n    except ValueError:\n        circle(4)\n    else:\n        {}\n        circle(5)\n    finally:\n        circle(8)",
}
SOME = (
    "colour",
    "divisor",
    "index",
    "function of time",
    "text in a place",
    "own raise",
    "own assert",
    "place in a row",
)

OTHERS = [
    "with group():\n    rect(\n        10,\n        1 / (fps - fps),  # here\n    )\n    circle(4)",
    'def mean(values):\n    return sum(values) / len(values)  # here\nwith row():\n    circle(mean([]))\n    circle(4)',
    "with row(gap=3), grid(2) as both:\n    circle(4)\nwith row(gap=[1][3]):  # here\n    circle(4)\n    circle(5)",
    "with row():\n    n = 3\n    while 1 / n > 0:  # here\n        n -= 1\n        circle(3)\n    circle(4)",
    "def part(n):\n    with row():\n        if n:\n            return circle(4)\n        circle(3)\nwith group():\n    part(1)\n    with row():\n        text('a', at=center)  # here\n        circle(3)\n    circle(3)",
    "with row():\n    for n in range(5):\n        with group():\n            if n == 2:\n                break\n            circle(n)\n    else:\n        circle(3)\n    circle([1][n])  # here\n    circle(3)",
    "with row():\n    try:\n        circle(1 / (fps - fps))\n    except ZeroDivisionError:\n        circle(3)\n    circle([1][4])  # here\n    circle(3)",
    "with row():\n    match fps:\n        case 3:\n            circle(3)\n        case _:\n            circle([1][3])  # here\n    circle(3)",
    "def deep():\n    return deep()  # here\nwith row():\n    deep()\n    circle(3)",
    "with group():\n    circle(3)\n    with mask():\n        circle(3)\n    with mask():  # here\n        circle(4)\n    circle(3)",
    "class Corner:\n    def __enter__(self):\n        return self\n    def __exit__(self, *error):\n        circle(3)\nwith Corner() as corner:\n    circle([1][3])  # here\n    circle(3)",
    "with row():\n    def part():\n        with group():\n            circle([1][3])  # here\n            circle(4)\n    circle(2)\npart()",
    "n = 1\ndef part():\n    with row():\n        global n\n        n = [1][3]  # here\n        circle(3)\npart()",
]  # fmt: skip


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_a_mistake_in_a_block_is_told_at_its_own_line(statement: str, block: str) -> None:
    """Whatever goes wrong, and however deep the block is."""
    source = block.format(f"{statement}  {HERE}")
    assert {finding.line for finding in run(source).findings} == {_line(source)}


@pytest.mark.parametrize("source", OTHERS)
def test_a_mistake_is_told_at_its_own_line_whatever_leaves_the_block(source: str) -> None:
    """Functions, loops that are left early, several blocks in one line and blocks of an author's own."""
    assert [finding.line for finding in run(source).findings] == [_line(source)]


def test_the_columns_are_those_of_the_source_as_written() -> None:
    """Although lines were written into it, and it was run again in another shape."""
    (finding,) = run('with row():\n    circle(3); text("é"); circle([1][4])\n    circle(5)').findings
    assert (finding.line, finding.column, finding.end_column) == (2, 34, 40)


def test_what_is_caught_inside_a_block_is_no_mistake() -> None:
    """A source that mends its own mistakes gives the same picture as before."""
    source = "with row():\n    try:\n        with group():\n            circle([1][3])\n    except IndexError:\n        circle(3)"
    assert run(source).ok


@pytest.mark.slow
@pytest.mark.parametrize("deep", ["({})", "[{}][0]", "-{}", "abs({})", "not {}"], ids=ascii)
def test_what_is_nested_deeply_is_told_all_the_same(deep: str) -> None:
    """As deeply as a source may be, and one line after the other."""
    for times in (20, 50, 90, 110):
        value = "[1][3]"
        for _ in range(times):
            value = deep.format(value)
        evaluation = run(f"with row():\n    circle({value})\n    circle(3)")
        assert [finding.line for finding in evaluation.findings] in ([1], [2])
        assert evaluation.graph is None


QUIET = "class Quiet:\n    def __enter__(self):\n        return self\n    def __exit__(self, *error):\n        return True\n"
SAME_WORDS = {
    "swallowed": f"{QUIET}with row():\n    with Quiet():\n        circle([1][3])\n    circle([1][5])  # here\n    circle(4)",
    "caught": "try:\n    try:\n        circle([1][3])\n    except IndexError:\n        circle(3)\n    circle([1][4])  # here\n    circle(5)\nexcept KeyError:\n    circle(6)",
    "caught in a function": "def safe(n):\n    try:\n        return [1][n]\n    except IndexError:\n        return 0\nwith row():\n    circle(safe(3))\n    circle([1][4])  # here\n    circle(5)",
    "caught twice, then not": "with row():\n    for n in range(4):\n        try:\n            circle([1][5])\n        except IndexError:\n            if n < 2:\n                continue\n            circle([1][6])  # here\n            circle(3)\n    circle(4)",
    "in the second round": "for n in range(3):\n    try:\n        if n == 0:\n            circle([1][5])\n        circle([1][6])  # here\n        circle(3)\n    except IndexError:\n        if n:\n            raise",
    "in what ends it": "with row():\n    try:\n        circle([1][3])\n    finally:\n        circle([1][4])  # here\n        circle(5)\n    circle(6)",
    "raised anew": "with row():\n    try:\n        circle([1][3])\n    except IndexError:\n        raise IndexError('list index out of range')  # here\n    circle(4)",
    "raised by its name": "try:\n    circle([1][3])  # here\n    circle(4)\nexcept IndexError as mistake:\n    circle(5)\n    raise mistake",
    "left in a caught block": "def part():\n    with group():\n        circle([1][3])\nwith row():\n    try:\n        part()\n    except IndexError:\n        circle(3)\n    text('a', at=center)  # here\n    circle(4)",
    "in two that end": "try:\n    with group():\n        try:\n            circle([1][3])  # here\n        finally:\n            circle(4)\nfinally:\n    circle(5)",
    "raised in a function": "def part():\n    raise ValueError('mine')  # here\ntry:\n    circle(3)\n    part()\nexcept ValueError:\n    circle(4)\n    raise",
}  # fmt: skip


@pytest.mark.parametrize("block", TRIES.values(), ids=TRIES)
@pytest.mark.parametrize("statement", SOME)
def test_a_mistake_in_a_try_is_told_at_its_own_line(statement: str, block: str) -> None:
    """Whether nothing catches it, or it is raised again, or it is made where another one was caught."""
    source = block.format(f"{STATEMENTS[statement]}  {HERE}")
    assert {finding.line for finding in run(source).findings} == {_line(source)}


@pytest.mark.parametrize("source", SAME_WORDS.values(), ids=SAME_WORDS)
def test_of_mistakes_with_the_same_words_the_one_is_told_that_ended_the_run(source: str) -> None:
    """Others were swallowed or caught before, in the same block and in the same round of a loop."""
    assert [finding.line for finding in run(source).findings] == [_line(source)]


@pytest.mark.slow
def test_a_mistake_in_a_long_block_is_told_at_its_own_line() -> None:
    """The interpreter jumps over no more than some hundred lines, so a block that begins once is flat alone."""
    blocks = "with group():\n    with group():\n        with group():\n"
    lines = "            circle(3, x=4, y=5)\n" * 900
    source = f"{blocks}{lines}            circle([1][3])  {HERE}\n            circle(3)"
    assert [finding.line for finding in run(source).findings] == [_line(source)]


def test_a_source_with_blocks_is_run_twice_more_at_most() -> None:
    """Once to learn what the mistake passes through, and not again when that is nothing."""
    ran: list[str] = []

    def run_again(text: str, told: str) -> Outcome:
        ran.append(text)
        return Outcome(None, Fault("ValueError", told))

    fault = Fault("IndexError", "words", (IN_BLOCK,))
    assert placed(fault, BLOCK, lambda text: run_again(text, "passed 1@1.5.0")) is fault
    assert len(ran) == 2
    assert placed(fault, BLOCK, lambda text: run_again(text, "passed")) is fault
    assert len(ran) == 3


@pytest.mark.parametrize("heads", [("with group():",), ("with group():", "def part():")])
def test_blocks_within_blocks_are_not_written_over_and_over(heads: tuple[str, ...]) -> None:
    """Thirty of them are at most sixty times the text, not a thousand million times."""
    blocks = [f"{'    ' * deep}{heads[deep % len(heads)]}\n" for deep in range(30)]
    text = "".join(blocks) + f"{'    ' * 30}circle([1][3])"
    through = "".join(f" {deep + 1}@{deep + 1}.{deep * 4 + 5}.0" for deep in range(30))
    ran: list[str] = []

    def run_again(text: str) -> Outcome:
        ran.append(text)
        return Outcome(None, Fault("ValueError", "passed" + through))

    placed(Fault("IndexError", "words", ((31, 128, 31, 134),)), text, run_again)
    assert len(ran) == 2
    assert max(map(len, ran)) < 60 * len(text)


BLOCK = "with row():\n    circle(3)\n    circle([1][3])\n    circle(4)\ncircle([1][3])"
IN_BLOCK, AFTER_BLOCK = (4, 5, 4, 14), (5, 8, 5, 14)


@pytest.mark.parametrize(
    ("kind", "frames", "text"),
    [
        ("IndexError", (AFTER_BLOCK,), BLOCK),
        ("ValueError", (), BLOCK),
        ("TimeoutError", (IN_BLOCK,), BLOCK),
        ("SyntaxError", ((1, 1, 1, 2),), "with ("),
    ],
    ids=["after the block", "no place", "out of time", "no text"],
)
def test_what_was_in_no_block_is_not_run_again(kind: str, frames: tuple, text: str) -> None:
    """A source that failed late would take as long once more, for nothing."""
    ran: list[str] = []

    def run_again(flat: str) -> Outcome:
        ran.append(flat)
        return Outcome(None, None)

    fault = Fault(kind, "words", frames)
    assert placed(fault, text, run_again) is fault
    assert ran == []


@pytest.mark.parametrize(
    ("place", "line"), [((5, 8, 5, 14), 3), ((7, 8, 7, 14), None), ((99, 1, 99, 2), None)]
)
def test_only_a_place_in_the_same_block_is_taken(place: tuple, line: int | None) -> None:
    """Another mistake may have the same words; and a place that is in no statement is none."""
    fault = Fault("IndexError", "words", (IN_BLOCK,))
    again = Fault("IndexError", "words", (place,))
    told = Fault("ValueError", "passed 1@1.5.0")
    found = placed(fault, BLOCK, lambda text: Outcome(None, told if inner("tell") in text else again))
    assert found.frames[-1][0] == (line or IN_BLOCK[0])


def test_what_a_block_of_the_authors_swallows_is_not_told_for_another() -> None:
    """The second of two mistakes with the same words is the one that ended the run."""
    source = f"{QUIET}with Quiet():\n    circle([1][3])\n    circle(3)\nwith row():\n    circle(4)\ncircle([1][5])  # here"
    assert [finding.line for finding in run(source).findings] == [_line(source)]


def _line(source: str) -> int:
    return next(number for number, line in enumerate(source.split("\n"), 1) if HERE in line)
