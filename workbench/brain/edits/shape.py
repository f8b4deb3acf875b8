"""Edits of size, weight, place, rotation and opacity."""

from __future__ import annotations

import re

from workbench.brain.edits.draft import CHARTS, CONTAINERS, Draft, Element, literal
from workbench.brain.edits.parts import Ask, absent, again, each, main_text
from workbench.brain.spoken import number
from workbench.brain.vocabulary import compiled

_SIZES = {
    r"twice\s+(?:as\s+)?(?:big|large)|(?:twice|double)\s+(?:the|its)\s+size|two\s+times": 2.0,
    r"half\s+(?:as\s+(?:big|large)|(?:the|its)\s+size)"
    r"|(?:shrink|reduce|scale|smaller)\b.*\b(?:by|to)\s+half": 0.5,
    r"(?:much|a\s+lot|way)\s+(?:bigger|larger)|huge|enormous": 1.6,
    r"(?:much|a\s+lot|way)\s+smaller|tiny": 0.6,
    r"(?:a\s+(?:bit|little)|slightly)\s+(?:bigger|larger)": 1.12,
    r"(?:a\s+(?:bit|little)|slightly)\s+smaller": 0.88,
    r"bigger|larger|enlarge|increase\s+the\s+size|too\s+(?:small|tiny)|grow\s+the|more\s+(?:prominent|big|large)"
    r"|(?:hard|difficult)\s+to\s+read": 1.3,
    r"smaller|more\s+(?:small|little)|shrink|reduce\s+the\s+size|too\s+(?:big|large|huge)": 0.75,
}
_SCALES = {compiled(rf"\b(?:{words})\b"): scale for words, scale in _SIZES.items()}
_EXACT = compiled(
    r"\b(?:font\s*)?size\b(?:\s+of\s+(?:the\s+)?[\w\s]{1,30}?)?\s*(?:to|of|=|:|is|at|should\s+be)?\s*(?P<size>\d{1,3})(?:\s*(?:px|pixels?|pt))?\b"
    r"|(?:\b(?:down|up)\s+to|[:=]|\b(?:make|set)\s+(?:it|that|them)(?:\s+to)?)\s*(?P<size2>\d{2,3})(?:\s*(?:px|pixels?|pt))?\s*[.!]?$"
    r"|\bradius\s*(?:to|of|=|:|is)?\s*(?P<radius>\d{1,4})\b|\b(?P<radius2>\d{1,4})\s*(?:px|pixels?)?\s+radius\b"
)
_PERCENT = compiled(
    r"\b(?P<share>\d{1,3})\s*(?:%|percent)\s+(?P<way>bigger|larger|smaller)\b"
    r"|\b(?P<verb>enlarge|grow|increase|scale\s+up|shrink|reduce|decrease)\b.*\bby\s+(?P<by>\d{1,3})\s*(?:%|percent)"
)
_WEIGHTS = {
    r"(?:extra|very|super)\s+bold|black\s+weight|heaviest": 900, r"bold(?:er)?|heavier|thicker": 800,
    r"thin(?:ner)?(?!\s+(?:[\w#]+\s+){0,2}?(?:outline|border|line|rule|stroke|frame|ring))"
    r"|lighter\s+(?:weight|letters|font|type)|hairline": 300,
    r"regular\s+weight|normal\s+weight|not\s+bold": 400,
}  # fmt: skip
_WEIGHTED = {compiled(rf"\b(?:{words})\b"): weight for words, weight in _WEIGHTS.items()}
_FONTS = {
    "mono": compiled(
        r"\b(?:mono(?:space[d]?)?|typewriter\s+font|code\s+font|console)(?:\s+(?:font|letters|type))?\b"
    ),
    "sans": compiled(r"\bsans(?:[\s-]*serif)?(?:\s+(?:font|letters|type))?\b"),
}
_NO_LETTERS = {
    compiled(
        r"\b(?:itali[cs]\w*|oblique|slanted)\b"
    ): "There are no italic letters: weight, size and colour can change.",
    compiled(
        r"\b(?:underlined?|strike[\s-]?through)\b(?!\s+below)"
    ): "Letters cannot be underlined: add a line instead.",
    compiled(
        r"(?<!sans )(?<!sans-)\b(?:serif|handwrit\w+|script|cursive|comic\s+sans|helvetica|arial"
        r"|times(?:\s+new\s+roman)?|roboto|inter|georgia|montserrat|futura)(?:\s+(?:font|letters|type))?\b|\b(?:another|other|different|change\s+the)\s+font\b"
    ): "There are two fonts: sans and mono.",
}
_WEIGHT_EXACT = compiled(r"\bweight\s*(?:to|of|=|:)?\s*(?P<weight>[1-9]00)\b")
_MOVE = compiled(
    r"\b(?:move|put|place|position|shift|raise|lift|lower|nudge|push|bring|set|center|centre|align|should\s+(?:be|sit|stand|stay|go)|goes?|belongs?)\b"
)
_HIGHER = compiled(
    r"\b(?:a\s+(?:bit|little|tad|touch)|slightly|much|further)\s+(?:higher|lower|up|down|left|right)\b|\b(?:higher|lower)\W*$"
)
_PLACES = {
    r"(?:top|upper)[\s-]+left(?:\s+corner)?": "top_left",
    r"(?:top|upper)[\s-]+right(?:\s+corner)?": "top_right",
    r"(?:bottom|lower)[\s-]+left(?:\s+corner)?": "bottom_left",
    r"(?:bottom|lower)[\s-]+right(?:\s+corner)?": "bottom_right",
    r"(?:to|at|in|on|into|near)\s+the\s+(?:very\s+)?top|at\s+top": "top",
    r"(?:to|at|in|on|into|near)\s+the\s+(?:very\s+)?bottom|at\s+bottom": "bottom",
    r"(?:to|at|on)\s+(?:the\s+)?left(?:\s+(?:side|edge))?": "left",
    r"(?:to|at|on)\s+(?:the\s+)?right(?:\s+(?:side|edge))?": "right",
    r"cent(?:er|re)(?:ed|d)?|middle": "center",
}  # fmt: skip
_PLACED = {compiled(rf"\b(?:{words})\b"): place for words, place in _PLACES.items()}
_NUDGE = compiled(
    r"(?:(?<!scene\s)(?<!slide\s)\b(?P<amount>\d+))?\s*(?P<unit>px|pixels?)?\s*(?P<more>a\s+(?:bit|little|tad|touch)|slightly|much|a\s+lot|further|way)?\s*"
    r"(?:to\s+the\s+)?(?P<way>up|down|left|right|higher|lower|raise|lift)(?:wards?)?\b(?:\s*(?:by)?\s*(?P<amount2>\d+)\s*(?:px|pixels?)?)?"
)
_WAYS = {
    "raise": (0, -1),
    "lift": (0, -1),
    "up": (0, -1),
    "higher": (0, -1),
    "down": (0, 1),
    "lower": (0, 1),
    "left": (-1, 0),
    "right": (1, 0),
}
_ROTATE = compiled(
    r"\b(?:rotate|turn|tilt)\b.*?(?P<minus>-|minus\s+)?(?P<degrees>\d+(?:\.\d+)?)\s*(?:°|deg(?:rees?)?)?"
)
_COUNTER = compiled(r"\b(?:counter[\s-]*clockwise|anti[\s-]*clockwise|to\s+the\s+left)\b")
_OPACITY = {
    r"half[\s-]+transparent|semi[\s-]*transparent|translucent": 0.5,
    r"more\s+(?:transparent|subtle)|fainter": 0.35, r"(?:fully\s+)?opaque|solid|not\s+transparent": 1.0,
    r"(?:less\s+transparent)": 0.8,
}  # fmt: skip
_CLEAR = {compiled(rf"\b(?:{words})\b"): opacity for words, opacity in _OPACITY.items()}
_OPACITY_EXACT = compiled(
    r"\b(?:opacity\b(?:\s+of\s+[\w\s]{1,30}?)?\s*(?:to|of|=|:)?\s*(?P<share>\d+(?:\.\d+)?)\s*(?P<percent>%)?|(?P<clear>\d+)\s*%\s*transparent)"
)
_EVERYTHING = compiled(r"\b(?:everything|all\s+of\s+it)\b")
_DEFAULT_SIZES = {"text": 64.0, "code": 34.0, "counter": 120.0}


