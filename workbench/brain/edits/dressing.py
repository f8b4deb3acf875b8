"""Edits of how parts sit and are cut: spacing, corners, thickness, focus."""

from __future__ import annotations

import ast

from workbench.brain.edits.draft import CONTAINERS, Draft, Element, literal
from workbench.brain.edits.parts import Ask, each, lists, main_text
from workbench.brain.vocabulary import compiled

_TRACKING = compiled(
    r"\bletter[\s-]*spacing\b|\btracking\b|\b(?:space|room|spacing|gap)\s+between\s+(?:the\s+)?letters\b"
    r"|\bletters?\s+(?:further|farther|closer)\b|\bspread\s+(?:out\s+)?(?:the\s+)?letters\b"
)
_GAP = compiled(
    r"\b(?:space|room|spacing|gaps?|distance|air)\b(?=.*\b(?:between|lines?|items?|rows?|features?|list|cards?|them|in)\b|\W*$)"
    r"|\b(?:further|farther|closer)\s+(?:apart|together)\b|\bspread\b.*\b(?:out|apart)\b|\b(?:wider|tighter|closer|more|less)\s+spac(?:ed|ing)\b|\bspac(?:ed|e)\s+(?:out|wider|tighter|further|closer)\b|\bline\s+height\b"
)
_LESS = compiled(
    r"\b(?:less|smaller|tighter|narrower|closer|reduce|decrease|tighten|no|without)\b|\btoo\s+(?:much|wide|big|far)\b"
)
_MUCH = compiled(r"\b(?:much|a\s+lot|way|far)\s+(?:more|less|wider|tighter|bigger|smaller)\b")
_EXACT = compiled(r"\b(?:to|of|at|=|by)\s*(?P<number>-?\d+(?:\.\d+)?)\s*(?P<unit>px|pixels?|em|%)?")
_CORNERS = compiled(
    r"\bcorners\b|\bcorner\s+radius\b|\b(?:round(?:ed|er)?|pill[\s-]*shaped|square(?:d|r)?|sharp(?:er)?)\s+(?:edges?|corners?)\b|\bradius\b|\brounder\b"
)
_SQUARE = compiled(
    r"\b(?:square(?:d|r)?|sharp(?:er)?|no\s+(?:rounded\s+)?corners?|not\s+rounded|pointed|straight)\b"
)
_PILL = compiled(r"\b(?:pill|fully\s+round(?:ed)?|completely\s+round(?:ed)?)\b")
_THICK = compiled(r"\b(?P<way>thicker|fatter|heavier|bolder|thinner|finer|slimmer)\b")
_BLUR = compiled(r"\bblur(?:s|ry|red|rier)?\b(?!\s+(?:in|out)\b)|\bout\s+of\s+focus\b|\bsoften\b")
_SHARP = compiled(
    r"\b(?:un-?blur|sharpen|sharper|in\s+focus|not\s+blurr?(?:y|ed)|no\s+blur|less\s+blurr?y)\b|\bremove\s+the\s+blur\b"
)
_SLIGHTLY = compiled(r"\b(?:a\s+(?:bit|little|touch|tad)|slightly|softly|subtly)\b")
_STRONGLY = compiled(r"\b(?:a\s+lot|much|heavily|strongly|very|really)\b")
_BOXES = ("rect", "image", "row", "column", "stack", "grid")
_ROUND, _PILL_RADIUS, _THIN = 24.0, 999.0, 24.0


_ALIGN = compiled(
    r"\b(?P<side>left|right|cent(?:er|re))(?:[\s-]+|\s+)(?:align(?:ed|ment)?|justif(?:y|ied))\b"
    r"|\balign(?:ed)?\s+(?:\w+\s+){0,4}?(?:to\s+the\s+|at\s+the\s+|on\s+the\s+)?(?P<side2>left|right)\b"
)
_ALIGNED = {"left": ("start", "left"), "right": ("end", "right")}


def set_alignment(draft: Draft, ask: Ask) -> bool:
    """Let the parts of a column, or the lines of a text, begin at its left or end at its right."""
    match = ask.says(_ALIGN)
    named = ask.named(draft) if match else []
    if match is None or not named:
        return False
    side = (match["side"] or match["side2"]).lower()
    column, words = _ALIGNED.get(side, ("center", "center"))
    within = [one.container for one in named if one.container is not None]
    chosen = [
        one for one in draft.elements() if _is_column(one) and (one in named or _holds(one, within))
    ] or [one for one in named if one.kind == "text" and one.argument("max_width") is not None]

    def change(element: Element) -> bool:
        return draft.set_keyword(element.call, "align", literal(column if _is_column(element) else words))

    return each(draft, chosen, change)


def _is_column(element: Element) -> bool:
    return element.kind == "column"


def _holds(element: Element, within: list[ast.Call]) -> bool:
    here = (element.call.lineno, element.call.col_offset)
    return any(here == (one.lineno, one.col_offset) for one in within)


