"""Edits of colour: of a part, of the background, of everything at once."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from workbench.brain.colors import MOODS, cooler, inverted, is_light, moods_in, shaded, warmer
from workbench.brain.edits.draft import CHARTS, Draft, Element, literal
from workbench.brain.edits.parts import Ask, absent, each, main_text
from workbench.brain.vocabulary import compiled
from workbench.scene.color_names import COLOR_NAMES

Recolor = Callable[[str], str]

LEAST_VIVID = 64
"""Difference of the strongest and the weakest channel, 0..255, from which a colour counts as an accent."""

_BACKGROUND = compiled(r"\b(?:backgrounds?|backdrops?|bg)\b|\b(?:plain|solid|flat)\s+(?=\w+\W*$)")
_FLAT = compiled(
    r"\b(?:no|remove|without|get\s+rid\s+of|lose|drop|instead\s+of)\s+(?:the\s+|that\s+|any\s+|a\s+)?(?:background\s+)?gradient\b"
)
_COLOR_NAME_OF_HEX = compiled(r"\b(?:brand\s+)?\w+\s+(?=#[0-9a-f]{3,8}\b)")
_ON_COLOR = compiled(
    r"\b[\w#]+\s+(?:text\s+|letters\s+|words\s+|type\s+)?on\s+(?:an?\s+)?(?:\w+\s+)?[\w#]+\b"
)
_EVERY_WORD = compiled(r"\b(?:everything|all|texts?|letters|words|it)\b|^\W*[\w#]+\s+on\s+")
_ACCENT = compiled(r"\b(?:accents?|highlights?|(?:main|key|primary|brand) colou?r)\b")
_GRADIENT = compiled(r"\bgradient\b")
_MOVES: dict[str, Recolor] = {
    r"warmer|less\s+cold|less\s+cool": warmer,
    r"cooler|colder|less\s+warm": cooler,
    r"darker|darken|too\s+(?:bright|light)": lambda color: shaded(color, 0.6),
    r"lighter\s+(?:colou?rs?|background|backdrop|bg|shade|tone)|(?<=background )lighter|paler|bright(?:er|en)"
    r"|lighten|too\s+dark": lambda color: shaded(color, 1.4),
    r"more\s+(?:colou?rful|saturated|vivid|vibrant)|less\s+dull": lambda color: shaded(color, 1.0, 1.4),
    r"less\s+(?:colou?rful|saturated|vivid|loud)|ton(?:e|ed|ing)\s+(?:\w+\s+){0,3}?down"
    r"|more\s+muted|desaturate": lambda color: shaded(color, 1.0, 0.6),
    r"invert(?:ed)?|negative": inverted,
    r"black\s+and\s+white|gr[ae]yscale|monochrome": lambda color: shaded(color, 1.0, 0.0),
}
_MOVING = {compiled(rf"\b(?:{words})\b"): move for words, move in _MOVES.items()}
_HEX = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})")
_ADDS = compiled(r"^\s*(?:please\s+)?(?:add|put|insert|draw|place)\b(?!.*\b(?:colou?rs?|background)\b)")
_WANTED = compiled(r"\b(?:to|be|into|become|turn|paint(?:ed)?)\s+(?:be\s+|an?\s+)?(?:it\s+)?$")
_COLOR_KEY = {"text": "color", "counter": "color", "line_chart": "color"}


def set_background(draft: Draft, ask: Ask) -> bool:
    """Paint the background in the colours the instruction names for it."""
    said = [color for color in ask.colors() if color.role == "background"]
    if ask.says(_FLAT):
        return _flatten(draft, [ask.take(color) for color in ask.colors()[:1]])
    if not (ask.says(_BACKGROUND) or (said and ask.says(_ON_COLOR))) or _ADDS.match(ask.text):
        return False
    if not said or (ask.says(_GRADIENT) and len(said) < 2):
        said = ask.colors()
    if not said:
        return False
    if len(said) > 1:
        first, second = (literal(ask.take(color)) for color in said[:2])
        return _paint_background(draft, f"linear({first}, {second}, angle=60)")
    call = draft.background()
    param = draft.params().get("background") or (draft.param_of(call.args[0]) if call else None)
    if param is not None and param.kind == "color":
        draft.set_param(param.name, ask.take(said[0]))
        return True
    return _paint_background(draft, literal(ask.take(said[0])))


def _flatten(draft: Draft, said: list[str]) -> bool:
    """Paint the background in one colour: the one that was said, else the first of its gradient."""
    call = draft.background()
    if call is None or not isinstance(call.args[0], ast.Call):
        return False
    stops = (draft.value_of(one) for one in call.args[0].args)
    own = [stop for stop in stops if isinstance(stop, str) and _color(stop)]
    return bool(said or own) and _paint_background(draft, literal([*said, *own][0]))


def set_color(draft: Draft, ask: Ask) -> bool:
    """Give named parts, the accent or the texts a named colour."""
    if ask.says(_BACKGROUND) or _ADDS.match(ask.text):
        return False
    said = ask.colors()
    if len(said) > 1 and ask.says(_ON_COLOR) and _EVERY_WORD.search(ask.text):
        texts = [one for one in draft.elements() if one.kind in ("text", "counter")]
        return each(draft, texts, lambda one: _color_element(draft, one, ask.take(said[0])))
    for hidden in _COLOR_NAME_OF_HEX.finditer(ask.text):
        ask.notice(*hidden.span())
    if not said:
        return False
    wanted = next((one for one in said if _WANTED.search(ask.text[: one.start])), said[0])
    for other in said if wanted is not said[0] else []:
        ask.take(other)
    return _color_parts(draft, ask, ask.take(wanted), wanted.role)


def shift_colors(draft: Draft, ask: Ask) -> bool:
    """Make colours warmer, cooler, darker, brighter, more or less colourful."""
    move = next((move for words, move in _MOVING.items() if ask.says(words)), None)
    if move is None:
        return False
    if ask.says(_BACKGROUND):
        call = draft.background()
        return _shift(draft, call.args[0], move) if call else False
    named = ask.named(draft)
    if named and not re.search(r"\bcolou?rs\b", ask.text, re.IGNORECASE):
        return each(draft, named, lambda element: _shift(draft, element.call, move))
    return _shift(draft, draft.tree, move)


def set_mood(draft: Draft, ask: Ask) -> bool:
    """Give the scene the colours of a mood."""
    moods, places = moods_in(ask.text)
    if not moods:
        return False
    ask.noticed.extend(places)
    colors: dict[str, str] = {}
    for mood in moods:
        colors |= {role: color for role, color in MOODS[mood].items() if role not in colors or mood != "dark"}
    return _dress(draft, colors)


def take_colors(draft: Draft, other: Draft) -> bool:
    """Give the scene the background and the text and accent colours of another."""
    theirs = other.background()
    if theirs is None:
        return False
    if any(isinstance(node, ast.Name) for node in ast.walk(theirs.args[0]) if not _is_called(node, theirs)):
        found = other.value_of(theirs.args[0])
        code = literal(found) if isinstance(found, str) else ""
    else:
        code = other.code_of(theirs.args[0])
    wanted, own = _accent(other), _accent(draft)
    done = _paint_background(draft, code) if code else False
    if wanted and own:
        done = _shift(draft, draft.tree, lambda color: wanted if color == own else color) or done
    return done


def _color_parts(draft: Draft, ask: Ask, color: str, role: str) -> bool:
    named = [one for one in ask.named(draft) if one.kind not in ("row", "grid", "group") or one.name]
    params = draft.params()
    if "accent" in params and ask.says(_ACCENT):
        draft.set_param("accent", color)
        return True
    if ask.says(_ACCENT):
        own = _accent(draft)
        return bool(own) and _shift(draft, draft.tree, lambda one: color if one == own else one)
    if not named and (absent(draft, ask) or _names_an_item(draft, ask)):
        return False
    if named:
        return each(draft, named, lambda element: _color_element(draft, element, color))
    if role == "accent" and "accent" in params:
        draft.set_param("accent", color)
        return True
    headline = main_text(draft.elements())
    return _color_element(draft, headline, color) if headline else False


def _names_an_item(draft: Draft, ask: Ask) -> bool:
    """Say, and tell, whether one item of a template's list is meant: those have one colour together."""
    param = draft.params().get("items")
    items = str(draft.values.get("items", param.default)).split("|") if param else []
    for item in (one.strip() for one in items):
        found = re.search(rf"\b{re.escape(item)}\b", ask.text, re.IGNORECASE) if item else None
        if found:
            ask.notice(*found.span())
            draft.refused.append(f"{item} shares its colours with the other items of this template.")
            return True
    return False


