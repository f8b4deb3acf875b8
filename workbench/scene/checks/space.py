"""Things that do not fit: text larger than what holds it, and nodes outside the picture or its safe area."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from workbench.scene.checks.rule import Explanation, Rule, found, graded
from workbench.scene.checks.view import CARDS, Flags, Subject, View
from workbench.scene.finding import Box, Finding, Severity
from workbench.scene.graph import Node
from workbench.scene.staged import Floats

TOLERANCE = 4.0
"""Design pixels by which a box may stick out before anyone is told."""
_SEEN_SECONDS = 0.25
_SHAPES = ("rect", "circle", "ellipse", "line", "path", "image", "text", "code", *CARDS)


def _overflows(view: View) -> Iterator[Finding]:
    for subject in view.readings:
        holder = _holder(view, subject)
        if holder is None:
            continue
        calm = subject.calm & holder.calm
        sticking = _outside(letters_box(subject, view), holder.box)
        clips = bool(holder.item.values.get("clip"))
        bad = (
            calm & (sticking.max(axis=0) > TOLERANCE) & (~_apart(subject.box, holder.box) if clips else True)
        )
        if bad.any():
            yield _overflow(view, subject, holder, bad, sticking.max(axis=0), clips)


def _overflow(
    view: View, subject: Subject, holder: Subject, bad: Flags, amount: Floats, clips: bool
) -> Finding:
    sample = int(np.where(bad, amount, -1).argmax())
    width, height = _size(subject.box[:, sample])
    room_width, room_height = _size(holder.box[:, sample])
    severity: Severity = "error" if clips else "warning"
    verb = "is cut off by" if clips else "spills out of"
    message = (
        f"{subject.words} {verb} {holder.node.id} by {amount[sample]:.0f} pixels: "
        f"the text is {width:.0f} x {height:.0f}, {holder.node.id} {room_width:.0f} x {room_height:.0f}."
    )
    share = min(room_width * 0.9 / max(width, 1), room_height * 0.9 / max(height, 1), 0.95)
    size = subject.item.blocks[-1].spec.size * float(subject.magnification[view.samples[sample]])
    fix = (
        f"Set size={size * share:.0f} on the text, max_width={room_width * 0.9:.0f}, or make "
        f"{holder.node.id} larger."
    )
    box = _box(subject, sample)
    graded_severity = graded(severity, view.held(bad))
    return found(
        "text-overflow", graded_severity, subject, message, fix, frame=int(view.samples[sample]), box=box
    )


def _holder(view: View, subject: Subject) -> Subject | None:
    """Return what the text has to fit in: a clipping or visible container, or the button behind it."""
    for container in subject.ancestors():
        values = container.item.values
        if values.get("clip"):
            return container
        painted = values.get("fill") is not None or values.get("stroke") is not None
        if container.node.kind in CARDS and painted and not subject.in_mask:
            return container
    return None if subject.in_mask else _button(view, subject)


def _button(view: View, subject: Subject) -> Subject | None:
    """Return the plate right behind a text that is meant to sit on it: the node before it, same centre."""
    if not subject.order or not subject.calm.any():
        return None
    plate = view.subjects[subject.order - 1]
    if plate.parent is not subject.parent or plate.node.kind != "rect" or not plate.calm.any():
        return None
    box, under = subject.box[:, subject.calm][:, 0], plate.box[:, subject.calm][:, 0]
    off = np.abs(box[:2] + box[2:] - under[:2] - under[2:]) / 2
    width, height = _size(under)
    fits = off.max() < 8 and height >= (box[3] - box[1]) * 0.9 and 1.2 <= width / max(height, 1.0) <= 12
    return plate if fits else None


def _off_canvas(view: View) -> Iterator[Finding]:
    width, height = view.staged.width, view.staged.height
    picture = np.array([0.0, 0.0, width, height])[:, None]
    for subject in view.subjects:
        if not _can_be_lost(subject):
            continue
        box = letters_box(subject, view)
        away = subject.calm & _apart(box, picture)
        there = subject.opacity[view.samples] > 0.02
        was_seen = view.held(there & ~_apart(box, picture)) >= _SEEN_SECONDS
        cut = subject.calm & ~away & (_outside(box, picture).max(axis=0) > TOLERANCE)
        if subject.is_reading and cut.any():
            yield _cut_off(view, subject, box, cut)
        elif away.any() and not was_seen and view.held(away) >= view.held(there) / 2:
            yield _lost(view, subject, box, away)


def _can_be_lost(subject: Subject) -> bool:
    if subject.node.kind not in _SHAPES or subject.opacity.max() <= 0.02:
        return False
    if _is_cut_out(subject) or (subject.in_mask and not subject.is_reading):
        return False
    return subject.node.kind not in CARDS or subject.item.values.get("fill") is not None


def _is_cut_out(subject: Subject) -> bool:
    """Say whether a container that clips, or a mask, decides which part of it is seen."""
    return bool(subject.masks) or any(one.item.values.get("clip") for one in subject.ancestors())


def _cut_off(view: View, subject: Subject, box: Floats, cut: Flags) -> Finding:
    picture = np.array(view.picture)[:, None]
    sticking = _outside(box, picture)
    sample = int(np.where(cut, sticking.max(axis=0), -1).argmax())
    message = (
        f"{subject.words} is cut off by the {_sides(sticking[:, sample])} of the picture while it rests."
    )
    fix = _way_in(box[:, sample], view.safe, subject)
    severity: Severity = (
        "error" if sticking[:, sample].max() > 0.25 * min(_size(box[:, sample])) else "warning"
    )
    frame = int(view.samples[sample])
    shown = _box(subject, sample)
    return found(
        "off-canvas", graded(severity, view.held(cut)), subject, message, fix, frame=frame, box=shown
    )


def _lost(view: View, subject: Subject, box: Floats, away: Flags) -> Finding:
    sample = int(away.argmax())
    sides = _sides(_outside(box[:, [sample]], np.array(view.picture)[:, None])[:, 0])
    message = f"{subject.words} rests outside the picture, beyond the {sides}, and is never seen."
    fix = _way_in(box[:, sample], view.safe, subject)
    severity = graded("error" if subject.is_reading else "warning", view.held(away))
    frame = int(view.samples[sample])
    return found("off-canvas", severity, subject, message, fix, frame=frame, box=_box(subject, sample))


def _near_the_edge(view: View) -> Iterator[Finding]:
    safe, picture = (np.array(area)[:, None] for area in (view.safe, view.picture))
    for subject in view.readings:
        if _is_cut_out(subject):
            continue
        box = letters_box(subject, view)
        inside = _outside(box, picture).max(axis=0) <= TOLERANCE
        close = subject.calm & inside & (_outside(box, safe).max(axis=0) > TOLERANCE)
        if view.held(close) < 0.1:
            continue
        sticking = _outside(box, safe)
        sample = int(np.where(close, sticking.max(axis=0), -1).argmax())
        left = safe[0, 0] - sticking[:, sample].max()
        message = (
            f"{subject.words} comes within {left:.0f} pixels of the {_sides(sticking[:, sample])} of the "
            "picture; "
            f"the safe area keeps {safe[0, 0]:.0f} free."
        )
        fix = _way_in(box[:, sample], view.safe, subject)
        severity = graded("warning", view.held(close))
        frame = int(view.samples[sample])
        yield found("safe-area", severity, subject, message, fix, frame=frame, box=_box(subject, sample))


def letters_box(subject: Subject, view: View) -> Floats:
    """Return the box of what is drawn, without the leading above and below a text's lines."""
    if not subject.is_text:
        return subject.box
    spec = subject.item.blocks[0].spec
    leading = max(0.0, (spec.line_height - 0.9) / 2) * spec.size * subject.magnification[view.samples]
    _, top, _, bottom = subject.box
    slack = np.minimum(leading, (bottom - top) * 0.2)
    inwards: Floats = np.stack([0 * slack, slack, 0 * slack, -slack])
    return subject.box + inwards


