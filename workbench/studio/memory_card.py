"""How memory shows itself in a notebook: what it believes, why, how surely, and how to change it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from workbench.memory.beliefs import HELD_AT, Belief, in_force
from workbench.memory.evidence import Evidence
from workbench.memory.relations import Relation
from workbench.studio.cards import card, note

_TABLE = "border-collapse:collapse;margin-top:8px;font-size:inherit"
_CELL = "padding:4px 14px 4px 0;text-align:left;vertical-align:top"
_QUIET = "color:var(--jp-ui-font-color2,#71717a)"
_EVIDENCE_SHOWN = 3
_RELATIONS_SHOWN = 6
_STATES = {
    "held": "used",
    "avoided": "avoided",
    "leaning": "not sure enough to use",
    "superseded": "superseded",
}


def memory_card(
    held: Sequence[Belief],
    relations: Sequence[Relation | str],
    *,
    learning: bool = True,
    forgotten: Sequence[Belief] = (),
) -> str:
    """Return memory as HTML: beliefs, why, what was forgotten lately, and which scenes are alike."""
    used = in_force(held)
    told = f"{len(used)} in use, {len(held)} known. A prompt that says otherwise always wins."
    how = 'studio.memory.forget("accent", "teal") forgets it, .pin(...) holds it, .why("accent") shows all.'
    rows = "".join(_row(belief, in_use=belief in used) for belief in held)
    heads = "".join(
        f'<th style="{_CELL}">{each}</th>' for each in ("Taste", "State", "Chance", "For", "Because")
    )
    table = f'<table style="{_TABLE}"><tr>{heads}</tr>{rows}</table>'
    alike = "".join(note(f"{relation}.") for relation in relations[:_RELATIONS_SHOWN])
    off = "" if learning else note("Nothing is learned in this project: studio.memory.learning is False.")
    gone = note(_gone(forgotten)) if forgotten else ""
    empty = note("Nothing is remembered yet.")
    return card("Memory", told, off, table if held else empty, gone, alike, note(how))


def _gone(forgotten: Sequence[Belief]) -> str:
    """Say what was forgotten, and how the first of it comes back."""
    named = ", ".join(dict.fromkeys(f"{each.value} ({each.label})" for each in forgotten))
    first = forgotten[0]
    back = f'studio.memory.unforget("{first.key}", "{first.value}")'
    return f"Forgotten in the last week: {named}. {back} brings it back."


def state_of(belief: Belief, *, in_use: bool) -> str:
    """Return in words whether a belief is used, and if not, why."""
    if belief.superseded_by:
        until = f" on {belief.until:%Y-%m-%d}" if belief.until else ""
        return f"superseded by {belief.superseded_by}{until}"
    if _faded(belief):
        return "faded; say it again or pin it"
    state = "pinned" if belief.pinned else _STATES[belief.state]
    differs = belief.state in ("held", "avoided") and not in_use
    return f"{state} elsewhere; this project differs" if differs else state


def _row(belief: Belief, *, in_use: bool) -> str:
    chance = f"{belief.confidence:.0%} <span style='{_QUIET}'>({belief.low:.0%}–{belief.high:.0%})</span>"
    if belief.pinned:
        chance = "certain"
    whose = "this project" if belief.scope == "project" else "every project"
    dim = "" if in_use else f' style="{_QUIET}"'
    cells = (
        f"{escape(belief.label)} <b>{escape(belief.value)}</b>",
        escape(state_of(belief, in_use=in_use)),
        chance,
        whose,
        _evidence(belief),
    )
    styles = [*[f"{_CELL};white-space:nowrap"] * 4, _CELL]
    inner = "".join(f'<td style="{style}">{cell}</td>' for style, cell in zip(styles, cells, strict=True))
    return f"<tr{dim}>{inner}</tr>"


def _faded(belief: Belief) -> bool:
    """Say whether a taste that nothing spoke against was once sure enough, and is too old by now.

    What only another project said never was sure enough here.
    """
    sides = [(belief.side_of(each), each.weight) for each in belief.evidence]
    once = sum(weight for side, weight in sides if side == sides[0][0])
    agreed = all(side == sides[0][0] for side, _ in sides)
    own = any(each.scope == belief.scope for each in belief.evidence)
    return belief.state == "leaning" and own and agreed and (1 + once) / (2 + once) >= HELD_AT


def _evidence(belief: Belief) -> str:
    shown = list(reversed(belief.evidence))[:_EVIDENCE_SHOWN]
    lines = [_statement(belief, each) for each in shown]
    if len(belief.evidence) > _EVIDENCE_SHOWN:
        lines.append(f"and {len(belief.evidence) - _EVIDENCE_SHOWN} more")
    return "<br>".join(lines) or "pinned by you"


def _statement(belief: Belief, statement: Evidence) -> str:
    sign = "+" if belief.side_of(statement) > 0 else "−"
    words = f"“{escape(statement.said)}”" if statement.source == "words" else escape(statement.said)
    return f"{sign} {words} <span style='{_QUIET}'>{statement.when:%Y-%m-%d}</span>"
