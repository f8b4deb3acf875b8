"""Taste read from the user's own words.

Sentences that ask, report or describe content say nothing about taste, and neither do quoted words,
names, or a word of taste before a noun that is not about looks: "fast food", "round tables".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from workbench.memory.evidence import LONG_AGO, Evidence
from workbench.memory.lexicon import PROPER, Match, matches
from workbench.memory.listening import (
    VISUAL,
    content_places,
    named_places,
    scope_of,
    stance_of,
    wishes,
)
from workbench.memory.polarity import Sign, clauses, sign_of
from workbench.memory.words import MARK, Sentence, Token, sentences, word_set

MOST_LETTERS = 20_000
_SMALL_WORDS = word_set(
    """
    a about again all also always an and any anymore anywhere are as at be because been before being
    both but by can could did do does each either else enough ever every everywhere everything for from
    had has have here how i if in instead into is it its just like looks make me more most my never no
    nor not now of off on only or our out over overall please rather really right should since so still
    than thanks that the their them then there these they this those though through till to today
    together tomorrow too under until up us use very was we well were what when where which while who
    why will with without would yes yet you your always ok okay thank down away works work feel feels
    seem seems look somehow maybe perhaps actually everyone again everybody lovely same fan brand company
    """
)
_PARTS = {
    **dict.fromkeys(("background", "backgrounds", "backdrop", "bg"), "background"),
    **dict.fromkeys(
        word_set(
            """
    text texts title titles headline headlines heading headings letters lettering type font fonts words
    ink subtitle subtitles caption captions typography typeface wording
    """
        ),
        "ink",
    ),
}
_WHOLES = word_set("scene scenes video videos clip film one ones version things elements way manner")
_TYPE = frozenset([*(noun for noun, part in _PARTS.items() if part == "ink"), "weight", "labels"])
_CORNERS = word_set("corner corners edge edges shapes buttons button cards border borders")
_SET_PHRASES = frozenset([("slow", "motion"), ("fast", "forward"), ("black", "friday"), ("small", "print")])
_JUDGED = word_set(
    """
    love like hate dislike prefer lovely great nice nicer beautiful better perfect ugly keep swap replace
    exchange drop lose ditch remove
    """
)
_WANTING = word_set(
    "want need choose pick take try go think paint color colour wear bring give enjoy adore only brand"
)
_TELLING = word_set("should must needs is are")
_POINTING = word_set("the that this those these")


def learn(
    words: str, *, source_id: str = "", project_id: str = "", when: datetime = LONG_AGO
) -> tuple[Evidence, ...]:
    """Return what the user's `words` say about taste, in order; the same taste once per sentence.

    `source_id` names the message the words come from. Give it only what the user wrote: a model's words
    say nothing about the user. At most the first 20 000 letters are read.
    """
    found: dict[tuple[str, str, str], Evidence] = {}
    for sentence in sentences(words[:MOST_LETTERS]):
        if not wishes(sentence):
            continue
        for key, value, sign in _tastes(sentence):
            evidence = Evidence(key, value, sign, stance_of(sentence), scope_of(sentence), said=sentence.said)
            found[key, value, sentence.said] = replace(
                evidence, source_id=source_id, project_id=project_id, when=when
            )
    return tuple(found.values())


def _tastes(sentence: Sentence) -> list[tuple[str, str, Sign]]:
    tokens = sentence.tokens
    aside, names = content_places(sentence), named_places(sentence)
    every = matches(tokens)
    found = []
    for start, end in clauses(tokens):
        for match in (each for each in every if start <= each.start < end):
            if match.start in aside or not _is_taste(match, every, tokens, names):
                continue
            if match.form == "color" and _of_something(match, every, tokens, start, end):
                continue
            key, value = _placed(match, tokens, start, end)
            if key:
                local = replace(match, start=match.start - start, end=match.end - start)
                earlier = {each.start - start for each in every if start <= each.start < match.start}
                found.append((key, value, sign_of(tokens[start:end], local, earlier)))
    return found


def _is_taste(match: Match, every: Sequence[Match], tokens: Sequence[Token], names: set[int]) -> bool:
    following = tokens[match.end].text if match.end < len(tokens) else ""
    before = tokens[match.start - 1].text if match.start else ""
    if match.key not in PROPER and names & set(range(match.start, match.end)):
        return False
    if match.key not in PROPER and match.end in names:
        return False
    if before == "how" or (tokens[match.start].text, following) in _SET_PHRASES:
        return False
    if match.value in ("lively", "still"):
        return _about_motion(match, every, tokens)
    begins = {each.start for each in every}
    if following == MARK or not _leads_to_looks(match, following, match.end in begins):
        return False
    picked_out = before in _POINTING and following in VISUAL and match.form != "thing"
    return not picked_out or bool(_JUDGED & {token.text for token in tokens})


def _of_something(
    match: Match, every: Sequence[Match], tokens: Sequence[Token], start: int, end: int
) -> bool:
    """Say whether a colour belongs to something that is shown: "the moon should be yellow"."""
    words = [token.text for token in tokens[start:end]]
    begins = {each.start - start for each in every}
    if any(word in VISUAL - _WHOLES for word in words):
        return False
    if _bare_subject(match, words, start, {token.text for token in tokens[:start]}):
        return True
    return any(
        words[place] in ("the", "a", "an", "our", "my")
        and place + 1 not in begins
        and words[place + 1] not in _SMALL_WORDS | VISUAL
        for place in range(match.start - start - 1)
    )


def _bare_subject(match: Match, words: Sequence[str], start: int, before: set[str]) -> bool:
    """Say whether something without an article is coloured: "rain should be blue", "and rain dark blue"."""
    words, at = (words[1:], match.start - start - 1) if words[:1] == ["and"] else (words, match.start - start)
    if at < 1 or not words[0].isalpha() or words[0].endswith("ly"):
        return False
    if words[0] in _SMALL_WORDS | VISUAL | _JUDGED | _WANTING:
        return False
    if words[1] in _TELLING:
        return True
    return bool(before & _TELLING) and at == 1 and at + match.end - match.start == len(words)


def _leads_to_looks(match: Match, following: str, before_taste: bool) -> bool:
    """Say whether what follows leaves a word of taste standing for a look, not for some content."""
    if not following or before_taste or not following[0].isalpha():
        return True
    if following in VISUAL or following in _SMALL_WORDS or following.endswith("ly"):
        return True
    return match.form == "thing"


def _about_motion(match: Match, every: Sequence[Match], tokens: Sequence[Token]) -> bool:
    """Say whether "motion" and "still" speak for themselves, rather than naming what is smooth or late."""
    words = [token.text for token in tokens]
    if match.value == "still":
        held = {"keep", "hold", "stay", "be", "perfectly", "completely", "no"} & set(words[: match.end])
        return (bool(held) and match.end == len(words)) or match.end - match.start > 1
    described = any(each.end == match.start and each.form == "quality" for each in every)
    named = words[match.end : match.end + 1] in (["graphics"], ["graphic"], ["design"], ["blur"])
    measured = {"less", "more", "no", "without", "much", "many", "never", "not", "stop", "fewer", "minimum"}
    return not described and not named and bool(measured & set(words[: match.end]))


def _placed(match: Match, tokens: Sequence[Token], start: int, end: int) -> tuple[str, str]:
    """Return the taste a match stands for, seen with the noun it belongs to; an empty key for none."""
    noun = _noun(match, tokens, start, end)
    if match.form == "color":
        return _color_key(match, tokens, noun), match.value
    if match.key == "palette" and match.value == "light" and noun in _TYPE:
        return "type_weight", "light"
    if match.key == "type_weight" and noun in ("color", "colors", "colour", "colours", "palette"):
        return "palette", "colorful"
    if match.key == "type_size" and noun in VISUAL - _TYPE:
        return "", ""
    if match.key == "corners" and match.value == "sharp" and noun not in _CORNERS:
        return ("format", "1:1") if tokens[match.start].text == "square" else ("", "")
    return match.key, match.value


def _noun(match: Match, tokens: Sequence[Token], start: int, end: int) -> str:
    """Return the visual noun nearest to a match in its clause: after it first, else before it."""
    for token in tokens[match.end : min(end, match.end + 3)]:
        if token.text in VISUAL - _WHOLES:
            return token.text
        if token.text in (",", "on", "and", "instead", "in", "to", "over"):
            break
    earlier = reversed(tokens[start : match.start])
    return next((token.text for token in earlier if token.text in VISUAL - _WHOLES), "")


def _color_key(match: Match, tokens: Sequence[Token], noun: str) -> str:
    before = tokens[match.start - 1].text if match.start else ""
    earlier = tokens[match.start - 2].text if match.start > 1 else ""
    after = tokens[match.end].text if match.end < len(tokens) else ""
    on_ground = before == "on" or (earlier == "on" and before in ("a", "the", "pure"))
    if on_ground and after not in _TYPE:
        return "background"
    return _PARTS.get(noun, "accent")
