"""For or against: negation, comparison and contrast within one clause."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from workbench.memory.lexicon import Match
from workbench.memory.words import Token, word_set

Sign = Literal[1, -1]

_AGAINST = word_set(
    """
    no not never without avoid avoiding avoids stop stopping quit drop dropping remove removing ditch
    hate hates dislike despise nothing none neither nor less fewer lose skip lacking against
    forbid ban banned tired sick rid enough kill delete wrong
    """
)
_HARMLESS = (
    ("not", "only"), ("not", "just"), ("why", "not"), ("not", "mind"), ("go", "wrong"), ("if", "not"),
    ("no", "problem"), ("no", "worries"), ("no", "doubt"), ("rid", "of"), ("not", "forget"), ("sick", "of"),
    ("tired", "of"), ("enough", "of"), ("whether", "not"), ("nothing", "but"),
)  # fmt: skip
_STILL_AGAINST = (("rid", "of"), ("sick", "of"), ("tired", "of"), ("enough", "of"))
_AFRESH = word_set("no never without less fewer nothing")
_GOOD = word_set("work works fit fits suit suits look looks good nice right help helps feel feels great")
_UGLY = word_set(
    "ugly awful boring terrible horrible bad cheap annoying distracting hideous wrong dull minimum"
)
_FOR_AGAIN = word_set("more rather just instead but yet only")
_INSTEAD = (("instead", "of"), ("rather", "than"))
_SWAPS = word_set("replace swap exchange trade")
_TURNS = word_set("change turn switch move go convert")
_VERBS = word_set(
    """
    make keep use go give put let try set add turn change want need prefer like love render write show
    do have please i we it take stick stay try leave switch bring apply choose pick
    """
)


def clauses(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Return where each clause begins and ends: at "but", and where "and" or a comma starts a new verb."""
    edges = [0]
    for place in range(1, len(tokens)):
        text = tokens[place].text
        after = tokens[place + 1].text if place + 1 < len(tokens) else ""
        joint = text in (",", ":", "(", ")") or text in ("and", "then", "so")
        joint_only = text == "but" and tokens[place - 1].text != "nothing"
        if joint_only or (joint and after in _VERBS) or (text == "," and after in _AFRESH):
            edges.append(place)
    return list(zip(edges, [*edges[1:], len(tokens)], strict=True))


def sign_of(tokens: Sequence[Token], match: Match, earlier: Collection[int] = ()) -> Sign:
    """Return 1 when the clause `tokens` speaks for the match, -1 when it speaks against it.

    `earlier` holds the places of words of taste before it: a new negation after one of them does not undo
    the old one, as in "no blue and not so fast".
    """
    words = [token.text for token in tokens]
    before, after = words[: match.start], words[match.end :]
    swapped = _swapped(before, after)
    if swapped is not None:
        return swapped
    if match.complaint:
        return -1
    if after[:1] == ["enough"] and "not" in before:
        return 1
    return -1 if (_flips(before, earlier) + _spoiled(after)) % 2 else 1


def _spoiled(after: list[str]) -> bool:
    """Say whether the rest of the clause finds fault: "the pink is ugly", "the fade does not work"."""
    if "not" in after and _GOOD & set(after[after.index("not") :]):
        return True
    return bool(_UGLY & set(after)) and "not" not in after


def _flips(before: list[str], earlier_tastes: Collection[int]) -> int:
    count = place = 0
    last = -1
    while place < len(before):
        word, pair = before[place], tuple(before[place : place + 2])
        earlier = tuple(before[max(0, place - 1) : place + 1])
        if word in ("too", "overly"):
            count += "not" not in before[:place]
        elif pair in _INSTEAD:
            count, place = 1, place + 1
        elif _turns_to_the_lesser(word, before[:place]):
            count = 1
        elif (
            word in _FOR_AGAIN
            and pair != ("more", "than")
            and before[place - 1 : place] not in (["no"], ["any"])
        ):
            count = 0
        elif word == "enough" and pair != ("enough", "of"):
            pass
        elif word in _AGAINST and _binds(word, pair, earlier, before, place):
            count = 1 if any(last < taste < place for taste in earlier_tastes) else count + 1
            last = place
        place += 1
    return count


def _turns_to_the_lesser(word: str, earlier: list[str]) -> bool:
    """Say whether what follows is what somebody likes less: "I prefer serif to sans"."""
    if word == "than" and "rather" in earlier[:-1]:
        return True
    return word in ("over", "than", "to") and "prefer" in earlier[:-1]


def _binds(word: str, pair: tuple[str, ...], earlier: tuple[str, ...], before: list[str], place: int) -> bool:
    """Say whether a word of negation reaches what follows it."""
    if (pair in _HARMLESS and pair not in _STILL_AGAINST) or earlier in _HARMLESS:
        return False
    following = before[place + 1 :]
    if word == "no" and following[:1] == [","]:
        return False
    if word == "not":
        if "enough" in following:
            return False
        return "," not in following or place == 0
    return True


def _swapped(before: list[str], after: list[str]) -> Sign | None:
    """Read "replace A with B" and "change from A to B"; None when the clause swaps nothing."""
    if _SWAPS & set(before):
        return (
            1 if {"with", "for", "by"} & set(before) else -1 if {"with", "for", "by"} & set(after) else None
        )
    turning = _TURNS & set(before)
    if turning and "from" in before:
        return 1 if "to" in before[before.index("from") :] else -1
    if turning and after[:1] in (["to"], ["into"]):
        return -1
    return None
