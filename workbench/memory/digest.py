"""Older conversation in few words, taken from it word for word, always the same for the same messages.

Standing instructions ("always", "never", "from now on", "all scenes") are kept verbatim, newest first
when room is short; then, as far as the budget goes, the first sentence of each newer request. Nothing is
ever cut within a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench.memory.applying import CountTokens
from workbench.memory.listening import stance_of
from workbench.memory.words import Sentence, sentences

_RULE = re.compile(
    r"\b(?:always|never|from (?:now|here) on|(?:all|every|each|any)(?: of)?(?: the| my| our)? "
    r"(?:scenes?|videos?|titles?|texts?|one|project)|throughout|everywhere|by default|in general"
    r"|whatever you do|remember|make sure|do not ever|no more|any ?more|must|in future|as a rule)\b"
)

REQUESTS_TRIED = 20
"""So many requests in a row that find no room end the search: a shorter one, still older, is not worth it."""


class Spoken(Protocol):
    """A message as it is kept: who spoke (`user`, or anybody else) and the words."""

    @property
    def role(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Digest:
    """Standing instructions and older requests, and how many sentences found no room."""

    instructions: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def text(self) -> str:
        """The digest as lines for a packet; empty when it holds nothing."""
        parts = []
        if self.instructions:
            parts += ["Standing instructions, in the user's words:", *_bullets(self.instructions)]
        if self.requests:
            parts += ["Asked earlier:", *_bullets(self.requests)]
        return "\n".join(parts)


def digest(
    messages: Sequence[Spoken], budget_tokens: int, count: CountTokens, *, forgotten: Collection[str] = ()
) -> Digest:
    """Return the digest of older messages, oldest first in its lists, within the budget.

    Only what users wrote is taken. `forgotten` holds sentences that the user asked to forget.
    """
    rules, wishes = _sorted_out(messages, {plain_words(each) for each in forgotten})
    chosen = Digest()
    left_out = tried = 0
    for place, sentence in enumerate([*reversed(rules), *reversed(wishes)]):
        is_rule = place < len(rules)
        longer = _with(chosen, sentence, rule=is_rule)
        crowded = not is_rule and len(chosen.instructions) < len(rules)
        given_up = not is_rule and tried >= REQUESTS_TRIED
        if not crowded and not given_up and count(longer.text) <= budget_tokens:
            chosen, tried = longer, 0
        else:
            tried += not is_rule
            left_out += 1
    return Digest(tuple(reversed(chosen.instructions)), tuple(reversed(chosen.requests)), left_out)


def standing_instructions(messages: Iterable[Spoken]) -> tuple[str, ...]:
    """Return the sentences of users that are meant from then on, word for word, oldest first."""
    return tuple(_sorted_out(messages, set())[0])


def without_sentences(text: str, forgotten: Collection[str]) -> str:
    """Return a message without the sentences that the user asked to forget."""
    drop = {plain_words(each) for each in forgotten}
    for sentence in sentences(text):
        if plain_words(sentence.said) in drop:
            text = text.replace(sentence.said, "")
    return re.sub(r"[ \t]{2,}", " ", text).strip()


def plain_words(text: str) -> str:
    """Return the words of a sentence in lower case with single spaces, to compare two of them."""
    return " ".join(re.findall(r"[\w#'’]+", text.lower()))


def _sorted_out(messages: Iterable[Spoken], forgotten: set[str]) -> tuple[list[str], list[str]]:
    rules: dict[str, str] = {}
    wishes: dict[str, str] = {}
    for text in _last_said(messages):
        told = [each for each in sentences(text) if plain_words(each.said) not in forgotten]
        standing = [sentence for sentence in told if _is_rule(sentence)]
        for sentence in standing:
            rules.pop(plain_words(sentence.said), None)
            rules[plain_words(sentence.said)] = sentence.said
        if told and not standing:
            wishes.pop(plain_words(told[0].said), None)
            wishes[plain_words(told[0].said)] = told[0].said
    return list(rules.values()), list(wishes.values())


def _last_said(messages: Iterable[Spoken]) -> Iterable[str]:
    """Return what users wrote, the same words once: where they wrote them last, which is what counts."""
    found: dict[str, None] = {}
    for message in messages:
        if message.role == "user":
            found.pop(message.text, None)
            found[message.text] = None
    return found


def _is_rule(sentence: Sentence) -> bool:
    if sentence.asks:
        return False
    return bool(_RULE.search(sentence.plain)) or stance_of(sentence) == "standing"


def _with(chosen: Digest, sentence: str, *, rule: bool) -> Digest:
    if rule:
        return Digest((*chosen.instructions, sentence), chosen.requests)
    return Digest(chosen.instructions, (*chosen.requests, sentence))


def _bullets(lines: Iterable[str]) -> list[str]:
    return [f"- {line}" for line in lines]