def resize(draft: Draft, ask: Ask) -> bool:
    """Make parts larger or smaller, or give text an exact size."""
    exact = ask.says(_EXACT)
    share = ask.says(_PERCENT)
    scale = next((scale for words, scale in _SCALES.items() if ask.says(words)), None)
    if share:
        less = (share["way"] or share["verb"]).lower() in ("smaller", "shrink", "reduce", "decrease")
        scale = max(0.1, 1 + float(share["share"] or share["by"]) / 100 * (-1 if less else 1))
    if scale is None and not exact:
        return False
    chosen = _chosen(draft, ask)
    if exact:
        return each(draft, chosen, lambda one: _set_size(draft, one, exact))
    return each(draft, chosen, lambda one: _scale(draft, one, scale or 1.0))


def reweigh(draft: Draft, ask: Ask) -> bool:
    """Make letters bolder or thinner."""
    exact = ask.says(_WEIGHT_EXACT)
    weight = int(exact["weight"]) if exact else None
    weight = weight or next((weight for words, weight in _WEIGHTED.items() if ask.says(words)), None)
    if weight is None:
        return False

    def change(element: Element) -> bool:
        if element.kind not in ("text", "counter"):
            return False
        now = draft.value_of(element.argument("weight"))
        heavier = 900 if weight == 800 and isinstance(now, (int, float)) and now >= 800 else weight
        if now == heavier:
            draft.refused.append("The letters have that weight already.")
            return False
        return draft.set_keyword(element.call, "weight", literal(heavier))

    return each(draft, _chosen(draft, ask), change)


