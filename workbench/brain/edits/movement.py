"""Edits of motion: how parts come and go, when, and how fast."""

from __future__ import annotations

import ast
import re
from functools import partial

from workbench.brain.edits.draft import CONTAINERS, Draft, Element, literal
from workbench.brain.edits.parts import Ask, absent, again, each, lists, main_text
from workbench.brain.spoken import NUMBER, number
from workbench.brain.vocabulary import compiled

Changes = dict[tuple[int, int], tuple[ast.expr, str]]

_SIDE = compiled(r"\bfrom\s+(?:the\s+)?(?P<side>left|right|top|bottom|above|below)\b")
_NOUN_BEFORE = "the this that a each every first second third fourth fifth last final next same"
_NO_NOUN = "".join(rf"(?<!\b{word}\s)" for word in _NOUN_BEFORE.split())
"""What goes before a word that is a motion, not the thing: none of the words that only things follow."""
_NOT_NUMBERED = r"(?!\s+(?:\d|one|two|three|four|five|:))"
_ENTRANCES = {
    r"type(?:s|d)?\s+(?:it\s+)?out|type\s+.*\bout\b|type\s*writer|typed|typing": "typewriter()",
    rf"{_NO_NOUN}slid(?:e|es|ing){_NOT_NUMBERED}|fl(?:y|ies|ying)\s+in|com(?:e|es|ing)\s+(?:in\s+)?from": (
        "slide({side})"
    ),
    r"fad(?:e|es|ing)": "fade()",
    r"ris(?:e|es|ing)|float(?:s)?\s+up": "rise()",
    r"pop(?:s|ping)?": "pop()",
    r"bounc(?:e|es|ing|y)": 'grow(ease="out_bounce")',
    r"grow(?:s|ing)?|zoom(?:s|ing)?\s+in|scal(?:e|es|ing)\s+(?:up|in)": "grow()",
    r"wip(?:e|es|ing)|uncover|reveal(?:s|ed)?": "wipe({side})",
    r"blur(?:s)?(?:\s+in)?|focus": "blur_in()",
    r"spin(?:s|ning)?": "spin()",
    r"draw(?:s|n)?\s+(?:itself|on|in)": "draw()",
}
_ENTERS = {compiled(rf"\b(?:{words})\b\s*(?:in\b|on\b)?"): code for words, code in _ENTRANCES.items()}
_LEAVES = compiled(
    r"\b(?:fade|slide|wipe|pop|shrink|blur|fly|go|goe)s?\s+(?:it\s+|them\s+)?(?:out|away|off)|\b(?:exit|leave|disappear|vanishe?)s?\b"
)
_ASKED = compiled(
    r"\b(?:make|let|have|should|animate|enter|entrance|appear|come|use|give|go|goes|bounce|type|slide|fade|pop|bring|with|want|needs?|gets?|effect|wipe|blur|grow|zoom|spin|draw|rise)\b"
)
_EMPHASES = {
    r"puls(?:e|es|ing|ate)|breath(?:e|es|ing)|throb": "pulse()",
    r"bob(?:s|bing)?|float(?:s|ing)?|hover": "bob()",
    r"shak(?:e|es|ing)|trembl\w+|vibrat\w+": "shake()", r"wiggl\w+|wobbl\w+|rock(?:s|ing)?": "wiggle()",
}  # fmt: skip
_EMPHASIZED = {compiled(rf"\b(?:{words})\b"): code for words, code in _EMPHASES.items()}
_DOES = compiled(r"^\W*(?:[\w\s]{2,30}?)?\b(?:pulse|bob|shake|wiggle|breathe|wobble|hover)\b")
_GENTLY = compiled(r"\b(?:gently|softly|slightly|a\s+(?:bit|little))\b")
_STAGGER = compiled(
    r"\b(?:by|per|after)\s+(?P<unit>letter|character|word|line)\b|\btype\s+(?:itself|out)\b.*\b(?P<typed>letter|word|line)\s+by\s+(?:letter|word|line)\b|\beach\s+(?P<each>letter|word|line)\b"
)
_LATER = compiled(
    rf"\b(?:after|at|wait|delay(?:ed)?(?:\s+by)?)\s+(?P<seconds>{NUMBER})\s*(?:s|secs?|seconds?)\b"
)
_SOONER = compiled(r"\b(?P<later>later)|(?P<sooner>earlier|sooner)\b")
_LATER_BY = compiled(
    rf"\b(?P<seconds>{NUMBER})\s*(?:s|secs?|seconds?)\s+(?P<way>later|earlier|sooner)\b"
    rf"|\b(?P<delay>delay)\b.*\bby\s+(?P<more>{NUMBER})\s*(?:s|secs?|seconds?)\b"
)
_FASTER = compiled(
    r"\b(?:faster|quicker|snappier|speed\s+(?:it\s+|things\s+|this\s+)?up|too\s+slow|more\s+(?:fast|quick|rapid)(?:ly)?|more\s+energy|more\s+energetic)\b"
)
_SLOWER = compiled(
    r"\b(?:slower|slow\s+(?:\w+\s+){0,3}down|calmer|too\s+fast|more\s+slow(?:ly)?|less\s+hectic)\b"
)
_STILL = compiled(
    r"\b(?:remove|delete|drop|lose|stop|no|without|get\s+rid\s+of)\s+(?:[\w'-]+\s+){0,4}?(?:animations?|motion|movement|entrance|bounc(?:e|es|ing)|puls(?:e|es|ing)|shak(?:e|es|ing)|wiggl(?:e|es|ing)|bob(?:bing)?|wobbl(?:e|es|ing)|spin(?:s|ning)?|stagger(?:ing)?)\b",
    r"|\bstop\s+(?:\w+\s+)*moving\b",
)
_IN_TURN = compiled(
    rf"\b(?P<seconds>{NUMBER})\s*(?:s|secs?|seconds?)\s+apart\b|\bevery\s+(?P<every>{NUMBER})\s*(?:s|secs?|seconds?)\b|"
    r"\bone\s+(?:by|after)\s+(?:one|another|the\s+other)\b|\bone\s+at\s+a\s+time\b|\bin\s+(?:turn|sequence)\b|\bsequentially\b"
)
_EVERYTHING = compiled(r"\b(?:everything|it\s+all|all\s+(?:of\s+)?(?:it|this|them))\b")
STEP_SECONDS = 0.5
_TIMES = ("start", "stagger_seconds", "seconds")
_PRESETS = [
    "fade",
    "rise",
    "slide",
    "grow",
    "pop",
    "wipe",
    "blur_in",
    "spin",
    "draw",
    "pulse",
    "bob",
    "shake",
    "wiggle",
    "tween",
    "spring",
    "keys",
    "wave",
    "loop",
]
_SECONDS_PLACE = {
    "fade": 0,
    "rise": 1,
    "slide": 1,
    "grow": 1,
    "pop": 0,
    "wipe": 1,
    "blur_in": 1,
    "spin": 1,
    "draw": 0,
    "tween": 2,
}
_OWN_SECONDS = {
    "fade": 0.5,
    "rise": 0.7,
    "slide": 0.7,
    "grow": 0.6,
    "pop": 0.8,
    "wipe": 0.7,
    "blur_in": 0.7,
    "spin": 0.7,
    "draw": 1.2,
}