def _color_element(draft: Draft, element: Element, color: str) -> bool:
    if element.kind in CHARTS and element.kind != "line_chart":
        given = element.argument("colors")
        if isinstance(given, (ast.List, ast.Tuple)) and len(given.elts) == 1:
            return draft.set_value(given.elts[0], color)
        return draft.set_keyword(element.call, "colors", f"[{literal(color)}]")
    key = _COLOR_KEY.get(element.kind, "fill")
    given = element.argument(key)
    if given is not None and draft.param_of(given):
        return draft.set_value(given, color)
    return draft.set_keyword(element.call, key, literal(color))


def _paint_background(draft: Draft, code: str) -> bool:
    call = draft.background()
    if call is not None:
        return draft.replace(call.args[0], code)
    body = draft.tree.body
    return draft.insert(f"background({code})", before=body[0] if body else None)


def _shift(draft: Draft, within: ast.AST, move: Recolor) -> bool:
    """Change every literal colour inside a part of the tree, and the colour parameters it uses."""
    changes: list[tuple[ast.expr, str]] = []
    names = {node.id for node in ast.walk(within) if isinstance(node, ast.Name)}
    done = False
    for param in draft.params().values():
        value = draft.values.get(param.name, param.default)
        variable = next((v for v, code in draft.variables().items() if draft.param_of(code) == param), None)
        if param.kind == "color" and variable in names and isinstance(value, str) and _HEX.fullmatch(value):
            new = move(_full(value))
            if new != _full(value):
                draft.set_param(param.name, new)
                done = True
    for node in ast.walk(within):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not _in_param(draft, node):
            color = _color(node.value)
            if color and move(color) != color:
                changes.append((node, literal(move(color))))
    return draft.replace_all(changes) or done


