"""Text that nobody can read in time, or at all.

Reading speed: the BBC Subtitle Guidelines (bbc.github.io/subtitle-guidelines, "Timing") recommend 160 to
180 words a minute; 180 a minute are 3 words a second. Half a second is added for finding the text.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from workbench.scene.checks.rule import Explanation, Rule, found
from workbench.scene.checks.view import FAINT, Subject, View, drawn_box
from workbench.scene.finding import Box, Finding, Severity

WORDS_PER_SECOND = 3.0
FINDING_SECONDS = 0.5
GLANCE_WORDS = 3
GLANCE_SECONDS_PER_WORD = 0.25
GLANCE_SIZE = 96.0
"""Up to three words this large are taken in at a glance, as kinetic type relies on."""
SMALLEST_SIZE = 22.0
_TINY_SIZE = 16.0
_PATIENCE = 0.75
_BLURRED = 0.12
_LETTERS_NAMED = 8


def needed_seconds(words: int, size: float) -> float:
    """Return how long a text of so many words has to be shown in full; `size` in design pixels."""
    if words <= GLANCE_WORDS and size >= GLANCE_SIZE:
        return words * GLANCE_SECONDS_PER_WORD
    return FINDING_SECONDS + words / WORDS_PER_SECOND


def _too_brief(view: View) -> Iterator[Finding]:
    for subject in view.readings:
        if subject.node.kind != "text" or len(subject.item.blocks) != 1:
            continue
        words = len(subject.item.blocks[0].spec.content.split())
        needed = needed_seconds(words, _rendered_size(subject))
        shown = readable_seconds(view, subject, words / WORDS_PER_SECOND)
        if words and shown < _PATIENCE * needed and not view.is_cut(subject):
            yield _brief(view, subject, words, needed, shown)


def _brief(view: View, subject: Subject, words: int, needed: float, shown: float) -> Finding:
    missing = needed - shown
    counted = "1 word" if words == 1 else f"{words} words"
    message = f"{subject.words} can be read for {shown:.1f} seconds; {counted} take about {needed:.1f}."
    earlier = view.seconds - subject.end < missing
    longer = (
        f"start it {missing:.1f} seconds earlier" if earlier else f"let it end {missing:.1f} seconds later"
    )
    fix = f"Show it longer: {longer}, shorten its enter or exit, or use fewer words."
    severity: Severity = "warning" if shown < needed / 2 else "info"
    frame = int(subject.shown.argmax())
    return found("too-brief", severity, subject, message, fix, frame=frame, box=_box_at(subject, frame))


def readable_seconds(view: View, subject: Subject, reading_seconds: float) -> float:
    """Return the seconds a text can be read for, counting no further than it takes to read it.

    Readers follow a text that is typed or comes word by word, but cannot be ahead of it: from any moment
    on they read at most what was there by then and what the time left allows.
    """
    item, fps = subject.item, view.staged.fps
    blur = np.broadcast_to(np.asarray(item.blur, dtype=float), subject.shown.shape)
    share = subject.shown / max(subject.shown.max(), 1e-9)
    clear = (subject.opacity > 0.3 * subject.opacity.max()) & (share > 0.02)
    clear &= blur < _BLURRED * item.blocks[0].spec.size
    left = np.cumsum(clear[::-1])[::-1] / fps
    followed = float((np.maximum.accumulate(share) * reading_seconds + left).min())
    return min(float(clear.sum()) / fps, FINDING_SECONDS + followed)


def _too_small(view: View) -> Iterator[Finding]:
    for subject in view.readings:
        size = _rendered_size(subject)
        if not 0.5 <= size < SMALLEST_SIZE - 0.05:
            continue
        spec = subject.item.blocks[0].spec
        larger = spec.size * SMALLEST_SIZE / size
        message = (
            f"{subject.words} is {size:.0f} pixels large in the picture; below {SMALLEST_SIZE:.0f} "
            "it is hard to read."
        )
        frame = int(subject.opacity.argmax())
        severity: Severity = "warning" if size < _TINY_SIZE else "info"
        fix = f"Set size={np.ceil(larger):.0f} or more."
        yield found(
            "text-too-small", severity, subject, message, fix, frame=frame, box=_box_at(subject, frame)
        )


def _rendered_size(subject: Subject) -> float:
    """Return the largest size the text is seen at, in design pixels."""
    seen = subject.opacity > FAINT
    return max(block.spec.size for block in subject.item.blocks) * float(subject.magnification[seen].max())


def _missing_letters(view: View) -> Iterator[Finding]:
    for subject in view.readings:
        lost = "".join(dict.fromkeys(letter for block in subject.item.blocks for letter in block.missing))
        if lost:
            named = " ".join(lost[:_LETTERS_NAMED]) + (" …" if len(lost) > _LETTERS_NAMED else "")
            message = f"No font here has {named}; {subject.words} shows boxes in their place."
            fix = "Write it in Latin, Greek or Cyrillic letters, or bring it in as a picture with image()."
            frame = int(subject.opacity.argmax())
            box = _box_at(subject, frame)
            yield found("missing-letters", "error", subject, message, fix, frame=frame, box=box)


def _box_at(subject: Subject, frame: int) -> Box:
    left, top, right, bottom = drawn_box(subject.item)[:, frame].tolist()
    return (left, top, right, bottom)


RULES = (
    Rule(
        Explanation(
            code="too-brief",
            severity="warning",
            summary="A text is gone before it can be read.",
            why="People read about 3 words a second from a moving picture (BBC Subtitle Guidelines: 160 "
            "to 180 words a minute) and need half a second to find the text. Up to three large words are "
            "taken in at a glance.",
            fix="Show it longer, shorten its enter and exit, or use fewer words.",
            failing="text('Our new plan gives every team twice the storage at the same price', size=56, "
            "start=4)\n",
            passing="text('Our new plan gives every team twice the storage at the same price', size=56, "
            "enter=fade())\n",
        ),
        _too_brief,
    ),
    Rule(
        Explanation(
            code="text-too-small",
            severity="warning",
            summary=f"A text is smaller than {SMALLEST_SIZE:.0f} design pixels.",
            why="The short side of the picture is 1080 design pixels; on a phone or in a thumbnail "
            "smaller letters blur into a line. Below 16 it is a warning, up to 22 an info.",
            fix="Make it larger, or leave it out.",
            failing="text('Results may vary', size=14, enter=fade())\n",
            passing="text('Results may vary', size=28, enter=fade())\n",
        ),
        _too_small,
    ),
    Rule(
        Explanation(
            code="missing-letters",
            severity="error",
            summary="A text has letters that no font here has.",
            why="The fonts that come along cover Latin, Greek and Cyrillic letters, signs and emoji. Any "
            "other letter is painted as an empty box, which is never meant.",
            fix="Write it in letters the fonts have, or bring it in as a picture with image().",
            failing='text("你好", size=96, enter=fade())\n',
            passing='text("Hello", size=96, enter=fade())\n',
        ),
        _missing_letters,
    ),
)
