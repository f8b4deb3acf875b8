"""Edits of what is there: parts removed, parts added, light and outlines around them."""

from __future__ import annotations

import ast
import re

from workbench.brain.edits.adding import told_text
from workbench.brain.edits.draft import Draft, Element, literal
from workbench.brain.edits.parts import Ask, each, find, lists, main_text
from workbench.brain.heard import unheard
from workbench.brain.vocabulary import REMOVERS, UNWANTED, compiled

_REMOVE = compiled(rf"\b(?:{REMOVERS}|hide|without)\b", rf"|{UNWANTED}")
_INSIDE = compiled(r"\s(?:in|from|of|inside)\s+(?:the\s+)?\w+(?:\s+\w+)?\s*$")
_ADD = compiled(r"\b(?:add|put|insert|draw|place|include|give|write)\b")
_ON_PART = compiled(r"\b(?:write|put)\b.*\bon\s+(?:the\s+)?(?:button|card|label|badge|pill|headline|title)\b")
_LIGHT = {"glow": "glow({color})", "shadow": "shadow()", "drop shadow": "shadow()"}
_LIT = compiled(r"\b(?P<light>glow|(?:drop\s+)?shadow)\b")
_OUTLINE = compiled(r"\boutlines?\b|\bborders?\b")
_THIN = compiled(r"\b(?:thin|fine|hairline)\b")
_THICK = compiled(r"\b(?:thick|bold|fat|heavy)\b")
_NEW = {
    "subtitle": r"sub\s*titles?|sub\s*headings?|tag\s*lines?|second\s+lines?|captions?|lines?\s+of\s+text",
    "text": r"texts?|words?|labels?|titles?|headlines?|headings?|sentences?",
    "circle": r"circles?|dots?|balls?",
    "rect": r"rectangles?|boxes|box|squares?|cards?|panels?|bars?",
    "line": r"(?:under)?lines?|rules?|dividers?|separators?",
    "star": r"star",
    "particles": r"particles?|confetti|sparkles?|snow|stars|dust",
}
_NEWS = {kind: compiled(rf"\b(?:{words})\b") for kind, words in _NEW.items()}
STAR = "M50 4 61 38 97 38 68 59 79 93 50 72 21 93 32 59 3 38 39 38Z"
_SWARM = compiled(r"^\W*(?:some\s+|more\s+)?(?:stars|confetti|particles|snow|sparkles|dust)\b")
ANOTHER_ITEM = compiled(
    r"(?:\b(?:add|append|include|insert)\s+|^\W*(?:and\s+)?)(?:an?|another|one\s+more)\s+(?:[\w-]+\s+)?(?:feature|item|bullet(?:\s+point)?|point|benefit|step|entry)"
    r"\s*(?:called|named|saying|that\s+says|:|-)\s*(?P<text>[^,.;:\n]{2,60})"
)
_LIST = compiled(r"\b(?:lists?|bullets?|items?|features|benefits|points)\b")
_BEHIND = compiled(r"\b(?:behind|in\s+the\s+background|below\s+everything|underneath)\b")
_BESIDE = compiled(r"\b(?P<side>above|over|below|under(?:neath)?|beneath)\s+")
_PLACES = {
    r"top\s+left": "top_left", r"top\s+right": "top_right", r"bottom\s+left": "bottom_left",
    r"bottom\s+right": "bottom_right", r"(?:at|on|to)\s+the\s+top": "top",
    r"(?:at|on|to)\s+the\s+bottom": "bottom",
    r"on\s+the\s+left": "left", r"on\s+the\s+right": "right",
}  # fmt: skip
_WHERE = {compiled(rf"\b(?:{words})\b"): place for words, place in _PLACES.items()}