def set_entrance(draft: Draft, ask: Ask) -> bool:
    """Let parts come in, or leave, by another motion preset."""
    if not ask.says(_ASKED):
        return False
    for words, code in _ENTERS.items():
        match = ask.says(words)
        if not match:
            continue
        from_side = ask.says(_SIDE)
        said = from_side["side"].lower() if from_side else ""
        side = {"above": "top", "below": "bottom"}.get(said, said)
        preset = code.replace("{side}", literal(side) if side else "")
        keyword = "exit" if ask.says(_LEAVES) else "enter"
        give = partial(_give, draft, keyword=keyword, preset=preset)
        return each(draft, _movers(draft, ask), give)
    return False


def set_emphasis(draft: Draft, ask: Ask) -> bool:
    """Let parts draw attention: pulse, bob, shake or wiggle."""
    code = next((code for words, code in _EMPHASIZED.items() if ask.says(words)), None)
    if code is None or not (ask.says(_ASKED) or _DOES.match(ask.text)):
        return False
    ask.says(_GENTLY)
    return each(draft, _movers(draft, ask), lambda one: draft.set_keyword(one.call, "emphasis", code))


def set_sequence(draft: Draft, ask: Ask) -> bool:
    """Let the items of a list come one after another."""
    turn = ask.says(_IN_TURN)
    if not turn:
        return False
    step = number(turn["seconds"] or turn["every"] or "") or STEP_SECONDS
    named = [one for one in ask.named(draft) if one.kind not in CONTAINERS]
    runs = [named] if len(named) > 1 else lists(draft)
    if not runs and "items" in draft.params():
        draft.refused.append("The items come one after another already, as their template has it.")
    if not runs:
        return False
    known = [draft.value_of(one.argument("start")) for one in runs[0]]
    begin = min((float(one) for one in known if isinstance(one, (int, float))), default=0.3)
    order = {one.call.lineno: place for place, one in enumerate(runs[0])}

    def change(element: Element) -> bool:
        start = begin + step * order.get(element.call.lineno, 0)
        done = draft.set_keyword(element.call, "start", literal(start))
        current = again(draft, element)
        if current.argument("enter") is None:
            draft.set_keyword(current.call, "enter", "rise()")
        return done

    return each(draft, runs[0], change)


