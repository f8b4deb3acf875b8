"""Every finding code in words: those of the source and those of the picture."""

from __future__ import annotations

from workbench.errors import NotFound
from workbench.scene.checks.engine import RULES
from workbench.scene.checks.rule import Explanation

SOURCE_CODES: tuple[Explanation, ...] = (
    Explanation(
        code="syntax",
        severity="error",
        summary="The source is not written as the language asks.",
        why="A bracket, a quote, a colon or an indent is missing or misplaced, so nothing can be read "
        "after it.",
        fix="Look at the line and column, and at the line before; close what was opened.",
        failing='text("Hello", size=96\n',
        passing='text("Hello", size=96, enter=rise())\n',
    ),
    Explanation(
        code="name",
        severity="error",
        summary="A name is used that nobody has given.",
        why="Only the names of the language and those the source assigns are there; nothing can be imported.",
        fix="Correct the spelling; the finding tells the nearest names.",
        failing='txt("Hello", size=96)\n',
        passing='text("Hello", size=96, enter=rise())\n',
    ),
    Explanation(
        code="argument",
        severity="error",
        summary="A call has an argument that is not known there, or lacks one that is needed.",
        why="A misspelt argument that was passed over in silence would leave the picture unlike what was "
        "written.",
        fix="Use the name the finding suggests, or look the node up in the reference.",
        failing='text("Hello", font_size=96)\n',
        passing='text("Hello", size=96, enter=rise())\n',
    ),
    Explanation(
        code="type",
        severity="error",
        summary="A value is of the wrong kind, such as words where a number is needed.",
        why="Source is checked before it runs, so that a mistake is found at its place.",
        fix="Give the kind of value the finding names.",
        failing='text("Hello", size="large")\n',
        passing='text("Hello", size=96, enter=rise())\n',
    ),
    Explanation(
        code="unsupported",
        severity="error",
        summary="The source uses a part of Python that scenes do not have.",
        why="Scenes run in a sandbox: no imports, no files, no network.",
        fix="Write it with the names of the language; random(seed), sin, clamp and the like are simply "
        "there.",
        failing='import math\ntext("Hello", size=96)\n',
        passing='text("Hello", size=96, y=540 + 20 * sin(1), enter=rise())\n',
    ),
    Explanation(
        code="runtime",
        severity="error",
        summary="The source failed while it ran.",
        why=(
            "An operation had no result, such as a division by zero or an index past the end, or the scene "
            "said so itself with raise or assert."
        ),
        fix="Go to the line the finding names and guard the operation, or do what the scene asks for there.",
        failing="values = [1, 2, 3]\ncircle(values[5])\n",
        passing="values = [100, 200, 300]\ncircle(values[2], enter=pop())\n",
    ),
    Explanation(
        code="limit-time",
        severity="error",
        summary="The source ran for too long and was stopped.",
        why="A scene takes milliseconds; a loop that has no end would hold everything up.",
        fix="Give the loop an end, or make fewer steps.",
        failing="while True:\n    pass\n",
        passing="for i in range(3):\n    circle(40, x=760 + 200 * i, enter=pop())\n",
    ),
    Explanation(
        code="limit-memory",
        severity="error",
        summary="The source asked for too much memory and was stopped.",
        why="Lists and texts of millions of parts are not needed to describe a picture.",
        fix="Build smaller lists and shorter texts.",
        failing='words = "x" * 1_000_000_000\ntext(words)\n',
        passing='text("x" * 10, size=96, enter=rise())\n',
    ),
    Explanation(
        code="limit-output",
        severity="error",
        summary="The source printed too much.",
        why="Printing is for a look at a value, not for output.",
        fix="Print less, or not at all.",
        failing='for i in range(4_000):\n    print("a long line of words that nobody will read")\n',
        passing='print("once")\ntext("Hello", size=96, enter=rise())\n',
    ),
    Explanation(
        code="limit-size",
        severity="error",
        summary="The source, a text or the evaluated scene is too large.",
        why="A scene is stored, sent and painted many times; its size is capped.",
        fix="Use fewer and shorter parts; split a long scene in two.",
    ),
    Explanation(
        code="limit-depth",
        severity="error",
        summary="Calls, brackets or containers are nested too deeply.",
        why="A function that calls itself without end, or hundreds of containers in each other, cannot be "
        "drawn.",
        fix="Nest less, or write a loop instead of a recursion.",
        failing="def again(n):\n    return again(n + 1)\nagain(0)\n",
        passing='def again(n):\n    return n if n > 3 else again(n + 1)\ntext(f"{again(0)}", size=96, '
        "enter=rise())\n",
    ),
    Explanation(
        code="limit-nodes",
        severity="error",
        summary="The scene has too many nodes.",
        why="Thousands of nodes are slow to paint and rarely what was meant; particles() draws many at once.",
        fix="Make fewer nodes, or use particles().",
        failing="for i in range(5000):\n    circle(2, x=i % 1920, y=i // 2)\n",
        passing="particles(count=400)\n",
    ),
    Explanation(
        code="sandbox",
        severity="error",
        summary="The sandbox stopped working while it ran the source, or could not be started.",
        why="The worker process died, or none began: a very busy machine may do that. Nothing outside it was "
        "touched, and the next evaluation has a new one.",
        fix="Evaluate again; if the same source does it twice, simplify it and report it. If every source "
        "does it, run workbench doctor.",
    ),
    Explanation(
        code="param",
        severity="error",
        summary="A parameter was given a value it does not take, or is not declared.",
        why="A param() in the source says which kind, range and choices its value has.",
        fix="Give a value within them, or use the name the finding suggests.",
    ),
)
"""Codes that `evaluate` raises. Those without examples depend on more than the source."""


def explanations() -> tuple[Explanation, ...]:
    """Return every code's explanation, the source's first."""
    return (*SOURCE_CODES, *(rule.explanation for rule in RULES))


def explain(code: str) -> Explanation:
    """Return what a finding code means and how to mend it; `NotFound` names the nearest code."""
    known = {explanation.code: explanation for explanation in explanations()}
    if code not in known:
        raise NotFound.among("check", code, known)
    return known[code]


def checks_page() -> str:
    """Return the reference of all codes as Markdown."""
    parts = [
        "# Checks",
        (
            "What a finding's code means, why it matters and how to mend it. `workbench check --explain "
            "CODE` prints the same. A node that breaks a rule of the picture on purpose says so, which "
            "silences that rule on that node only:"
        ),
        '```python\ntext("BIG", size=900, allow=["off-canvas"])\n```',
        "## The source",
        *map(_section, SOURCE_CODES),
        "## The picture",
        *(_section(rule.explanation) for rule in RULES),
    ]
    return "\n\n".join(parts) + "\n"


def _section(explanation: Explanation) -> str:
    parts = [
        f"### {explanation.code}",
        f"**{explanation.summary}** At worst an {explanation.severity}."
        if explanation.severity in ("error", "info")
        else f"**{explanation.summary}** At worst a {explanation.severity}.",
        f"{explanation.why}",
        f"To mend it: {explanation.fix[0].lower()}{explanation.fix[1:]}",
    ]
    if explanation.failing:
        parts.append(f"Found in:\n\n```python\n{explanation.failing.strip()}\n```")
    if explanation.passing:
        parts.append(f"Not found in:\n\n```python\n{explanation.passing.strip()}\n```")
    return "\n\n".join(parts)
