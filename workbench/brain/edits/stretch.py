"""Edits of one side of a part: wider, taller, a line made longer; and one shape put in place of another."""

from __future__ import annotations

import re

from workbench.brain.edits.draft import CHARTS, CONTAINERS, Draft, Element, literal
from workbench.brain.edits.parts import Ask, each
from workbench.brain.edits.structure import STAR
from workbench.brain.vocabulary import compiled

_WIDER = compiled(r"\b(?:wid(?:er?|th)|narrow(?:er)?|long(?:er)?|short(?:er)?)\b")
_TALLER = compiled(r"\b(?:tall(?:er)?|high|height|flatter|lower\s+height)\b")
_LESS = compiled(r"\b(?:narrow(?:er)?|shorter|too\s+(?:wide|long|tall)|flatter|half)\b")
_COMPARED = compiled(
    r"\b(?:(?:twice|half|three\s+times|(?P<times>\d+(?:\.\d+)?)\s*(?:x|times))\s+(?:as\s+)?(?:wide|long|tall|high)(?:er)?"
    r"|(?:double|half|halve|triple)\s+(?:the|its)\s+(?:width|length|height)"
    r"|(?:(?P<way>much|a\s+lot|a\s+(?:bit|little)|slightly)\s+)?(?:wider|narrower|longer|shorter|taller|flatter)"
    r"|too\s+(?:wide|narrow|long|short|tall|flat))\b"
)
_SIDES = {"rect": (0, 320.0, 1, 180.0), "ellipse": (0, 320.0, 1, 180.0)}
_NEW = r"(?P<new>circle|ball|square|rectangle|box|ellipse|oval|star|triangle|diamond)"
_OLD = r"(?:the\s+|that\s+|this\s+|an?\s+|its\s+)?(?P<old>(?:[\w-]+\s+){0,2}?[\w-]+)"
_INSTEAD = (
    compiled(rf"\b(?:an?\s+|some\s+)?{_NEW}\s+(?:instead|in\s+place)\s+of\s+{_OLD}\b"),
    compiled(rf"\b{_OLD}\s+(?:should|must|has\s+to)\s+(?:be|become)\s+an?\s+(?:\w+\s+)?{_NEW}\b"),
    compiled(
        rf"\b(?:replace|swap|turn|change|convert|make|exchange|transform|switch)\s+{_OLD}"
        rf"\s+(?:with|by|for|into|to|in|be)?\s*\ban?\s+(?:\w+\s+)?{_NEW}\b"
    ),
)
_OUTLINES = {
    "star": STAR,
    "triangle": "M50 6 96 90 4 90Z",
    "diamond": "M50 2 98 50 50 98 2 50Z",
}
_SHAPES = ("circle", "rect", "ellipse", "path")
_KIND = {
    "ball": "circle",
    "circle": "circle",
    "square": "rect",
    "rectangle": "rect",
    "box": "rect",
    "ellipse": "ellipse",
    "oval": "ellipse",
}
_FACTORS = {"twice": 2.0, "double": 2.0, "half": 0.5, "halve": 0.5, "triple": 3.0, "three": 3.0}


def stretches(draft: Draft, ask: Ask) -> bool:
    """Say whether the instruction is about one side of a shape or chart of the scene."""
    return bool(_COMPARED.search(ask.text)) and bool(_sided(draft, ask))


def stretch(draft: Draft, ask: Ask) -> bool:
    """Make shapes and charts wider or narrower, longer or shorter, taller or flatter."""
    match = ask.says(_COMPARED)
    if match is None:
        return False
    factor = _factor(match)
    tall = bool(_TALLER.search(match[0])) and not _WIDER.search(match[0])
    return each(draft, _sided(draft, ask), lambda one: _scaled(draft, one, factor, tall=tall))


def set_shape(draft: Draft, ask: Ask) -> bool:
    """Put a shape in place of another, as large and where that one was."""
    match = next((found for words in _INSTEAD if (found := ask.says(words))), None)
    if match is None:
        return False
    old, new = match["old"].lower(), match["new"].lower()
    named = Ask(ask.quoted, ask.text[match.start("old") : match.end("old")]).named(draft, outright=True)
    kind = _KIND.get(old.split()[-1])
    shapes = [one for one in draft.elements() if kind and one.kind == kind]
    shapes = shapes or [one for one in named if one.kind in _SHAPES]
    return each(draft, shapes, lambda one: _reshaped(draft, one, new))


def _sided(draft: Draft, ask: Ask) -> list[Element]:
    return [one for one in ask.named(draft, outright=True) if _has_sides(one)]


def _has_sides(element: Element) -> bool:
    """Say whether a part has a width of its own; a row or column only when one is given."""
    boxed = element.kind in CONTAINERS and element.argument("width") is not None
    return boxed or element.kind in (*_SIDES, "line", *CHARTS)


def _factor(match: re.Match[str]) -> float:
    said = match[0].lower()
    if match["times"]:
        return float(match["times"])
    for words, factor in _FACTORS.items():
        if said.startswith(words):
            return factor
    less = bool(_LESS.search(said))
    way = (match["way"] or "").lower()
    if way in ("much", "a lot"):
        return 0.6 if less else 1.6
    if way:
        return 0.88 if less else 1.12
    return 0.75 if less else 1.3


def _scaled(draft: Draft, element: Element, factor: float, *, tall: bool) -> bool:
    if element.kind == "line":
        return draft.set_keyword(element.call, "scale", literal(factor))
    name = "height" if tall else "width"
    across, width, down, height = _SIDES.get(element.kind, (None, 900.0, None, 480.0))
    given = element.argument(name, down if tall else across)
    if given is None:
        return draft.set_keyword(element.call, name, literal(round((height if tall else width) * factor)))
    value = draft.value_of(given)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return draft.set_value(given, round(value * factor))
    return draft.replace(given, f"({draft.code_of(given)}) * {factor:g}")


def _reshaped(draft: Draft, element: Element, new: str) -> bool:
    gone = {"radius", "width", "height", "data"}
    kept = [
        f"{one.arg}={draft.code_of(one.value)}"
        for one in element.call.keywords
        if one.arg and one.arg not in gone
    ]
    wide, high = _measured(draft, element)
    high = wide if new in ("square", "circle", "ball") else high if high != wide else round(wide * 0.6)
    if new in _OUTLINES:
        drawn = [literal(_OUTLINES[new]), f"width={wide:g}", *kept]
        return draft.replace(element.call, f"path({', '.join(drawn)})")
    size = f"{wide / 2:g}" if _KIND[new] == "circle" else f"{wide:g}, {high:g}"
    return draft.replace(element.call, f"{_KIND[new]}({', '.join([size, *kept])})")


def _measured(draft: Draft, element: Element) -> tuple[float, float]:
    def of(name: str, place: int, default: float) -> float:
        value = draft.value_of(element.argument(name, place))
        return float(value) if isinstance(value, (int, float)) else default

    if element.kind == "path":
        wide = of("width", 1, 100.0)
        return wide, of("height", 2, wide)
    if element.kind == "circle":
        wide = 2 * of("radius", 0, 80.0)
        return wide, wide
    return of("width", 0, 320.0), of("height", 1, 180.0)
