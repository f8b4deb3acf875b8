"""Edits of charts: another kind of chart for the same numbers, and other labels."""

from __future__ import annotations

import ast
import re

from workbench.brain.edits.draft import CHARTS, Draft, Element, literal
from workbench.brain.edits.parts import Ask, again, each
from workbench.brain.vocabulary import REMOVERS, compiled

_KINDS = {"bar_chart": r"bars?|columns?", "line_chart": r"lines?|area", "donut": r"donut|doughnut|pie|ring"}
_TURN = compiled(r"\b(?:turn|change|convert|make|use|show|switch|replace)\b")
_AS = {
    kind: compiled(
        rf"\b(?:into|to|as|be|use|with|make\s+(?:it|this|that))\s+(?:an?\s+)?(?:{words})(?:\s+(?:chart|graph|plot))?\b"
    )
    for kind, words in _KINDS.items()
}
_CHART = compiled(r"\b(?:charts?|graphs?|plot|diagram|bars?|donut|pie)\b")
_OWN = {
    "bar_chart": ("radius", "gap", "show_values", "stagger_seconds"),
    "line_chart": ("area", "dots", "curve", "grid_lines"),
    "donut": ("radius", "thickness"),
}
_NOT_OF_DONUT = ("width", "height", "prefix", "suffix", "label_color", "size")
_LABELS = compiled(
    r"\blabels?\b\s*(?:the\s+(?:bars|columns|points|values|chart|graph)\b)?\s*(?:should\s+be|to|are|as|:|=)?\s*(?P<items>[^\n.:;]+)"
)
_TO_CHART = (
    r"\s+(?:to|in|into|on)\s+(?:the\s+|our\s+|my\s+)?(?:[\w-]+\s+)?(?:chart|graph|plot|data|bars|diagram)\b"
)
_ADD_VALUE = compiled(
    r"\b(?:add|append|include|put)\s+(?:(?:the\s+|an?\s+|another\s+)?(?:value|number|bar|point|data\s+point)\s+(?:of\s+)?)?"
    r"(?P<value>\d[\d,]*(?:\.\d+)?)\s+(?:for|in|as|at|labell?ed)\s+(?P<label>[\w' ]+?)",
    _TO_CHART,
)
_ADD_LABELLED = compiled(
    r"\b(?:add|append|include|put)\s+(?:(?:an?|another)\s+(?:bar|value|point)\s+(?:for\s+)?)?"
    r"(?P<label>[A-Za-z][\w' ]*?|\d{4})"
    r"\s*(?::|=|,|with|at|of)\s*(?P<value>\d[\d,]*(?:\.\d+)?)(?:",
    _TO_CHART,
    r")",
)
ANOTHER_VALUE = compiled(
    r"\b(?:add|append|include|put)\s+(?:an?|another|one\s+more)\s+(?:bar|value|column|data\s+point)\s+"
    r"(?:for|labell?ed|called)\s+"
    r"(?P<label>[A-Za-z][\w' ]*?|\d{4})\s*(?::|=|,|with|at|of)\s*"
    r"(?:a\s+value\s+of\s+)?(?P<value>\d[\d,]*(?:\.\d+)?)\b"
)
_DROP_VALUE = compiled(
    rf"\b(?:{REMOVERS})\s+(?:the\s+)?(?P<which>first|last|[\w']+)\s+(?:bar|value|point|column|entry|data\s+point"
    r"|(?:from|in|of|on)\s+(?:the\s+|our\s+|my\s+)?(?:[\w-]+\s+)?(?:chart|graph|plot|data|bars|diagram))\b"
)
_BECOMES = (
    r"(?:'s)?\s*(?:bar|value|number|point|column|figure)?\s*(?:should\s+be|must\s+be|is|to|=|:|becomes?)\s*"
    r"(?P<value>\d[\d,]*(?:\.\d+)?)(?!\s*(?:%|s\b|sec|px))"
)
_SPLIT = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")


def set_chart_kind(draft: Draft, ask: Ask) -> bool:
    """Show the numbers of a chart as bars, as a line or as a ring."""
    charts = [one for one in draft.elements() if one.kind in CHARTS]
    if not charts or not ask.says(_TURN) or not ask.says(_CHART):
        return False
    kind = next((kind for kind, words in _AS.items() if ask.says(words)), None)
    if kind is None:
        return False
    ask.named(draft)
    return each(draft, [one for one in charts if one.kind != kind], lambda one: _turned(draft, one, kind))


def set_labels(draft: Draft, ask: Ask) -> bool:
    """Give a chart other labels."""
    match = ask.says(_LABELS)
    if match is None:
        return False
    labels = [label for label in _SPLIT.split(match["items"].strip()) if label]
    if len(labels) < 2:
        return False
    if "labels" in draft.params():
        draft.set_param("labels", ", ".join(labels))
        return True
    for element in draft.elements():
        given = element.argument("labels", 1) if element.kind in CHARTS else None
        if isinstance(given, (ast.List, ast.Tuple)):
            return draft.replace(given, f"[{', '.join(map(literal, labels))}]")
    return False


