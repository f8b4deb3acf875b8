"""Edits of what a scene says: its texts, its numbers, their case."""

from __future__ import annotations

import ast
import re

from workbench.brain.colors import colors_in
from workbench.brain.edits.draft import CONTAINERS, Draft, Element, literal
from workbench.brain.edits.parts import Ask, each, find, lists, main_text
from workbench.brain.facts import facts_of
from workbench.brain.filling import number_text
from workbench.brain.lexical import words_of
from workbench.brain.quoting import MARK
from workbench.brain.vocabulary import compiled

_SCENE_TAIL = (
    r"(?:\s+(?:in|on|of)\s+(?:(?:the\s+)?(?:[\w-]+\s+){0,2}(?:scene|one|slide)(?:\s+\w+)?|@\w+))?\s*[.!]?\s*$"
)
_PLAINS = tuple(
    compiled(rf"\b(?:{cue})\s*:?\s+(?P<text>[^\n]{{2,90}}?)", _SCENE_TAIL)
    for cue in (r"should\s+(?:say|read|be)", r"(?:to\s+)?(?:say|read)s?", r"\w+\s*:(?!.*\w\s*:\s)", r"as|to")
)
_SAID = compiled(
    r"\b(?:(?:should|must|needs?\s+to|has\s+to|have\s+to|ought\s+to|shall|that|which|to|it|text)\s+)(?:say|read)s?\s*:?\s+(?P<text>[^\n]{2,90}?)",
    _SCENE_TAIL,
)
_MISNAMED = compiled(
    r"^(?:\W*(?:no|actually|sorry)\W+)?(?P<old>[^,;.]{2,40}?)\s+(?:is|are)\s+(?:actually\s+|really\s+)?(?:called|spelled|spelt|written|named)\s+(?P<new>[^,;.]{2,40})"
)
_BECOMES = compiled(
    r"^(?:\W*(?:please|now)\W+)?(?P<old>[^,;.]{2,60}?)\s+(?:should|must|needs?\s+to|has\s+to|ought\s+to)\s+(?:become|be|read|say)\s+(?P<new>[^,;.]{2,60}?)",
    _SCENE_TAIL,
)
_IS = compiled(
    r"\b(?:author|title|headline|heading|subtitle|speaker|slogan|button|label|name)\s+(?:is(?:\s+now)?|=|:)\s+(?P<text>(?-i:[A-Z])[^,;\n]{1,80}?)",
    _SCENE_TAIL,
)
_INSTEAD = compiled(
    r"\b(?:with|by|use|say|says|write|show|put|have|name|be)\s+(?:the\s+word\s+)?(?P<new>[^,;.]{2,40}?)\s+instead\s+of\s+(?P<old>[^,;.]{2,40}?)",
    _SCENE_TAIL,
)
_INSTEAD_OF = compiled(rf"{MARK}\s*,?\s+(?:instead|in\s+place)\s+of\s+(?:the\s+word\s+)?{MARK}")
_FIRST_INSTEAD = compiled(
    r"\binstead\s+of\s+(?P<old>[^,;.]{2,40}?)\s*,?\s+(?:please\s+)?(?:write|say|use|put|show|have|it\s+should\s+(?:say|be|read))\s+(?P<new>[^,;.]{2,40}?)",
    _SCENE_TAIL,
)
_SWAPPED = compiled(
    r"\b(?:swap|exchange|switch)\s+(?:the\s+)?(?:words|texts|lines|items|points|features)?\s*(?P<a>[^,;.]{2,40}?)\s+(?:and|with)\s+(?P<b>[^,;.]{2,40}?)",
    _SCENE_TAIL,
)
_WRITTEN = compiled(rf"\bshould\s+be\s+written\s+(?P<mark>{MARK})")
_REVERSED = compiled(
    r"\b(?:reverse|flip|turn\s+around|invert)\s+(?:the\s+)?(?:order\s+of\s+(?:the\s+)?)?(?:items|features|benefits|bullets|points|lines|steps|list)\b"
)
_NOT_A_TEXT = compiled(
    r"\b(?:bigger|smaller|larger|left|right|top|bottom|cent(?:er|re)|middle|corner|pixels?|px|\d+\s*(?:px|pt)|slow|fast|quick|slowly|quickly|entrances?|animations?|motion|seconds?|degrees?|faster"
    r"|slower|bold|thin|visible|transparent|long|shorter|longer|scene|next|beginning|end|fade|slide|appear)\b"
)
_TEXT_WORDS = compiled(r"\b(?:texts?|words?|labels?|letters)\b")
_REWRITES = compiled(r"\b(?:shorten|trim|cut(?:\s+down)?|reduce|rewrite|rephrase|correct|fix)\b")
_NUMBERS = compiled(r"\b(?:numbers?|values?|figures?|data|bars?|chart)\b")
_LISTS = compiled(
    r"\b(?:change|replace|set)\s+(?:the\s+)?(?P<a>[^\n]+?)\s+(?:to|with)\s+(?P<b>[^\n]+?)", _SCENE_TAIL
)
_POLITE = compiled(r"\W*(?:can|could|would|will)\s+you\b")
_UPPER = compiled(r"\b(?:upper\s*-?case|all\s+caps|capitals|capitali[sz]e)\b")
_LOWER = compiled(r"\blower\s*-?case\b")
_ADDS = compiled(r"\b(?:add|insert|append)\b")
_REMOVES = compiled(r"^\s*(?:please\s+)?(?:remove|delete|add|put|insert|drop)\b")
_TEXT_PARAMS = (
    "cta",
    "label",
    "prefix",
    "suffix",
    "prompt",
    "name",
    "kicker",
    "caption",
    "author",
    "quote",
    "subtitle",
    "title",
)