def set_font(draft: Draft, ask: Ask) -> bool:
    """Set letters in the mono or in the sans font."""
    font = next((font for font, words in _FONTS.items() if ask.says(words)), None)
    if font is None:
        return False
    chosen = [one for one in _chosen(draft, ask) if one.kind in ("text", "counter")]
    return each(draft, chosen, lambda one: draft.set_keyword(one.call, "font", literal(font)))


def refuse_letters(draft: Draft, ask: Ask) -> bool:
    """Tell which letters there are when others are asked for; the scene stays."""
    for words, remark in _NO_LETTERS.items():
        if ask.says(words):
            ask.named(draft)
            draft.refused.append(remark)
    return False


def move(draft: Draft, ask: Ask) -> bool:
    """Put parts at a place, or move them by some pixels."""
    if not ask.says(_MOVE) and not ask.says(_HIGHER):
        return False
    place = next((place for words, place in _PLACED.items() if ask.says(words)), None)
    nudge = ask.says(_NUDGE)
    chosen = ask.named(draft)
    if not chosen or (place is None and not nudge):
        return False
    if place and not (nudge and nudge["amount"]):
        return each(draft, chosen, lambda one: _put(draft, one, place))
    assert nudge is not None
    given = nudge["amount"] or nudge["amount2"]
    pixels = (
        float(given)
        if given
        else {"much": 160.0, "a lot": 160.0, "way": 200.0}.get(nudge["more"] or "", 60.0)
    )
    across, down = _WAYS[nudge["way"].lower()]
    return each(draft, chosen, lambda one: _shift(draft, one, across * pixels, down * pixels))


def rotate(draft: Draft, ask: Ask) -> bool:
    """Turn parts by degrees, clockwise unless the instruction says otherwise."""
    match = ask.says(_ROTATE)
    if not match:
        return False
    degrees = float(match["degrees"]) * (-1 if match["minus"] or ask.says(_COUNTER) else 1)
    return each(
        draft, ask.named(draft), lambda one: draft.set_keyword(one.call, "rotation", literal(degrees))
    )


