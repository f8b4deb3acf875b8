"""Text that something else covers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from workbench.scene.checks.backdrop import covered, has_fill
from workbench.scene.checks.rule import Explanation, Rule, found, graded
from workbench.scene.checks.space import letters_box
from workbench.scene.checks.view import FAINT, Flags, Subject, View
from workbench.scene.finding import Box, Finding, Severity
from workbench.scene.staged import Floats, at

_SHARE = 0.08
_READ_SECONDS = 0.5
_COPY_OFFSET = 24.0
_SOLID = 0.5
_COLUMNS, _ROWS = 24, 5
_LOOKS = 4


def _overlaps(view: View) -> Iterator[Finding]:
    reported: set[int] = set()
    seen = [subject for subject in view.readings if not subject.in_mask]
    texts = {subject.order: letters_box(subject, view) for subject in seen}
    for subject in seen:
        for order in np.flatnonzero(_ever_meets(view, subject)):
            if subject.order in reported:
                break
            finding = _between(view, texts, subject, view.subjects[subject.order + 1 + order])
            if finding:
                reported.add(subject.order)
                yield finding


def _between(view: View, texts: dict[int, Floats], subject: Subject, other: Subject) -> Finding | None:
    if "overlap" in other.node.allow or other.in_mask or not other.shows_where(subject):
        return None
    if other.order in texts and subject.shows_where(other):
        return _two_texts(view, texts, subject, other)
    over = _is_solid(other)
    return _hidden(view, texts[subject.order], subject, other) if over else None


def _two_texts(view: View, texts: dict[int, Floats], first: Subject, second: Subject) -> Finding | None:
    a, b = texts[first.order], texts[second.order]
    across = np.minimum(a[2], b[2]) - np.maximum(a[0], b[0])
    down = np.minimum(a[3], b[3]) - np.maximum(a[1], b[1])
    small = np.minimum(a[3] - a[1], b[3] - b[1])
    both = first.calm & second.calm & _plain(view, first) & _plain(view, second)
    bad = both & (across > 0.25 * small) & (down > 0.2 * small)
    if not bad.any() or _is_copy(first, second, a, b):
        return None
    sample = int(np.where(bad, across * down, -1).argmax())
    message = f"{first.words} and {second.words} are written over each other, {down[sample]:.0f} pixels deep."
    centre_first, centre_second = (float(box[1, sample] + box[3, sample]) for box in (a, b))
    way, depth = ("down", b[1, sample]) if centre_second >= centre_first else ("up", b[3, sample])
    edge = a[3, sample] + 24 if way == "down" else a[1, sample] - 24
    fix = (
        f"Move {second.node.id} {way} by {abs(edge - depth):.0f}, put both in a column, "
        f"or end one before the other starts."
    )
    return _finding(view, first, "warning", message, fix, bad, sample, a)


def _hidden(view: View, box: Floats, subject: Subject, other: Subject) -> Finding | None:
    shown = subject.calm & other.calm & (view.sampled_opacity[other.order] > _SOLID)
    touching = shown & _meets(box, other.box)
    if not touching.any():
        return None
    shares = _covered_shares(view, box, other, touching)
    bad = touching & (shares > _SHARE)
    clear = view.held(subject.calm & ~bad)
    if not bad.any() or _is_strike(box, other, bad) or (shares[bad].min() > 0.9 and clear >= _READ_SECONDS):
        return None
    sample = int(np.where(bad, shares, -1).argmax())
    message = f"{other.node.id} is painted over {subject.words} and hides {shares[sample]:.0%} of it."
    fix = (
        f"Write {other.node.id} before {subject.node.id} in the source so that it lies behind, or move "
        "one away."
    )
    severity: Severity = "error" if shares[sample] > 0.5 else "warning"
    return _finding(view, subject, severity, message, fix, bad, sample, box)


def _covered_shares(view: View, box: Floats, other: Subject, touching: Flags) -> Floats:
    """Return the covered share of the text at the touching samples, looked at closely at a few of them."""
    where = np.flatnonzero(touching)
    looks = where[np.unique(np.linspace(0, len(where) - 1, _LOOKS).astype(int))]
    shares = [covered(other, int(view.samples[look]), _points(box[:, look])).mean() for look in looks]
    result: Floats = np.where(touching, np.interp(np.arange(len(touching)), looks, shares), 0.0)
    return result


def _points(box: Floats) -> Floats:
    left, top, right, bottom = box.tolist()
    x, y = np.meshgrid(
        np.linspace(left, right, _COLUMNS + 2)[1:-1], np.linspace(top, bottom, _ROWS + 2)[1:-1]
    )
    return np.stack([x.ravel(), y.ravel()])


def _is_solid(subject: Subject) -> bool:
    """Say whether the subject hides what is below it: filled, opaque enough and not blended."""
    values = subject.item.values
    if not has_fill(subject) or subject.node.kind == "path" or values.get("blend", "normal") != "normal":
        return False
    if subject.opacity.max() <= _SOLID or np.max(subject.item.blur) > 12:
        return False
    fill = values.get("fill")
    if isinstance(fill, np.ndarray):
        return bool(fill[3].max() > _SOLID)
    return not isinstance(fill, tuple) or fill[3] > _SOLID


def _is_copy(first: Subject, second: Subject, a: Floats, b: Floats) -> bool:
    """Say whether one text is the other's shadow, echo or glitch: same words, nearly the same place."""
    same = first.item.blocks[-1].spec.content == second.item.blocks[-1].spec.content
    return same and bool(np.abs(a - b).max(axis=0).min() < _COPY_OFFSET)