def _dress(draft: Draft, colors: dict[str, str]) -> bool:
    params = draft.params()
    done = False
    for role, color in colors.items():
        if role in params and params[role].kind == "color":
            draft.set_param(role, color)
            done = True
    if "background" in colors and "background" not in params:
        done = _paint_background(draft, literal(colors["background"])) or done
        draft.assumed.append("The background became one colour.")
    ink = colors.get("ink", "#0f172a" if is_light(colors.get("background", "#000000")) else "#f8fafc")
    if "ink" not in params and "background" not in params:
        texts = [element for element in draft.elements() if element.kind == "text"]
        done = each(draft, texts, lambda element: _color_element(draft, element, ink)) or done
    return done


def _accent(draft: Draft) -> str:
    """Return the colour that stands out: the accent parameter, or the most saturated literal."""
    params = draft.params()
    if "accent" in params:
        return _color(str(draft.values.get("accent", params["accent"].default))) or ""
    texts = (node.value for node in ast.walk(draft.tree) if isinstance(node, ast.Constant))
    found = [_color(text) for text in texts if isinstance(text, str)]
    vivid = [color for color in found if color and _vividness(color) >= LEAST_VIVID]
    return max(vivid, key=_vividness, default="")


def _vividness(color: str) -> int:
    channels = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return max(channels) - min(channels)


def _color(text: str) -> str:
    if _HEX.fullmatch(text):
        return _full(text)
    return COLOR_NAMES.get(text, "")


def _full(color: str) -> str:
    digits = color[1:].lower()
    return "#" + ("".join(d + d for d in digits) if len(digits) < 5 else digits)


def _in_param(draft: Draft, node: ast.Constant) -> bool:
    calls = (code for code in draft.variables().values() if draft.param_of(code))
    return any(call.lineno == node.lineno for call in calls)


def _is_called(node: ast.AST, around: ast.Call) -> bool:
    return any(isinstance(call, ast.Call) and call.func is node for call in ast.walk(around))
