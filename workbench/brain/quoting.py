"""Text that somebody put in quotes, set aside so that no rule reads it as a request.

Each quoted text is replaced by one private-use letter; `Quoted.plain` puts the texts back. A call with a text
in it, such as `print("hello")`, is program text without quotes of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_FIRST = 0xE000
MARK = "[\ue000-\uf8ff]"
_QUOTED = re.compile(
    r"(?P<call>\b[A-Za-z_][\w.]{0,60}\((?:\"[^\"\n]*\"|'[^'\n]*')[^()\n]{0,200}\))|"
    r"```(?:[a-z]+\n)?(?P<block>.*?)```|`(?P<code>[^`]+)`"
    r'|"(?P<double>[^"\n]*)"|“(?P<curly>[^”\n]*)”|«(?P<angled>[^»\n]*)»|„(?P<low>[^“”\n]*)[“”]'
    r"|(?<![\w])'(?P<single>[^\n]*?[^\s])'(?![\w])|‘(?P<bent>[^’\n]*)’(?![\w])",
    re.DOTALL,
)
_BLANKS = re.compile(r"[^\S\n]{2,}")
_GAPS = re.compile(r"\n(?: ?\n){2,}")
_LONG_RUN = re.compile(rf"([^\w{MARK[1:-1]}]{{60}})[^\w{MARK[1:-1]}]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """One quoted text and whether it was written as program text."""

    text: str
    kind: Literal["words", "code"]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text whose quotes were set aside."""

    text: str
    pieces: tuple[Piece, ...]

    def plain(self, part: str) -> str:
        """Return `part` with the quoted texts back in it, without quotes."""
        return re.sub(MARK, lambda mark: self.piece(mark[0]).text, part)

    def original(self, part: str) -> str:
        """Return `part` with the quoted texts back in it, in quotes."""
        return re.sub(MARK, lambda mark: _dressed(self.piece(mark[0])), part)

    def piece(self, mark: str) -> Piece:
        """Return the text behind one mark."""
        return self.pieces[ord(mark) - _FIRST]


def set_aside(text: str) -> Quoted:
    """Replace every quoted text of `text` by a mark; private-use letters of the user's own are dropped."""
    pieces: list[Piece] = []

    def replace(match: re.Match[str]) -> str:
        name = match.lastgroup or "double"
        content = match[name].strip("\n")
        if not content.strip() or len(pieces) >= 1000:
            return content
        pieces.append(Piece(content.strip(), "code" if name in ("block", "code", "call") else "words"))
        return chr(_FIRST + len(pieces) - 1)

    return Quoted(_tidy(_QUOTED.sub(replace, re.sub(MARK, "", text))), tuple(pieces))


def _tidy(text: str) -> str:
    """Shorten long runs of blanks, empty lines and signs: rules may look at each of them from each place."""
    return _LONG_RUN.sub(r"\1", _GAPS.sub("\n\n", _BLANKS.sub(" ", text)))


def _dressed(piece: Piece) -> str:
    return f"`{piece.text}`" if piece.kind == "code" else f'"{piece.text}"'