def remove_parts(draft: Draft, ask: Ask) -> bool:
    """Take named parts, or an item of a list, out of the scene."""
    if not ask.says(_REMOVE):
        return False
    for mark in ask.marks():
        if _remove_item(draft, mark):
            return True
    if ask.says(_LIT):
        return each(
            draft, ask.named(draft) or draft.elements(), lambda one: draft.drop_keyword(one.call, "shadow")
        )
    inside = _INSIDE.search(ask.text)
    own = Ask(ask.quoted, ask.text[: inside.start()]) if inside else ask
    named = own.named(draft)
    if inside and named:
        ask.noticed.extend([*own.noticed, inside.span()])
    if inside and not named and _says_more(own, inside):
        return False
    named = named or ask.named(draft)
    done = False
    for element in sorted(named, key=lambda one: -one.statement.lineno):
        if any(_same_line(element, one) for one in draft.elements()):
            done = draft.remove(element.statement) or done
    return done


def _says_more(own: Ask, inside: re.Match[str]) -> bool:
    """Say whether something is taken from a part that is not there: then the part itself must stay."""
    removers = [match.span() for match in _REMOVE.finditer(own.text)]
    return "from" in inside[0].lower().split() and bool(unheard(own.text, removers))


def add_light(draft: Draft, ask: Ask) -> bool:
    """Give parts a glow, a shadow or an outline."""
    outline = ask.says(_OUTLINE)
    light = None if outline else ask.says(_LIT)
    if not (light or outline) or _REMOVE.search(ask.text):
        return False
    headline = main_text(draft.elements())
    chosen = ask.named(draft) or ([headline] if headline else [])
    said = ask.colors()
    color = ask.take(said[0]) if said else ""

    def change(element: Element) -> bool:
        if outline:
            key = "outline" if element.kind == "text" else "stroke"
            width = 2 if ask.says(_THIN) else 8 if ask.says(_THICK) else 3
            return draft.set_keyword(element.call, key, f"stroke({literal(color or '#f8fafc')}, {width})")
        assert light is not None
        code = _LIGHT[" ".join(light["light"].lower().split())]
        return draft.set_keyword(element.call, "shadow", code.format(color=literal(color or "#38bdf8")))

    return each(draft, chosen, change)


def add_parts(draft: Draft, ask: Ask) -> bool:
    """Put a text, a shape, particles or another item of a list into the scene."""
    if (
        not (ask.says(_ADD) or ask.says(_SWARM) or ask.says(ANOTHER_ITEM))
        or ask.says(_REMOVE)
        or _ON_PART.search(ask.text)
    ):
        return False
    marks = ask.marks()
    item = ask.says(ANOTHER_ITEM)
    if item and not marks and _add_item(draft, [item["text"].strip(" .")]):
        return True
    names_kind = any(ask.says(words) for words in _NEWS.values())
    if marks and (ask.says(_LIST) or not names_kind) and _add_item(draft, marks):
        return True
    kind = _first_named(ask) or ("text" if marks else None)
    if not marks and (line := told_text(ask)):
        kind, marks = "text", [line["text"].strip(" .")]
    if kind is None or (kind in ("text", "subtitle") and not marks):
        return False
    code = _code(draft, ask, kind, marks)
    if ask.says(_BEHIND) or kind == "particles":
        return draft.insert(code, before=_first_painted(draft))
    beside = _BESIDE.search(ask.text)
    anchor = _anchor(draft, ask, beside) if beside and "at=" not in code else None
    if beside is None or anchor is None:
        return draft.insert(code)
    above = beside["side"].lower() in ("above", "over")
    if anchor.laid_out:
        return draft.insert(code, **{"before" if above else "after": anchor.statement})
    return draft.insert(_moved(draft, code, anchor, above=above))


def _first_named(ask: Ask) -> str | None:
    """Return the kind of part whose word comes first: what is added stands before what it is added to."""
    found = [(match.start(), kind) for kind, words in _NEWS.items() if (match := ask.says(words))]
    return min(found)[1] if found else None