def _is_strike(box: Floats, other: Subject, bad: Flags) -> bool:
    """Say whether the other is a thin line through or below the text, or a caret in it."""
    sample = int(bad.argmax())
    thin = min(other.box[2, sample] - other.box[0, sample], other.box[3, sample] - other.box[1, sample])
    return bool(thin < 0.25 * (box[3, sample] - box[1, sample]))


def _plain(view: View, subject: Subject) -> Flags:
    plain = subject.item.values.get("blend", "normal") == "normal"
    result: Flags = (view.sampled_opacity[subject.order] > FAINT) & (plain and not _is_translucent(subject))
    return result


def _is_translucent(subject: Subject) -> bool:
    color = subject.item.values.get("color")
    return isinstance(color, tuple) and float(at(color, 0)[3]) <= FAINT


def _ever_meets(view: View, subject: Subject) -> Flags:
    """Say of every subject painted later whether its box meets this one's while both can be seen."""
    later = slice(subject.order + 1, None)
    boxes = view.boxes[later].transpose(1, 0, 2)
    seen = (view.sampled_opacity[later] > FAINT) & subject.calm
    return np.asarray((_meets(subject.box[:, None, :], boxes) & seen).any(axis=1))


def _meets(a: Floats, b: Floats) -> Flags:
    result: Flags = (a[0] < b[2]) & (b[0] < a[2]) & (a[1] < b[3]) & (b[1] < a[3])
    return result


def _finding(
    view: View,
    subject: Subject,
    severity: Severity,
    message: str,
    fix: str,
    bad: Flags,
    sample: int,
    box: Floats,
) -> Finding:
    left, top, right, bottom = box[:, sample].tolist()
    place: Box = (left, top, right, bottom)
    frame = int(view.samples[sample])
    return found("overlap", graded(severity, view.held(bad)), subject, message, fix, frame=frame, box=place)


RULES = (
    Rule(
        Explanation(
            code="overlap",
            severity="error",
            summary="Two texts are written over each other, or something solid is painted over a text.",
            why="Neither can be read. Cards and shapes painted before a text lie behind it and do not "
            "count, nor do echoes of the same words, blended layers, thin strikes, or things that only "
            "pass by.",
            fix="Move one away, put both in a column, change their order in the source, or show one after "
            "the other.",
            failing="text('First the title', size=96, y=520, enter=fade())\ntext('then the subtitle', "
            "size=64, y=560, enter=fade())\n",
            passing="with column(gap=24):\n    text('First the title', size=96, enter=fade())\n"
            "    text('then the subtitle', size=64, enter=fade())\n",
        ),
        _overlaps,
    ),
)
