"""What memory does: a section of the context packet, and defaults for what a prompt leaves open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workbench.memory.beliefs import Belief, in_force

CountTokens = Callable[[str], int]

_HEADING = "What this user likes (from their own words and edits; a prompt that says otherwise wins):"


@dataclass(frozen=True, slots=True)
class Section:
    """Text for the context packet, what it costs in tokens, and the lines there was no room for."""

    text: str
    tokens: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hint:
    """A default to use, or a value to avoid, where the prompt is silent; `because` is told to the user."""

    key: str
    value: str
    avoid: bool
    confidence: float
    because: str


def packet_section(held: Iterable[Belief], budget_tokens: int, count: CountTokens) -> Section:
    """Return the beliefs in force as lines for a model, the surest first, within the budget.

    A line that does not fit is left out whole and named in `left_out`; without any line the text is empty.
    """
    lines, left_out = [_HEADING], []
    for belief in _surest(held):
        line = told(belief)
        if count("\n".join([*lines, line])) <= budget_tokens:
            lines.append(line)
        else:
            left_out.append(line)
    text = "\n".join(lines) if len(lines) > 1 else ""
    return Section(text, count(text) if text else 0, tuple(left_out))


def told(belief: Belief) -> str:
    """Return a belief as one line: what it is, for whom, how sure, and in whose words."""
    verb = "avoid" if belief.state == "avoided" else "use"
    whose = "this project" if belief.scope == "project" else "every project"
    sure = "pinned" if belief.pinned else f"{_sureness(belief):.0%} sure"
    reason = belief.reason
    said = f': "{reason.said}"' if reason and reason.said else ""
    return f"- {belief.label}: {verb} {belief.value} ({whose}, {sure}{said})"


def hints(held: Iterable[Belief]) -> tuple[Hint, ...]:
    """Return what to use or to avoid where a prompt is silent, the surest first."""
    return tuple(
        Hint(
            belief.key,
            belief.value,
            belief.state == "avoided",
            round(_sureness(belief), 4),
            _because(belief),
        )
        for belief in _surest(held)
    )


def _because(belief: Belief) -> str:
    reason = belief.reason
    if belief.pinned or reason is None:
        return f"because you pinned {belief.label} {belief.value}"
    on = f"{reason.when.day} {reason.when:%B %Y}"
    if reason.source == "edit":
        return f"because of your own edit on {on} ({reason.said})"
    if reason.source == "image":
        return f"because of your picture of {on} ({reason.said})"
    asked = "asked against" if belief.state == "avoided" else "asked for"
    return f"because you {asked} {belief.value} on {on}"


def _surest(held: Iterable[Belief]) -> list[Belief]:
    used = in_force(held)
    return sorted(used, key=lambda each: (not each.pinned, -_sureness(each), each.key, each.value))


def _sureness(belief: Belief) -> float:
    return 1 - belief.confidence if belief.state == "avoided" else belief.confidence