def set_stagger(draft: Draft, ask: Ask) -> bool:
    """Let text come letter by letter, word by word or line by line."""
    match = ask.says(_STAGGER)
    if not match:
        return False
    unit = (match["unit"] or match["each"] or match["typed"]).lower().replace("character", "letter")
    texts = [one for one in _movers(draft, ask) if one.kind in ("text", "code")]

    def change(element: Element) -> bool:
        done = draft.set_keyword(element.call, "stagger", literal(unit))
        current = again(draft, element)
        if current.argument("enter") is None:
            draft.set_keyword(current.call, "enter", "fade()")
        return done

    return each(draft, texts, change)


def set_start(draft: Draft, ask: Ask) -> bool:
    """Let parts begin after some seconds, later or earlier."""
    match, rough = ask.says(_LATER), ask.says(_SOONER)
    chosen = ask.named(draft)
    by = ask.says(_LATER_BY)
    if not chosen and _EVERYTHING.search(ask.text):
        chosen = [one for one in draft.elements() if one.kind not in CONTAINERS]
    if not chosen or not (match or rough or by):
        return False
    match = None if by else match
    step = (number(by["seconds"] or by["more"]) or 0.5) if by else 0.5
    later = bool((rough and rough["later"]) or (by and by["delay"]))

    def change(element: Element) -> bool:
        given = draft.value_of(element.argument("start"))
        now = float(given) if isinstance(given, (int, float)) else 0.0
        seconds = number(match["seconds"]) if match else max(0.0, now + (step if later else -step))
        return draft.set_keyword(element.call, "start", literal(seconds or 0.0))

    return each(draft, chosen, change)


def set_speed(draft: Draft, ask: Ask) -> bool:
    """Make every animation of the scene, or of the named parts, faster or slower; its length stays."""
    factor = 0.65 if ask.says(_FASTER) else 1.5 if ask.says(_SLOWER) else None
    if factor is None:
        return False
    parts = ask.named(draft) or draft.elements()
    changes: Changes = {}
    for part in parts:
        for node in ast.walk(part.call):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                _retime(draft, node, factor, changes)
    done = draft.replace_all(list(changes.values()))
    if done:
        way = "faster" if factor < 1 else "slower"
        draft.assumed.append(
            f"The animations run {way}; the scene keeps its length. Say a length in seconds to change that."
        )
    return done


def remove_motion(draft: Draft, ask: Ask) -> bool:
    """Let parts stand still."""
    if not ask.says(_STILL):
        return False
    names = ("enter", "exit", "emphasis", "stagger", "stagger_seconds")

    def change(element: Element) -> bool:
        done = [draft.drop_keyword(again(draft, element).call, name) for name in names]
        return any(done)

    return each(draft, ask.named(draft) or draft.elements(), change)


def _movers(draft: Draft, ask: Ask) -> list[Element]:
    named = [one for one in ask.named(draft) if one.kind not in CONTAINERS or one.name]
    if named:
        return named
    if absent(draft, ask):
        return []
    if re.search(r"\b(?:everything|all|it)\b", ask.text, re.IGNORECASE):
        return [one for one in draft.elements() if one.kind not in CONTAINERS]
    headline = main_text(draft.elements())
    if headline:
        draft.assumed.append(f"No part was named: the headline {headline.text!r} was meant.")
    return [headline] if headline else []


def _give(draft: Draft, element: Element, keyword: str, preset: str) -> bool:
    if preset == "typewriter()" and element.kind not in ("text", "code"):
        draft.refused.append("Only text and code can be typed out.")
        return False
    if preset == "typewriter()":
        draft.drop_keyword(element.call, "stagger")
        element = again(draft, element)
    return draft.set_keyword(element.call, keyword, preset)


def _retime(draft: Draft, call: ast.Call, factor: float, changes: Changes) -> None:
    assert isinstance(call.func, ast.Name)
    name = call.func.id
    for keyword in call.keywords:
        if keyword.arg in _TIMES:
            _scaled(keyword.value, factor, changes)
    place = _SECONDS_PLACE.get(name)
    if place is not None and len(call.args) > place:
        _scaled(call.args[place], factor, changes)
    elif name in _OWN_SECONDS and not any(keyword.arg == "seconds" for keyword in call.keywords):
        code = draft.code_of(call)[:-1]
        glue = "" if code.endswith("(") else ", "
        seconds = literal(_OWN_SECONDS[name] * factor)
        changes[call.lineno, call.col_offset] = (call, f"{code}{glue}seconds={seconds})")


def _scaled(value: ast.expr, factor: float, changes: Changes) -> None:
    if isinstance(value, ast.Constant) and isinstance(value.value, (int, float)) and value.value:
        changes[value.lineno, value.col_offset] = (value, literal(value.value * factor))
