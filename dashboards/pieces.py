"""Pieces of text for cards: tiles, tables, meters. Everything that comes from outside is escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from dashboards.words import UNKNOWN

Row = Mapping[str, Any]
_SHORTEST_BAR = 5.0
_NARROW = "\N{NO-BREAK SPACE}%"
LONG_LETTERS, MANY_TILES = 7, 7
"""A tile's value of more letters is set smaller where it is narrow; more tiles than that take two rows."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One number: what it is, its value, what there is to know about it; `tone` is good, bad or warn."""

    label: str
    value: str
    note: str = ""
    tone: str = ""


def tiles(each: Sequence[Tile]) -> str:
    """Return a row of tiles."""
    cells = "".join(
        f'<div class="tile {tile.tone}"><dt>{escape(tile.label)}</dt>'
        f'<dd><b title="{escape(tile.value, quote=True)}"{_long(tile.value)}>{escape(tile.value)}</b>'
        f"<small>{escape(tile.note.replace(' %', _NARROW))}</small></dd></div>"
        for tile in each
    )
    return f'<dl class="tiles{" many" if len(each) > MANY_TILES else ""}">{cells}</dl>'


def _long(value: str) -> str:
    return ' class="long"' if len(value) > LONG_LETTERS or value == UNKNOWN else ""


@dataclass(frozen=True, slots=True)
class Col:
    """A column: its heading, and how a row's cell reads, as HTML (so whatever makes it escapes)."""

    head: str
    cell: Callable[[Row], str]
    number: bool = False
    prose: bool = False


def text(name: str) -> Callable[[Row], str]:
    """Return a cell that shows a column as it is."""
    return lambda row: escape(UNKNOWN if row[name] is None else str(row[name]))


def told(name: str, words: Callable[[Any], str]) -> Callable[[Row], str]:
    """Return a cell that shows a column in words."""
    return lambda row: unknown_or(words(row[name]))


def unknown_or(said: str) -> str:
    """Return text, the unknown greyed."""
    return '<span class="unknown">unknown</span>' if said == UNKNOWN else escape(said)


def link(address: str, said: str) -> str:
    """Return a link that leads to another page of the dashboard, out of the card's own tree."""
    return f'<a href="{escape(address, quote=True)}" target="_top">{escape(said)}</a>'


def meter(share: float | None, said: str, tone: str = "") -> str:
    """Return a number above a bar as long as its share, when that is long enough to be seen as one."""
    width = 0.0 if share is None else 100 * min(1.0, max(0.0, share))
    bar = f'<i style="width:{width:.1f}%"></i>' if width >= _SHORTEST_BAR else ""
    return f'<span class="meter {tone}">{bar}{escape(said)}</span>'


def table(rows: Sequence[Row], columns: Sequence[Col], caption: str) -> str:
    """Return a table, headings as headings; `caption` is for those who cannot see it."""
    head = "".join(f'<th scope="col"{_right(each)}>{escape(each.head)}</th>' for each in columns)
    body = "".join(
        "<tr>" + "".join(f"<td{_right(each)}>{each.cell(row)}</td>" for each in columns) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption, quote=True)}">'
        f'<table><caption class="hidden">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _right(column: Col) -> str:
    return ' class="number"' if column.number else ' class="prose"' if column.prose else ""