def replace_words(draft: Draft, ask: Ask) -> bool:
    """Put one quoted text in place of another, wherever the scene shows it."""
    marks = ask.marks()
    if len(marks) < 2 or _REMOVES.match(ask.text):
        return False
    old, new = marks[0], marks[1]
    if _INSTEAD_OF.search(ask.text):
        old, new = new, old
    for name, param in draft.params().items():
        value = draft.values.get(name, param.default)
        if isinstance(value, str) and old in value and param.kind == "text":
            draft.set_param(name, value.replace(old, new))
            return True
    found = [pair for element in draft.elements() for pair in _texts(element.call) if old in pair[1]]
    whole = [pair for pair in found if pair[1] == old] or found
    return draft.set_value(whole[0][0], whole[0][1].replace(old, new)) if whole else False


def set_text(draft: Draft, ask: Ask) -> bool:
    """Give a text of the scene the one quoted text of the instruction."""
    place = re.search(MARK, ask.text)
    if place is None or len(ask.marks()) != 1 or _REMOVES.match(ask.text):
        return False
    ask.says(_TEXT_WORDS)
    ask.says(_REWRITES)
    around = f"{ask.text[: place.start()]} {ask.text[place.end() :]}"
    return _say(draft, ask, around, ask.marks()[0])


def set_plain_text(draft: Draft, ask: Ask) -> bool:
    """Give a text of the scene the words after "should say", "to" or "as"."""
    match = next((found for cue in _PLAINS if (found := ask.says(cue))), None)
    if not match or ask.marks() or _REMOVES.match(ask.text) or _ADDS.search(ask.text[: match.start("text")]):
        return False
    words = match["text"].strip(" .")
    words = words.rstrip("?") if _POLITE.match(ask.text) else words
    if _NOT_A_TEXT.search(words) or colors_in(words) or re.fullmatch(r"[\d.,\s%]+", words):
        return False
    return _say(draft, ask, ask.text[: match.start("text")], words, sure=False)


def written_anew(draft: Draft, ask: Ask) -> Element | None:
    """Return the text of which the quoted one is a new version: half of its words or more are in both."""
    match = _WRITTEN.search(ask.text)
    if match is None:
        return None
    new = set(words_of(ask.quoted.piece(match["mark"]).text))
    shown = [one for one in draft.elements() if one.text and one.call.args]
    alike = [(len(new & set(words_of(one.text))) / len(words_of(one.text) or [""]), one) for one in shown]
    best = max(alike, key=lambda each: each[0], default=(0.0, None))
    return best[1] if best[0] >= 0.5 else None


def write_anew(draft: Draft, ask: Ask) -> bool:
    """Give the text that is named, or that says nearly the same, the words as they should be written."""
    match = ask.says(_WRITTEN)
    if match is None:
        return False
    words = ask.quoted.piece(match["mark"]).text
    alike = written_anew(draft, ask)
    if alike is not None:
        ask.notice(0, match.end())
        return draft.set_value(alike.call.args[0], words)
    return _say(draft, ask, ask.text[: match.start()], words, sure=False)


def set_said_text(draft: Draft, ask: Ask) -> bool:
    """Give a text the words after "should say" or "needs to read", up to the end of the request."""
    if ask.marks() or _REMOVES.match(ask.text):
        return False
    if (both := ask.says(_SWAPPED)) and _exchanged(draft, both["a"].strip(), both["b"].strip(" .")):
        return True
    exchange = ask.says(_MISNAMED) or ask.says(_INSTEAD) or ask.says(_FIRST_INSTEAD) or ask.says(_BECOMES)
    if exchange and _exchange_shown(draft, exchange["old"].strip(), exchange["new"].strip(" .")):
        return True
    if match := ask.says(_SAID):
        return _say(draft, ask, ask.text[: match.start()], match["text"].strip(" ."), sure=True)
    match = ask.says(_IS)
    return match is not None and _say(draft, ask, ask.text[: match.start("text")], match["text"].strip(" ."))