def fade_parts(draft: Draft, ask: Ask) -> bool:
    """Make parts more or less transparent."""
    exact = ask.says(_OPACITY_EXACT)
    opacity = next((value for words, value in _CLEAR.items() if ask.says(words)), None)
    if exact and exact["clear"]:
        opacity = 1 - min(100.0, float(exact["clear"])) / 100
    elif exact:
        share = number(exact["share"]) or 0.0
        opacity = min(1.0, share / 100 if exact["percent"] or share > 1 else share)
    if opacity is None:
        return False
    return each(draft, ask.named(draft), lambda one: draft.set_keyword(one.call, "opacity", literal(opacity)))


def _chosen(draft: Draft, ask: Ask) -> list[Element]:
    named = ask.named(draft)
    headline = main_text(draft.elements())
    if not named and absent(draft, ask):
        return []
    if not named and ask.says(_EVERYTHING):
        return [element for element in draft.elements() if element.kind not in CONTAINERS]
    if not named and headline:
        draft.assumed.append(f"No part was named: the headline {headline.text!r} was meant.")
        return [headline]
    return named


def _set_size(draft: Draft, element: Element, exact: re.Match[str]) -> bool:
    """Give text its size, or a circle its radius; a size said of a circle is its width."""
    radius = exact["radius"] or exact["radius2"]
    size = exact["size"] or exact["size2"]
    if element.kind != "circle":
        return not radius and draft.set_keyword(element.call, "size", size)
    wanted = literal(float(radius or size) / (1 if radius else 2))
    given = element.argument("radius", 0)
    return (
        draft.replace(given, wanted)
        if given is not None
        else draft.set_keyword(element.call, "radius", wanted)
    )


def _scale(draft: Draft, element: Element, scale: float) -> bool:
    if element.kind in _DEFAULT_SIZES:
        return _times(draft, element, "size", scale, None, _DEFAULT_SIZES[element.kind])
    if element.kind == "circle":
        return _times(draft, element, "radius", scale, 0, 80.0)
    sized = element.kind in ("rect", "ellipse")
    if sized or (element.kind in CHARTS and element.argument("width")):
        first = _times(draft, element, "width", scale, 0 if sized else None, 320.0)
        return _times(draft, again(draft, element), "height", scale, 1 if sized else None, 180.0) or first
    return _times(draft, element, "scale", scale, None, 1.0)


def _times(
    draft: Draft, element: Element, name: str, scale: float, place: int | None, default: float
) -> bool:
    given = element.argument(name, place)
    if given is None:
        return draft.set_keyword(element.call, name, literal(default * scale))
    value = draft.value_of(given)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number_now = value * scale
        whole = round(number_now) if abs(number_now) >= 8 else round(number_now, 2)
        param = draft.param_of(given)
        return draft.set_value(given, whole) if param else draft.replace(given, literal(whole))
    return draft.replace(given, f"({draft.code_of(given)}) * {scale:g}")


def _put(draft: Draft, element: Element, place: str) -> bool:
    if element.laid_out:
        draft.refused.append("A row or column decides where that part stands; move it by pixels instead.")
        return False
    for name in ("x", "y", "anchor"):
        draft.drop_keyword(again(draft, element).call, name)
    return draft.set_keyword(again(draft, element).call, "at", place)


def _shift(draft: Draft, element: Element, across: float, down: float) -> bool:
    at = element.argument("at")
    if at is not None and not element.laid_out:
        return draft.replace(at, f"{draft.code_of(at)}.offset({across:g}, {down:g})")
    name, amount, middle = ("x", across, "width / 2") if across else ("y", down, "height / 2")
    given = element.argument(name)
    sign = "+" if amount > 0 else "-"
    if given is not None:
        return draft.replace(given, f"{draft.code_of(given)} {sign} {abs(amount):g}")
    start = "" if element.laid_out else f"{middle} {sign} "
    return draft.set_keyword(element.call, name, f"{start}{abs(amount):g}" if start else literal(amount))
