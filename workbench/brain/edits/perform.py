"""One instruction carried out on one scene: each rule that understands it does its part."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

from workbench.brain.edits.adding import add_mark, add_words
from workbench.brain.edits.charts import add_value, remove_value, set_chart_kind, set_labels, set_value_of
from workbench.brain.edits.draft import Draft
from workbench.brain.edits.dressing import (
    set_alignment,
    set_blur,
    set_corners,
    set_gap,
    set_thickness,
    set_tracking,
)
from workbench.brain.edits.legible import set_contrast
from workbench.brain.edits.listing import number_items, set_items
from workbench.brain.edits.movement import (
    remove_motion,
    set_emphasis,
    set_entrance,
    set_sequence,
    set_speed,
    set_stagger,
    set_start,
)
from workbench.brain.edits.paint import set_background, set_color, set_mood, shift_colors, take_colors
from workbench.brain.edits.parts import Ask
from workbench.brain.edits.shape import fade_parts, move, refuse_letters, resize, reweigh, rotate, set_font
from workbench.brain.edits.stretch import set_shape, stretch
from workbench.brain.edits.structure import add_light, add_parts, remove_parts
from workbench.brain.edits.words import (
    change_case,
    replace_words,
    reverse_items,
    set_numbers,
    set_plain_text,
    set_said_text,
    set_text,
    write_anew,
)
from workbench.brain.heard import Span, count, only, unheard
from workbench.brain.plan import EditKind, ParamValue
from workbench.brain.quoting import MARK

Rule = Callable[[Draft, Ask], bool]

ALONE: tuple[tuple[Rule, EditKind], ...] = (
    (replace_words, "surgical"),
    (set_items, "structural"),
    (number_items, "surgical"),
    (set_shape, "structural"),
    (add_mark, "surgical"),
    (add_words, "surgical"),
    (write_anew, "surgical"),
    (set_said_text, "surgical"),
    (add_value, "surgical"),
    (remove_value, "surgical"),
    (set_value_of, "surgical"),
    (reverse_items, "structural"),
    (set_tracking, "surgical"),
    (set_gap, "surgical"),
    (set_alignment, "surgical"),
    (stretch, "surgical"),
    (set_corners, "surgical"),
    (remove_motion, "surgical"),
    (set_speed, "creative"),
    (add_light, "surgical"),
    (remove_parts, "structural"),
    (add_parts, "structural"),
    (set_chart_kind, "structural"),
    (set_text, "surgical"),
    (set_numbers, "surgical"),
    (set_labels, "surgical"),
    (change_case, "surgical"),
)
"""Rules of which the first that does something ends the work."""

TOGETHER: tuple[tuple[Rule, EditKind], ...] = (
    (set_background, "surgical"),
    (set_mood, "creative"),
    (set_color, "surgical"),
    (set_contrast, "surgical"),
    (shift_colors, "creative"),
    (resize, "surgical"),
    (set_thickness, "surgical"),
    (reweigh, "surgical"),
    (set_blur, "surgical"),
    (set_font, "surgical"),
    (refuse_letters, "surgical"),
    (rotate, "surgical"),
    (fade_parts, "surgical"),
    (set_sequence, "surgical"),
    (set_stagger, "surgical"),
    (set_start, "surgical"),
    (set_entrance, "surgical"),
    (set_emphasis, "surgical"),
    (move, "surgical"),
)
"""Rules that may all apply to one instruction: "bigger and blue"."""


_JOINT = re.compile(
    r"\s*(?:,\s*(?:(?:and|but)\b)?(?!\s*\d)|;|\band\b(?!\s*\d)|\bbut\b|\bplus\b|\balso\b|&|->|→|[.!?](?=\s))\s*",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:remove|delete|drop|hide|erase|get\s+rid\s+of|add|put|place|insert|draw|make|change|replace|set|give|let"
    r"|move|rotate|animate|shift|align)\b",
    re.IGNORECASE,
)
MOST_PIECES = 5
MOST_CHANGES = 40
"""How many changes one instruction may be cut into; one of more pieces is prose, and read as a whole."""


@dataclass(frozen=True, slots=True)
class Performed:
    """The new source and parameters, the kind of edit, remarks; `done` is False when no rule fits.

    `heard` are the stretches of the instruction that were acted on or answered by a remark; `part` are
    the words it has for the part that was changed last.
    """

    done: bool
    source: str
    params: Mapping[str, ParamValue]
    edit_kind: EditKind = "surgical"
    assumed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    heard: tuple[Span, ...] = ()
    part: str = ""


def perform(source: str, params: Mapping[str, ParamValue], instruction: str) -> Performed:
    """Carry out `instruction` on a scene; nothing outside what it names changes.

    An instruction may hold several changes. Of the ways to cut it into them, the one that leaves the
    fewest words unheard is taken.
    """
    ask = Ask.of(instruction)
    best: tuple[tuple[int, int], Performed] | None = None
    for pieces in _readings(ask.text):
        missing, done = _carried_out(source, params, ask, pieces)
        badness = (count(ask.text, unheard(ask.text, done.heard)), missing)
        if best is None or badness < best[0]:
            best = (badness, done)
        if badness == (0, 0):
            break
    assert best is not None
    return best[1]


def _readings(text: str) -> list[list[Span]]:
    """Return the ways to cut an instruction into changes, the finest first."""
    joints = [joint.span() for joint in _JOINT.finditer(text) if joint.start() > 0]
    between = pairwise([(0, 0), *joints, (len(text), len(text))])
    pieces = [(a, b) for (_, a), (b, _) in between if re.search(rf"\w|{MARK}", text[a:b])]
    if not 2 <= len(pieces) <= MOST_CHANGES:
        return [[(0, len(text))]]
    if len(pieces) > MOST_PIECES:
        return [pieces, [(0, len(text))]]
    cuts = product((True, False), repeat=len(pieces) - 1)
    return sorted((_joined(pieces, cut) for cut in cuts), key=len, reverse=True)


def _joined(pieces: Sequence[Span], cuts: Sequence[bool]) -> list[Span]:
    joined = [pieces[0]]
    for piece, cut in zip(pieces[1:], cuts, strict=True):
        joined = [*joined, piece] if cut else [*joined[:-1], (joined[-1][0], piece[1])]
    return joined


def _carried_out(
    source: str, params: Mapping[str, ParamValue], ask: Ask, pieces: Sequence[Span]
) -> tuple[int, Performed]:
    """Carry out the pieces one after another; return how many could not be, and what came of the others."""
    state = Performed(False, source, {})
    values = dict(params)
    verb: list[Span] = []
    subject: list[Span] = []
    missing = 0
    for piece in pieces:
        own = Ask(ask.quoted, only(ask.text, [piece]))
        names = bool(own.named(Draft(state.source, dict(values))))
        helps: list[list[Span]] = [[], verb, subject] if names else [subject, [], verb, [*verb, *subject]]
        tries = [_tried(state.source, values, ask, [piece, *extra]) for extra in helps]
        done = next((one for one, _ in tries if one.done and _whole(ask.text, piece, one)), None)
        done = done or next((one for one, _ in tries if one.done), tries[0][0])
        missing += not done.done
        state = _sum(state, done)
        values |= done.params
        found = _VERB.search(ask.text, *piece)
        verb = [found.span()] if found else verb
        subject = own.subjects or subject
    part = ask.quoted.original(ask.text[slice(*subject[0])]) if subject and state.done else ""
    return missing, replace(state, part=part)


def _tried(
    source: str, values: Mapping[str, ParamValue], ask: Ask, kept: Sequence[Span]
) -> tuple[Performed, Ask]:
    part = Ask(ask.quoted, only(ask.text, kept))
    return _once(Draft(source, dict(values)), part), part


def _whole(text: str, piece: Span, done: Performed) -> bool:
    return not unheard(only(text, [piece]), done.heard)


def _sum(before: Performed, after: Performed) -> Performed:
    return Performed(
        before.done or after.done,
        after.source if after.done else before.source,
        {**before.params, **after.params},
        max(before.edit_kind, after.edit_kind, key=("surgical", "creative", "structural", "fix").index),
        tuple(dict.fromkeys([*before.assumed, *after.assumed])),
        tuple(dict.fromkeys([*before.refused, *after.refused])),
        (*before.heard, *after.heard),
    )


def _once(draft: Draft, ask: Ask) -> Performed:
    """Carry out one change."""
    heard: list[Span] = []

    def does(rule: Rule) -> bool:
        ask.noticed.clear()
        remarks = len(draft.refused)
        done = rule(draft, ask)
        if done or len(draft.refused) > remarks:
            heard.extend(ask.noticed)
        return done

    for rule, kind in ALONE:
        if does(rule):
            return _performed(draft, kind, heard)
    kinds = [kind for rule, kind in TOGETHER if does(rule)]
    if kinds:
        return _performed(draft, "creative" if "creative" in kinds else "surgical", heard)
    if does(set_plain_text):
        return _performed(draft, "surgical", heard)
    return Performed(False, draft.source, {}, refused=tuple(draft.refused), heard=tuple(heard))


def perform_like(
    source: str, params: Mapping[str, ParamValue], other_source: str, other_params: Mapping[str, ParamValue]
) -> Performed:
    """Give a scene the colours of another; its words and motion stay."""
    draft, other = Draft(source, dict(params)), Draft(other_source, dict(other_params))
    if not take_colors(draft, other):
        return Performed(False, source, {})
    draft.assumed.append("Looking alike means the background and the accent colour; words and motion stay.")
    return _performed(draft, "creative")


def _performed(draft: Draft, kind: EditKind, heard: Sequence[Span] = ()) -> Performed:
    assumed = tuple(dict.fromkeys(draft.assumed))
    return Performed(
        True, draft.source, dict(draft.changed_params), kind, assumed, tuple(draft.refused), tuple(heard)
    )