def _way_in(box: Floats, safe: Box, subject: Subject) -> str:
    """Say by how much to move a box, or how large it may be, to lie in the safe area."""
    left, top, right, bottom = box.tolist()
    room_width, room_height = safe[2] - safe[0], safe[3] - safe[1]
    share = min(room_width / max(right - left, 1e-6), room_height / max(bottom - top, 1e-6))
    if share < 1:
        return _shrink(subject, share, room_width)
    moves = [
        _move("right", "left", max(0.0, safe[0] - left), max(0.0, right - safe[2])),
        _move("down", "up", max(0.0, safe[1] - top), max(0.0, bottom - safe[3])),
    ]
    return f"Move {_target(subject)} {' and '.join(move for move in moves if move)}."


def _target(subject: Subject) -> str:
    outer = [container.node for container in subject.ancestors()]
    placed: Node = outer[-1] if outer else subject.node
    return "it" if placed is subject.node else f"{placed.id}, which holds it,"


def _shrink(subject: Subject, share: float, room_width: float) -> str:
    if not subject.item.blocks:
        return f"Make it smaller: scale={share:.2f} brings it into the safe area."
    size = subject.item.blocks[-1].spec.size * float(subject.magnification.max())
    return (
        f"Make it smaller: size={max(1, int(size * share)):d}, or let it wrap with "
        f"max_width={room_width:.0f}."
    )


