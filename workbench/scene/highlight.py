"""Program text in colours: Pygments reads the language, two themes of ours say how it looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pygments.token import (
    Comment,
    Error,
    Generic,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Token,
)
from pygments.util import ClassNotFound

if TYPE_CHECKING:
    from pygments.lexer import Lexer

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of a code panel; `tokens` by Pygments' token types, the nearest ancestor counts."""

    panel: str
    ink: str
    gutter: str
    tokens: Mapping[object, str]


def _tokens(
    comment: str, keyword: str, string: str, number: str, name: str, kind: str, operator: str
) -> dict[object, str]:
    return {
        Comment: comment,
        Keyword: keyword,
        Operator.Word: keyword,
        String: string,
        Number: number,
        Keyword.Constant: number,
        Name.Function: name,
        Name.Tag: name,
        Name.Decorator: name,
        Name.Class: kind,
        Name.Builtin: kind,
        Keyword.Type: kind,
        Name.Attribute: kind,
        Operator: operator,
        Punctuation: operator,
        Generic.Prompt: comment,
        Generic.Output: comment,
    }


THEMES: dict[str, Theme] = {
    "night": Theme(
        panel="#0f172a",
        ink="#e2e8f0",
        gutter="#64748b",
        tokens=_tokens("#8492a8", "#c4a1ff", "#86efac", "#fdba74", "#7dd3fc", "#5eead4", "#a5b4cb"),
    ),
    "day": Theme(
        panel="#ffffff",
        ink="#1e293b",
        gutter="#8a97aa",
        tokens=_tokens("#64748b", "#7c3aed", "#15803d", "#b45309", "#0369a1", "#0f766e", "#475569"),
    ),
}


def code_spans(source: str, language: str, theme: Theme) -> tuple[Span, ...]:
    """Return (first character, past the last, colour) for all that differs from the theme's ink.

    An unknown language is plain text. `source` is coloured as it is: no character is added or removed.
    """
    lexer = _lexer(language) or _lexer("text")
    assert lexer is not None
    tokens = lexer.get_tokens_unprocessed(source)
    coloured = ((start, start + len(text), _color(kind, theme)) for start, kind, text in tokens if text)
    return tuple(_merged((start, end, color) for start, end, color in coloured if color != theme.ink))


def _lexer(language: str) -> Lexer | None:
    """Return Pygments' reader of a language; its list is imported at need, most scenes show no code."""
    from pygments.lexers import get_lexer_by_name

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _color(kind: Token, theme: Theme) -> str:
    while kind is not None and kind not in (Token, Error):
        if kind in theme.tokens:
            return theme.tokens[kind]
        kind = kind.parent
    return theme.ink


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end, color in spans:
        if merged and merged[-1][1] == start and merged[-1][2] == color:
            merged[-1] = (merged[-1][0], end, color)
        else:
            merged.append((start, end, color))
    return merged
