"""Text as tokens: quotes set aside, contractions spelled out, sentences and clauses told apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

MARK = "\ue000"
"""Stands for something quoted: the user's content, which says nothing about taste."""

_QUOTED = re.compile(
    r'```.*?```|`[^`\n]*`|"[^"\n]*"|“[^”\n]*”|„[^“”\n]*[“”]|«[^»\n]*»|‘[^’\n]*’(?!\w)'
    r"|(?<![\w'])'[^'\n]+'(?!\w)",
    re.DOTALL,
)
_TOKEN = re.compile(
    rf"{MARK}|#[0-9a-fA-F]{{6}}\b|#[0-9a-fA-F]{{3}}\b|\d+[:x×]\d+|\d+(?:\.\d+)?|[^\W\d_]+(?:['’][^\W\d_]+)?|[.,;:!?()\n]|\S"
)
_SPELLED = {
    "can't": "can not", "cannot": "can not", "won't": "will not", "shan't": "shall not", "i'm": "i am",
    "dont": "do not", "doesnt": "does not", "isnt": "is not", "cant": "can not", "lets": "let us",
    "let's": "let us",
}  # fmt: skip
_ENDINGS = {
    "n't": "not", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'m": "am", "'s": "is",
}  # fmt: skip
_STOPS = frozenset(".!?;\n")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, colour code or mark of punctuation; `text` in lower case, `start` where it stands."""

    text: str
    start: int
    end: int
    capital: bool = False

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()


@dataclass(frozen=True, slots=True)
class Sentence:
    """The tokens of one sentence without its last mark, the words as written, and whether it asks."""

    tokens: tuple[Token, ...]
    said: str
    asks: bool

    @property
    def plain(self) -> str:
        """The tokens as one line in lower case."""
        return " ".join(token.text for token in self.tokens)


def word_set(words: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(words.split())


def without_quotes(text: str) -> str:
    """Return `text` with each quoted piece replaced by `MARK` and spaces, so that places stay the same."""
    return _QUOTED.sub(lambda match: MARK + " " * (len(match[0]) - 1), text.replace(MARK, " "))


def sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of `text`, each with what it says word for word."""
    found: list[Sentence] = []
    held: list[Token] = []
    for token in [*_tokens(without_quotes(text)), Token("\n", len(text), len(text))]:
        if token.text in _STOPS:
            if held:
                said = text[held[0].start : held[-1].end + (token.text != "\n")].strip()
                found.append(Sentence(tuple(held), said, token.text == "?"))
            held = []
        else:
            held.append(token)
    return tuple(found)


def _tokens(text: str) -> list[Token]:
    return [token for match in _TOKEN.finditer(text) for token in _spelled_out(match)]


def _spelled_out(match: re.Match[str]) -> list[Token]:
    written = match[0]
    capital = written[0].isupper()
    lower = written.lower().replace("’", "'")
    parts = _SPELLED.get(lower, "").split() or _ended(lower)
    return [
        Token(part, match.start(), match.end(), capital and not place) for place, part in enumerate(parts)
    ]


def _ended(word: str) -> list[str]:
    for ending, meaning in _ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending):
            return [word.removesuffix(ending), meaning]
    return [word]
