"""What the tests of the library look at: templates evaluated, staged and painted small."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from workbench.render.shaping import HarfbuzzMeasure
from workbench.render.still import render_frame
from workbench.scene.checks.engine import check
from workbench.scene.evaluate import Evaluation, evaluate
from workbench.scene.finding import Finding
from workbench.scene.format import Format
from workbench.scene.stage import stage
from workbench.scene.staged import Staged
from workbench.templates import Template, template, templates

SMALL = {
    "16:9": Format(192, 108),
    "9:16": Format(108, 192),
    "1:1": Format(108, 108),
    "4:5": Format(108, 136),
    "4:3": Format(144, 108),
}
PLACES = [(one.id, shape) for one in templates() for shape in one.formats]

_LENGTHS = {
    "title": 48, "subtitle": 90, "kicker": 36, "caption": 60, "cta": 24, "name": 22, "prompt": 80,
    "quote": 190, "author": 28,
}  # fmt: skip
_WORDS = [
    "Everyone", "remembers", "where", "they", "were", "when", "something", "quietly", "wonderful", "began",
]  # fmt: skip
_LONGEST = {
    "items": " | ".join(["A surprisingly long point that needs its space"] * 5),
    "labels": ", ".join(["September"] * 12),
    "values": ", ".join(str(8_000_000 + 750_000 * place) for place in range(12)),
    "code": "\n".join(["    answer = client.ask('a question', again=True)"] * 14),
}
_OTHER = {
    "values": "9, 3, 6, 2, 8",
    "labels": "North, South, East, West, Away",
    "items": "First other thing +3.00 | Second other thing -4.00",
    "language": "text",
    "prefix": "€",
    "suffix": " kg",
}


@cache
def seen(identity: str, shape: str, params: tuple[tuple[str, object], ...] = ()) -> tuple[Evaluation, Staged]:
    """Return a template evaluated with these parameters, and staged."""
    one = template(identity)
    evaluation = evaluate(one.source, SMALL[shape], duration_seconds=one.seconds, params=dict(params))
    assert evaluation.graph is not None, evaluation.findings
    return evaluation, stage(evaluation.graph, HarfbuzzMeasure())


def faults(identity: str, shape: str, params: tuple[tuple[str, object], ...] = ()) -> list[Finding]:
    """Return the findings that are errors or warnings, from the source and from the picture."""
    evaluation, staged = seen(identity, shape, params)
    assert evaluation.graph is not None
    found = (*evaluation.findings, *check(evaluation.graph, staged))
    return [finding for finding in found if finding.severity != "info"]


def frame(staged: Staged, share: float, shape: str) -> NDArray[np.int16]:
    """Return the picture at a share of the scene's length."""
    number = min(int(staged.frames * share), staged.frames - 1)
    return render_frame(staged, number, SMALL[shape])[..., :3].astype(np.int16)


def difference(one: NDArray[np.int16], other: NDArray[np.int16]) -> float:
    """Return the mean difference of two pictures, 0 to 255."""
    return float(np.abs(one - other).mean())


def long_texts(one: Template) -> tuple[tuple[str, object], ...]:
    """Return texts as long as the registry allows them for every text of a template."""
    return tuple((param.name, _long(param.name)) for param in one.params if _is_free_text(param))


def short_texts(one: Template) -> tuple[tuple[str, object], ...]:
    """Return the shortest useful text for every text of a template."""
    short = {"values": "7", "items": "One", "labels": "A", "code": "x = 1"}
    return tuple((param.name, short.get(param.name, "Go")) for param in one.params if _is_free_text(param))


def other_value(one: Template, name: str) -> object:
    """Return a value for a parameter that is not its default."""
    param = next(param for param in one.params if param.name == name)
    if param.kind == "color":
        return "#7a9e1f" if name != "background" else "#3d2a10"
    if param.kind == "boolean":
        return not param.default
    if param.kind == "number":
        return (param.minimum or 1.0) + 7.0
    if param.choices:
        return next(choice for choice in param.choices if choice != param.default)
    return _OTHER.get(name, "Zed")


def _is_free_text(param: object) -> bool:
    return (
        getattr(param, "kind", "") == "text"
        and not getattr(param, "choices", ())
        and getattr(param, "name", "") not in {"language", "prefix", "suffix"}
    )


def _long(name: str) -> str:
    if name in _LONGEST:
        return _LONGEST[name]
    words: list[str] = []
    while len(" ".join([*words, _WORDS[len(words) % len(_WORDS)]])) <= _LENGTHS.get(name, 60):
        words.append(_WORDS[len(words) % len(_WORDS)])
    return " ".join(words)