def _move(forward: str, backward: str, ahead: float, back: float) -> str:
    if ahead > 0.5:
        return f"{forward} by {np.ceil(ahead):.0f}"
    return f"{backward} by {np.ceil(back):.0f}" if back > 0.5 else ""


def _outside(box: Floats, area: Floats) -> Floats:
    """Return by how much each side of `box` sticks out of `area`, negative inside; shape (4, samples)."""
    return np.stack([area[0] - box[0], area[1] - box[1], box[2] - area[2], box[3] - area[3]])


def _apart(box: Floats, area: Floats) -> Flags:
    result: Flags = (box[2] <= area[0]) | (box[0] >= area[2]) | (box[3] <= area[1]) | (box[1] >= area[3])
    return result


def _sides(sticking: Floats) -> str:
    names = ("left", "top", "right", "bottom")
    over = [name for name, amount in zip(names, sticking, strict=True) if amount > 0.5]
    return " and ".join(over) or "edge"


def _size(box: Floats) -> tuple[float, float]:
    return float(box[2] - box[0]), float(box[3] - box[1])


def _box(subject: Subject, sample: int) -> Box:
    left, top, right, bottom = subject.box[:, sample].tolist()
    return (left, top, right, bottom)


RULES = (
    Rule(
        Explanation(
            code="text-overflow",
            severity="error",
            summary="A text is larger than the card, plate or clipping container that holds it.",
            why="Letters that spill over an edge look like a mistake; letters that are cut off cannot be "
            "read.",
            fix="Make the text smaller, let it wrap with max_width, or make the container larger.",
            failing="with column(width=400, height=160, fill='#1e293b'):\n"
            "    text('Unforgettable', size=96, enter=fade())\n",
            passing="with column(width=400, height=160, fill='#1e293b'):\n    text('Unforgettable', "
            "size=44, enter=fade())\n",
        ),
        _overflows,
    ),
    Rule(
        Explanation(
            code="off-canvas",
            severity="error",
            summary="A node rests outside the picture, or a text rests cut off by its edge.",
            why="What comes to rest outside is never seen. Coming in from outside or leaving is fine.",
            fix="Move it by the pixels the finding names, or make it smaller.",
            failing="text('Welcome aboard', size=96, x=1800, y=540, enter=rise())\n",
            passing="text('Welcome aboard', size=96, x=1400, y=540, enter=slide('right'))\n",
        ),
        _off_canvas,
    ),
    Rule(
        Explanation(
            code="safe-area",
            severity="warning",
            summary="A text rests closer to the edge of the picture than the safe area allows.",
            why="Players cover the edges with controls, captions and rounded corners; the outer 5 % of "
            "the short side is kept free of text.",
            fix="Move it inwards by the pixels the finding names, or use a place such as at=bottom.",
            failing="text('Terms apply', size=36, x=960, y=1060, enter=fade())\n",
            passing="text('Terms apply', size=36, at=bottom, enter=fade())\n",
        ),
        _near_the_edge,
    ),
)