def _exchanged(draft: Draft, a: str, b: str) -> bool:
    """Let two texts of the scene change places."""
    texts = {one.text.lower(): one for one in draft.elements() if one.kind == "text" and one.text}
    first, second = texts.get(a.lower()), texts.get(b.lower())
    if first is None or second is None or first is second:
        return False
    changes = [(first.call.args[0], literal(second.text)), (second.call.args[0], literal(first.text))]
    return draft.replace_all(changes)


def reverse_items(draft: Draft, ask: Ask) -> bool:
    """Turn the order of a list's items around."""
    if not ask.says(_REVERSED):
        return False
    items = draft.params().get("items")
    if items is not None:
        parts = str(draft.values.get("items", items.default)).split(" | ")
        draft.set_param("items", " | ".join(reversed(parts)))
        return True
    runs = lists(draft)
    if not runs:
        return False
    codes = [draft.code_of(one.call.args[0]) for one in runs[0]]
    places = [one.call.args[0] for one in runs[0]]
    return draft.replace_all(list(zip(places, reversed(codes), strict=True)))


def _exchange_shown(draft: Draft, old: str, new: str) -> bool:
    """Put words in place of others that the scene shows, spelled just so."""
    found = [pair for element in draft.elements() for pair in _texts(element.call) if old and old in pair[1]]
    return draft.set_value(found[0][0], found[0][1].replace(old, new)) if found else False


def set_numbers(draft: Draft, ask: Ask) -> bool:
    """Give a chart other numbers, or a list of the scene other items."""
    match = ask.says(_LISTS)
    if match and "," in match["a"] and _exchange_list(draft, match["a"].strip(), match["b"].strip(" .")):
        return True
    facts = facts_of(ask.quoted, ask.text)
    if len(facts.values) < 2 or not ask.says(_NUMBERS):
        return False
    return _set_list(draft, "values", [number_text(value) for value in facts.values])


def change_case(draft: Draft, ask: Ask) -> bool:
    """Write texts in capital or in small letters."""
    upper = bool(ask.says(_UPPER))
    if not upper and not ask.says(_LOWER):
        return False
    headline = main_text(draft.elements())
    chosen = [one for one in ask.named(draft) if one.text] or ([headline] if headline else [])

    def change(element: Element) -> bool:
        text = element.text.upper() if upper else element.text.lower()
        return draft.set_value(element.call.args[0], text)

    return each(draft, chosen, change)


def _say(draft: Draft, ask: Ask, before: str, words: str, *, sure: bool = True) -> bool:
    for match in reversed(list(re.finditer(r"[A-Za-z][\w-]*", before))):
        word = match[0]
        ask.subjects.append(match.span())
        ask.notice(*match.span())
        plain = "author" if word.lower() == "by" else word.lower()
        element = find(draft.elements(), plain)
        text = _speaker(draft, element) if element else None
        if text is not None:
            return draft.set_value(text.call.args[0], words)
        if plain in _TEXT_PARAMS and plain in draft.params():
            draft.set_param(plain, words)
            return True
        ask.noticed.pop()
        ask.subjects.pop()
    headline = main_text(draft.elements())
    if headline and sure and re.search(r"\b(?:texts?|words|say|says|read|reads)\b", before, re.IGNORECASE):
        return draft.set_value(headline.call.args[0], words)
    return False


def _speaker(draft: Draft, element: Element) -> Element | None:
    """Return the element that shows the text: itself, or the first text inside a container."""
    if element.kind in ("text", "code") and element.call.args:
        return element
    if element.kind in CONTAINERS:
        inside = [one for one in draft.elements() if one.container is not None and _within(one, element)]
        return next((one for one in inside if one.kind == "text" and one.call.args), None)
    return None


def _within(element: Element, container: Element) -> bool:
    here, around = element.statement, container.statement
    return around.lineno < here.lineno <= (around.end_lineno or 0)


def _exchange_list(draft: Draft, old: str, new: str) -> bool:
    wanted = _items(old)
    for name, param in draft.params().items():
        value = draft.values.get(name, param.default)
        if isinstance(value, str) and _items(value) == wanted:
            joint = " | " if "|" in value else ", "
            draft.set_param(name, joint.join(_items(new)))
            return True
    return False


def _set_list(draft: Draft, name: str, items: list[str]) -> bool:
    if name in draft.params():
        draft.set_param(name, ", ".join(items))
        return True
    for element in draft.elements():
        given = element.argument(name, 0) if element.kind.endswith(("chart", "donut")) else None
        if isinstance(given, (ast.List, ast.Tuple)):
            return draft.replace(given, f"[{', '.join(items)}]")
    return False


def _items(text: str) -> list[str]:
    return [item.strip() for item in re.split(r"\s*[,|]\s*(?:and\s+)?|\s+and\s+", text) if item.strip()]


def _texts(call: ast.Call) -> list[tuple[ast.expr, str]]:
    nodes = (node for node in ast.walk(call) if isinstance(node, ast.Constant))
    return [(node, node.value) for node in nodes if isinstance(node.value, str)]