def _anchor(draft: Draft, ask: Ask, beside: re.Match[str]) -> Element | None:
    """Return the part that a new one is to stand above or below."""
    own = Ask(ask.quoted, ask.text[beside.end() :])
    named = own.named(draft)
    if named:
        ask.notice(beside.start(), len(ask.text))
    return named[0] if named else None


def _moved(draft: Draft, code: str, anchor: Element, *, above: bool) -> str:
    """Return the code of a new part, placed by where its anchor stands."""
    if code.startswith("line("):
        code = code.replace("[(760, 820), (1160, 820)]", "[(0, 0), (400, 0)]")
    sign = "-" if above else "+"
    at, y = anchor.argument("at"), anchor.argument("y")
    step = 90 if anchor.kind == "text" else 150
    if at is not None:
        where = f"at={draft.code_of(at)}.offset(0, {'-' if above else ''}{step})"
    else:
        where = f"y={draft.code_of(y) if y is not None else 'height / 2'} {sign} {step}"
    return f"{code.replace(', y=height * 0.62', '')[:-1]}, {where})"


def _code(draft: Draft, ask: Ask, kind: str, marks: list[str]) -> str:
    said = ask.colors()
    color = ask.take(said[0]) if said else ""
    place = next((place for words, place in _WHERE.items() if ask.says(words)), None)
    at = f", at={place}" if place else ""
    if kind == "particles":
        return f"particles(60, colors=[{literal(color or '#f8fafc')}], opacity=0.6, seed=1)"
    if kind in ("text", "subtitle"):
        return _text_code(draft, kind, marks[0], color, at)
    if kind == "star":
        return f'path("{STAR}", fill={literal(color or "#fbbf24")}{at}, enter=pop(), name="star")'
    size = {"circle": "120", "rect": "480, 240, radius=24", "line": "[(760, 820), (1160, 820)]"}[kind]
    if kind == "line":
        return f"line({size}, stroke=stroke({literal(color or '#f8fafc')}, 6), enter=draw())"
    return f"{kind}({size}, fill={literal(color or '#38bdf8')}{at}, enter=pop())"


def _text_code(draft: Draft, kind: str, words: str, color: str, at: str) -> str:
    headline = main_text(draft.elements())
    paint = f", color={literal(color)}" if color else ""
    given = headline.argument("color") if headline else None
    if not paint and headline and given is not None:
        paint = f", color={draft.code_of(given)}"
    below = "" if at or (headline and headline.laid_out) else ", y=height * 0.62"
    size = 40 if kind == "subtitle" else 64
    look = f"size={size}{paint}{at}{below}"
    return f'text({literal(words)}, {look}, start=0.6, enter=fade(), name="{kind}")'


def _add_item(draft: Draft, marks: list[str]) -> bool:
    items = draft.params().get("items")
    if items is not None:
        now = str(draft.values.get("items", items.default))
        draft.set_param("items", " | ".join([*now.split(" | "), *marks]))
        return True
    groups = lists(draft)
    if not groups:
        return False
    last = groups[0][-1]
    for mark in reversed(marks):
        code = draft.code_of(last.call)
        first = draft.code_of(last.call.args[0])
        draft.insert(code.replace(first, literal(mark), 1), after=last.statement)
    return True


def _remove_item(draft: Draft, words: str) -> bool:
    for name, param in draft.params().items():
        value = draft.values.get(name, param.default)
        if isinstance(value, str) and " | " in value and words in value.split(" | "):
            draft.set_param(name, " | ".join(item for item in value.split(" | ") if item != words))
            return True
    element = find(draft.elements(), words)
    return draft.remove(element.statement) if element else False


def _first_painted(draft: Draft) -> ast.stmt | None:
    elements = draft.elements()
    return elements[0].statement if elements else None


def _same_line(one: Element, other: Element) -> bool:
    return one.statement.lineno == other.statement.lineno and one.kind == other.kind
