"""What a scene asks for and does not get, or declares and does not use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from workbench.scene.checks.rule import Explanation, Rule, found
from workbench.scene.checks.view import View
from workbench.scene.finding import Finding


def _unused(view: View) -> Iterator[Finding]:
    for param in view.graph.params:
        if not param.used:
            message = f'The parameter "{param.name}" is declared and never used: its control changes nothing.'
            fix = f'Use the value of param("{param.name}", ...) in a node, or delete the line.'
            yield Finding("unused-param", "warning", message, fix, line=param.line)


def _missing(view: View) -> Iterator[Finding]:
    there = {subject.item.values.get("asset") for subject in view.subjects if _is_there(subject.item.values)}
    for subject in view.subjects:
        if subject.node.kind != "image" or _is_there(subject.item.values):
            continue
        asset = str(subject.item.values.get("asset", ""))
        close = get_close_matches(asset, [str(name) for name in there], n=1)
        hint = f'Did you mean "{close[0]}"? Otherwise add' if close else "Add"
        left, top, right, bottom = subject.item.world[:, 0].tolist()
        yield found(
            "missing-asset",
            "error",
            subject,
            f'There is no picture named "{asset}" in the project.',
            f"{hint} a picture of that name to the project, or remove the image.",
            frame=int(subject.opacity.argmax()),
            box=(left, top, right, bottom),
        )


def _is_there(values: Mapping[str, Any]) -> bool:
    return values.get("source") is not None


RULES = (
    Rule(
        Explanation(
            code="unused-param",
            severity="warning",
            summary="A parameter is declared and never used.",
            why="Its control is shown to the user and changes nothing.",
            fix="Use its value in a node, or delete the line.",
            failing="accent = param('accent', '#38bdf8', kind='color')\ntext('Hello', size=96, "
            "enter=rise())\n",
            passing="accent = param('accent', '#38bdf8', kind='color')\n"
            "text('Hello', size=96, color=accent, enter=rise())\n",
        ),
        _unused,
    ),
    Rule(
        Explanation(
            code="missing-asset",
            severity="error",
            summary="An image names a picture that the project does not have.",
            why="Its place stays empty in the video.",
            fix="Upload the picture under that name, correct the name, or remove the image.",
            failing="image('holiday.png', width=800, enter=fade())\n",
            passing="image('logo.png', width=800, enter=fade())\n",
        ),
        _missing,
    ),
)
