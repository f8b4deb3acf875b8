"""What differs between two texts, by lines, in a time that has a bound whatever the texts are.

`difflib` takes cubic time for lines that alternate between common and unique ones: 64 KB that somebody wrote
so keep it busy for half an hour, with the interpreter's lock held. Here it looks only at what lies between
the first and the last line that differ, and its steps are counted; when they run out, what was not compared
counts as replaced, which is true as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher
from itertools import accumulate
from typing import NamedTuple

MOST_STEPS = 2_000_000
"""Comparisons of two lines: some tenths of a second."""


class Part(NamedTuple):
    """Lines `begin` to `end` of the old text and what stands there in the new one, counted from 0."""

    kind: str
    """`equal`, `replace`, `delete` or `insert`."""
    begin: int
    end: int
    new_begin: int
    new_end: int


class _Counted(SequenceMatcher[str]):
    """Compares lines in so many steps; what is left to compare then counts as different."""

    def __init__(self, old: Sequence[str], new: Sequence[str], most_steps: int) -> None:
        super().__init__(None, old, new)
        self._left = most_steps
        self._end = len(old)
        places: dict[str, list[int]] = self.b2j  # type: ignore[attr-defined]  # documented, but not in the stubs
        steps = (1 + len(places.get(line, ())) for line in old)
        self._steps = list(accumulate(steps, initial=0))

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        steps = self._steps[self._end if ahi is None else ahi] - self._steps[alo]
        if steps > self._left:
            return Match(alo, blo, 0)
        self._left -= steps
        return super().find_longest_match(alo, ahi, blo, bhi)


def parts(old: Sequence[str], new: Sequence[str], *, most_steps: int = MOST_STEPS) -> list[Part]:
    """Return how the old lines become the new ones, in order and without gaps."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    found = _Counted(before, after, most_steps).get_opcodes()
    between = [Part(kind, *(place + head for place in places)) for kind, *places in found]
    ends = (
        Part("equal", 0, head, 0, head),
        Part("equal", len(old) - tail, len(old), len(new) - tail, len(new)),
    )
    return [each for each in (ends[0], *between, ends[1]) if each.begin < each.end or each.kind == "insert"]


def unified(
    old: Sequence[str],
    new: Sequence[str],
    names: tuple[str, str],
    *,
    line_end: str = "\n",
    context: int = 3,
) -> Iterator[str]:
    """Yield the unified diff as lines, written as `difflib.unified_diff` does; none for equal texts."""
    for number, hunk in enumerate(_hunks(parts(old, new), context)):
        if not number:
            yield f"--- {names[0]}{line_end}"
            yield f"+++ {names[1]}{line_end}"
        first, last = hunk[0], hunk[-1]
        here, there = _range(first.begin, last.end), _range(first.new_begin, last.new_end)
        yield f"@@ -{here} +{there} @@{line_end}"
        for part in hunk:
            if part.kind == "equal":
                yield from (f" {line}" for line in old[part.begin : part.end])
            else:
                yield from (f"-{line}" for line in old[part.begin : part.end])
                yield from (f"+{line}" for line in new[part.new_begin : part.new_end])


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many lines both begin with."""
    return next(
        (number for number, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )


def _hunks(found: Sequence[Part], context: int) -> Iterator[list[Part]]:
    """Yield what differs with `context` equal lines around it; what lies close together is one hunk."""
    hunk: list[Part] = []
    for number, part in enumerate(found):
        size = part.end - part.begin
        between = 0 < number < len(found) - 1
        if part.kind != "equal" or (between and size <= 2 * context):
            hunk.append(part)
            continue
        if hunk:
            yield [*hunk, _cut(part, 0, min(size, context))]
        hunk = [_cut(part, max(0, size - context), size)]
    if any(part.kind != "equal" for part in hunk):
        yield hunk


def _cut(part: Part, first: int, last: int) -> Part:
    """Return lines `first` to `last` of an equal part."""
    return Part(
        part.kind, part.begin + first, part.begin + last, part.new_begin + first, part.new_begin + last
    )


def _range(begin: int, end: int) -> str:
    """Return lines as a hunk's head names them: counted from 1, with how many when it is not one."""
    size = end - begin
    return f"{begin + 1}" if size == 1 else f"{begin + bool(size)},{size}"