def set_tracking(draft: Draft, ask: Ask) -> bool:
    """Set letters further apart or closer together; spacing is in ems."""
    if not ask.says(_TRACKING):
        return False
    exact = ask.says(_EXACT)
    less = ask.says(_LESS)
    named = [one for one in ask.named(draft) if one.kind == "text"]
    headline = main_text(draft.elements())

    def change(element: Element) -> bool:
        now = draft.value_of(element.argument("letter_spacing"))
        spacing = float(now) if isinstance(now, (int, float)) else 0.0
        wanted = float(exact["number"]) if exact else spacing + (-0.04 if less else 0.06)
        if exact and abs(wanted) >= 1:
            wanted /= 100
        return draft.set_keyword(element.call, "letter_spacing", literal(max(-0.2, min(wanted, 1.0))))

    return each(draft, named or ([headline] if headline else []), change)


def set_gap(draft: Draft, ask: Ask) -> bool:
    """Give what stands in a row, column or grid more or less room between."""
    if _TRACKING.search(ask.text) or not ask.says(_GAP):
        return False
    exact = ask.says(_EXACT)
    factor = (0.6 if ask.says(_LESS) else 1.6) * (1.3 if ask.says(_MUCH) else 1.0)
    elements = draft.elements()
    named = ask.named(draft)
    inside = [
        one.container for one in [*named, *(part for run in lists(draft) for part in run)] if one.container
    ]
    lines = [call.lineno for call in inside]
    boxes = [one for one in elements if one.kind in ("row", "column", "grid")]
    chosen = (
        [one for one in named if one in boxes]
        or [one for one in boxes if one.call.lineno in lines]
        or boxes[:1]
    )

    def change(element: Element) -> bool:
        given = element.argument("gap")
        now = draft.value_of(given) if given is not None else 24.0
        if exact or isinstance(now, (int, float)):
            gap = float(exact["number"]) if exact else float(str(now)) * factor
            return draft.set_keyword(element.call, "gap", literal(max(0.0, round(gap))))
        return draft.replace(given, f"({draft.code_of(given)}) * {factor:g}") if given is not None else False

    return each(draft, chosen[:1], change)


def set_corners(draft: Draft, ask: Ask) -> bool:
    """Round the corners of boxes, or make them square."""
    if not ask.says(_CORNERS):
        return False
    exact = ask.says(_EXACT)
    square, pill = ask.says(_SQUARE), ask.says(_PILL)
    less = ask.says(_LESS)
    named = ask.named(draft)
    boxes = [
        one
        for one in draft.elements()
        if one.kind in _BOXES and (one.kind not in CONTAINERS or one.argument("fill"))
    ]
    chosen = [one for one in named if one.kind in _BOXES] or boxes

    def change(element: Element) -> bool:
        now = draft.value_of(element.argument("radius"))
        radius = float(now) if isinstance(now, (int, float)) else 0.0
        wanted = radius * 0.5 if less else max(_ROUND, radius * 1.6)
        wanted = 0.0 if square else _PILL_RADIUS if pill else wanted
        return draft.set_keyword(element.call, "radius", exact["number"] if exact else literal(round(wanted)))

    return each(draft, chosen, change)


def set_thickness(draft: Draft, ask: Ask) -> bool:
    """Make lines, rules, rings and outlines thicker or thinner."""
    match = ask.says(_THICK)
    if not match:
        return False
    factor = 1.6 if match["way"].lower() in ("thicker", "fatter", "heavier", "bolder") else 0.6
    return each(draft, ask.named(draft), lambda one: _thicken(draft, one, factor))


def set_blur(draft: Draft, ask: Ask) -> bool:
    """Put parts out of focus, or back into it; the radius is in pixels."""
    if ask.says(_SHARP):
        return each(draft, ask.named(draft), lambda one: draft.drop_keyword(one.call, "blur"))
    if not ask.says(_BLUR):
        return False
    exact = ask.says(_EXACT)
    radius = 5.0 if ask.says(_SLIGHTLY) else 18.0 if ask.says(_STRONGLY) else 9.0
    radius = float(exact["number"]) if exact else radius
    return each(
        draft, ask.named(draft), lambda one: draft.set_keyword(one.call, "blur", literal(abs(radius)))
    )


def _thicken(draft: Draft, element: Element, factor: float) -> bool:
    """Scale what makes an element thick; False for what has no thickness of that kind, such as letters."""
    stroke = element.argument("stroke")
    if isinstance(stroke, ast.Call):
        width = next((one.value for one in stroke.keywords if one.arg == "width"), None)
        width = width or (stroke.args[1] if len(stroke.args) > 1 else None)
        now = draft.value_of(width) if width is not None else 3.0
        if isinstance(now, (int, float)):
            wide = literal(round(float(now) * factor, 1))
            return (
                draft.replace(width, wide) if width is not None else draft.set_keyword(stroke, "width", wide)
            )
    if element.kind == "donut":
        return draft.set_keyword(element.call, "thickness", literal(round(64 * factor)))
    if element.kind != "rect":
        return False
    for name, place in (("height", 1), ("width", 0)):
        given = element.argument(name, place)
        now = draft.value_of(given)
        if given is not None and isinstance(now, (int, float)) and now <= _THIN:
            return draft.set_value(given, max(1, round(float(now) * factor)))
    return False