def add_value(draft: Draft, ask: Ask) -> bool:
    """Give a chart one value more, with its label."""
    match = ask.says(_ADD_VALUE) or ask.says(_ADD_LABELLED) or ask.says(ANOTHER_VALUE)
    if match is None:
        return False
    value, label = match["value"].replace(",", ""), (match["label"] or "").strip()
    for element in draft.elements():
        if element.kind not in CHARTS:
            continue
        lists = (("values", 0, value, value), ("labels", 1, label, literal(label)))
        done = [
            _appended(draft, again(draft, element), name, place, plain, code)
            for name, place, plain, code in lists
            if plain
        ]
        return any(done)
    return False


def remove_value(draft: Draft, ask: Ask) -> bool:
    """Take the first, the last or a labelled value out of a chart."""
    match = ask.says(_DROP_VALUE)
    for element in draft.elements() if match else []:
        labels = _listed(draft, element, "labels", 1) if element.kind in CHARTS else []
        values = _listed(draft, element, "values", 0) if element.kind in CHARTS else []
        word = match["which"].lower() if match else ""
        known = [label.lower() for label in labels]
        index = {"first": 0, "last": len(values) - 1}.get(word, known.index(word) if word in known else -1)
        if not 0 <= index < len(values) or len(values) < 2:
            continue
        _relisted(draft, element, values[:index] + values[index + 1 :])
        if len(labels) == len(values):
            _relabelled(draft, again(draft, element), labels[:index] + labels[index + 1 :])
        return True
    return False


def _relabelled(draft: Draft, chart: Element, labels: list[str]) -> bool:
    if "labels" in draft.params():
        draft.set_param("labels", ", ".join(labels))
        return True
    given = chart.argument("labels", 1)
    return given is not None and draft.replace(given, f"[{', '.join(map(literal, labels))}]")


def set_value_of(draft: Draft, ask: Ask) -> bool:
    """Give the value that a label of the chart stands for: "the 2025 bar should be 2500"."""
    for element in draft.elements():
        labels = _listed(draft, element, "labels", 1) if element.kind in CHARTS else []
        for index, label in enumerate(labels):
            match = ask.says(compiled(rf"\b{re.escape(label)}\b", _BECOMES))
            values = _listed(draft, element, "values", 0)
            if match and index < len(values):
                values[index] = match["value"].replace(",", "")
                return _relisted(draft, element, values)
    return False


def labels_said(draft: Draft, text: str) -> int:
    """Return how many labels of the scene's charts the text says."""
    charts = [one for one in draft.elements() if one.kind in CHARTS]
    labels = [label for chart in charts for label in _listed(draft, chart, "labels", 1) if label]
    return sum(bool(re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text, re.IGNORECASE)) for label in labels)


def _listed(draft: Draft, chart: Element, name: str, place: int) -> list[str]:
    """Return the items of a chart's list as they are written, from its parameter or its literal."""
    params = draft.params()
    if name in params:
        return [one.strip() for one in str(draft.values.get(name, params[name].default)).split(",")]
    given = chart.argument(name, place)
    return (
        [str(draft.value_of(one)) for one in given.elts] if isinstance(given, (ast.List, ast.Tuple)) else []
    )


def _relisted(draft: Draft, chart: Element, values: list[str]) -> bool:
    if "values" in draft.params():
        draft.set_param("values", ", ".join(values))
        return True
    given = chart.argument("values", 0)
    return given is not None and draft.replace(given, f"[{', '.join(values)}]")


def _appended(draft: Draft, chart: Element, name: str, place: int, plain: str, code: str) -> bool:
    params = draft.params()
    if name in params:
        now = str(draft.values.get(name, params[name].default))
        draft.set_param(name, f"{now}, {plain}")
        return True
    given = chart.argument(name, place)
    if isinstance(given, (ast.List, ast.Tuple)):
        inside = ", ".join([*(draft.code_of(one) for one in given.elts), code])
        return draft.replace(given, f"[{inside}]")
    return False


def _turned(draft: Draft, chart: Element, kind: str) -> bool:
    call = chart.call
    if kind == "donut" and len(call.args) > 1:
        draft.assumed.append("A donut shows no labels: they are left out.")
    kept = [draft.code_of(one) for one in (call.args[:1] if kind == "donut" else call.args)]
    gone = {*_OWN[chart.kind], *(_NOT_OF_DONUT if kind == "donut" else ()), "color", "colors"}
    gone |= {"labels"} if kind == "donut" else set()
    kept += [
        f"{keyword.arg}={draft.code_of(keyword.value)}"
        for keyword in call.keywords
        if keyword.arg not in gone
    ]
    paint = _paint(draft, chart, kind)
    return draft.replace(call, f"{kind}({', '.join([*kept, *paint])})")


def _paint(draft: Draft, chart: Element, kind: str) -> list[str]:
    """Return the colour of a chart as an argument for a chart of another kind."""
    given = chart.argument("color") if chart.kind == "line_chart" else chart.argument("colors")
    if given is None or kind == "donut":
        return []
    if chart.kind == "line_chart":
        return [f"colors=[{draft.code_of(given)}]"]
    first = given.elts[0] if isinstance(given, (ast.List, ast.Tuple)) and given.elts else None
    if kind == "line_chart":
        return [f"color={draft.code_of(first) if first is not None else f'({draft.code_of(given)})[0]'}"]
    return [f"colors={draft.code_of(given)}"]
