"""What a description says, put into a template's parameters by their role."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.brain.context import Context, sentence_case
from workbench.brain.facts import Facts, palette_of
from workbench.brain.packet import TemplateCard
from workbench.brain.plan import ParamValue
from workbench.scene.graph import Param

MAIN_TEXTS = ("title", "name", "prompt", "quote", "cta", "items")
OTHER_TEXTS = ("subtitle", "kicker", "caption", "author", "name", "labels", "prefix", "suffix")
LONGEST = {"title": 48, "subtitle": 90, "caption": 90, "name": 32, "cta": 24, "kicker": 32, "author": 40,
           "prompt": 120, "quote": 180, "item": 40}  # fmt: skip
MOST_VALUES = 12
_WORDS = {"title": "headline", "cta": "button", "values": "numbers", "items": "list"}


@dataclass(slots=True)
class Filled:
    """The parameters that were decided, and sentences about what was assumed or found no place."""

    params: dict[str, ParamValue] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def fill(card: TemplateCard, facts: Facts, title: str, context: Context) -> Filled:
    """Put `facts` and the scene's `title` into the parameters of `card`."""
    filled, declared = Filled(), {param.name: param for param in card.params}
    _fill_texts(filled, card, facts, title, context)
    _fill_numbers(filled, declared, facts)
    _fill_colors(filled, declared, palette_of(facts), facts.colors)
    return filled


def shortened(text: str, longest: int) -> str:
    """Return `text` cut at a word so that it has at most `longest` letters, with an ellipsis when cut."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[longest // 2 :] else cut).rstrip(" ,;:.-") + "…"


def number_text(value: float) -> str:
    """Return the number as a person writes it in a list: `12`, `2.5`."""
    return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"


def _fill_texts(filled: Filled, card: TemplateCard, facts: Facts, title: str, context: Context) -> None:
    declared = {param.name: param for param in card.params}
    texts = dict(facts.texts)
    if title:
        texts.setdefault("title", title)
    if _has_second_line(declared):
        _divide_title(texts)
    if facts.items and "items" in declared:
        texts["items"] = " | ".join(
            shortened(sentence_case(item), LONGEST["item"]) for item in facts.items[:6]
        )
    elif facts.items:
        _items_elsewhere(texts, facts.items)
    if "subtitle" in texts and "subtitle" not in declared:
        texts.setdefault("caption", texts["subtitle"])
    if context.name:
        texts.setdefault("name", context.name)
    _lead(texts, declared)
    for role, text in texts.items():
        if _is_text(declared.get(role)):
            filled.params[role] = text if role in ("items", "code") else _fitting(filled, role, text)
    _silence_defaults(filled, declared)
    if card.category == "developer" and ("prompt" in filled.params or "code" in filled.params):
        for role in ("title", "items"):  # what a program is called and answers is not made up
            if _is_text(declared.get(role)):
                filled.params.setdefault(role, "")
    if not any(role in filled.params for role in (*MAIN_TEXTS, "code")):
        filled.assumed.append("No words were given: the template's own stand in.")
    placed = {str(value) for value in filled.params.values()}
    for role, text in facts.texts.items():
        if role not in filled.params and text not in placed and role not in ("prefix", "suffix"):
            filled.ignored.append(f"The {_WORDS.get(role, role)} {text!r} has no place in this template.")


def _lead(texts: dict[str, str], declared: Mapping[str, Param]) -> None:
    """Give the scene's main words to the template's main text when that has another name than `title`."""
    if "title" in declared or not texts.get("title"):
        return
    main = next((name for name in MAIN_TEXTS if _is_text(declared.get(name)) and name not in texts), None)
    if main:
        texts[main] = texts["title"]
    elif "name" in declared:
        texts["name"] = texts["title"]


def _has_second_line(declared: Mapping[str, Param]) -> bool:
    return any(_is_text(declared.get(role)) for role in ("subtitle", "caption"))


def _divide_title(texts: dict[str, str]) -> None:
    title = texts.get("title", "")
    if len(title) > LONGEST["title"] and "subtitle" not in texts:
        halves = re.split(r"(?<=[.!?])\s+|\s*[:–—]\s+|,\s+", title, maxsplit=1)
        if len(halves) == 2 and len(halves[0]) <= LONGEST["title"]:
            texts["title"], texts["subtitle"] = halves[0].rstrip("."), sentence_case(halves[1])


def _items_elsewhere(texts: dict[str, str], items: list[str]) -> None:
    line = " · ".join(sentence_case(item) for item in items)
    role = next((role for role in ("subtitle", "caption", "title") if role not in texts), None)
    if role:
        texts[role] = line


def _fitting(filled: Filled, role: str, text: str) -> str:
    longest = LONGEST.get(role, 90)
    short = shortened(text, longest + longest // 3)
    if short != text:
        filled.ignored.append(f"The {_WORDS.get(role, role)} was cut to {len(short)} letters: {short!r}.")
    return short


def _silence_defaults(filled: Filled, declared: Mapping[str, Param]) -> None:
    """Empty the texts nobody gave, so that a template's sample words never reach the user's video."""
    if any(role in filled.params for role in (*MAIN_TEXTS, "code")):
        for role in OTHER_TEXTS:
            if _is_text(declared.get(role)):
                filled.params.setdefault(role, "")
        if "cta" in filled.params and _is_text(declared.get("title")):
            filled.params.setdefault("title", "")


def _fill_numbers(filled: Filled, declared: Mapping[str, Param], facts: Facts) -> None:
    values = facts.values[:MOST_VALUES]
    if "values" in declared and len(values) > 1:
        filled.params["values"] = ", ".join(map(number_text, values))
        if "labels" in declared:
            filled.params["labels"] = ", ".join(facts.labels[:MOST_VALUES])
        if len(facts.values) > MOST_VALUES:
            filled.ignored.append(f"Only the first {MOST_VALUES} of {len(facts.values)} numbers are shown.")
    elif "values" in declared:
        filled.assumed.append(
            "No numbers were given: the chart shows the template's own, which are examples."
        )
    elif values:
        numbers = ", ".join(map(number_text, facts.values))
        filled.ignored.append(f"The numbers {numbers} have no place in this template.")
    amount = facts.amount if facts.amount is not None else (values[-1] if values else None)
    if "amount" in declared and amount is not None:
        _place_number(filled, declared["amount"], amount)
        if "from_amount" in declared and len(values) > 1:
            _place_number(filled, declared["from_amount"], values[0])


def _place_number(filled: Filled, param: Param, value: float) -> None:
    low = param.minimum if param.minimum is not None else value
    high = param.maximum if param.maximum is not None else value
    if low <= value <= high:
        filled.params[param.name] = value
    else:
        filled.ignored.append(
            f"The number {number_text(value)} is outside this template's {low:g} to {high:g}."
        )


def _fill_colors(
    filled: Filled, declared: Mapping[str, Param], colors: Mapping[str, str], said: Mapping[str, str]
) -> None:
    for role, color in colors.items():
        if role in declared and declared[role].kind == "color":
            filled.params[role] = color
    told = {"accent": "accent colour", "background": "background colour", "ink": "text colour"}
    for role, words in told.items():
        if role in said and role not in filled.params:
            filled.ignored.append(f"The {words} {said[role]} has no place in this template.")


def _is_text(param: Param | None) -> bool:
    return param is not None and param.kind == "text" and not param.choices
