"""What memory does: a section of the context packet, and defaults for what a prompt leaves open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workbench.memory.beliefs import Belief, in_force
from workbench.memory.evidence import NOT_TO_BE_HAD

CountTokens = Callable[[str], int]

TASTES_TITLE = "What this user likes, from their own words and edits (the prompt wins where it differs)"


@dataclass(frozen=True, slots=True)
class Section:
    """Lines for the context packet, what they cost in tokens, and the lines there was no room for."""

    title: str
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

    A line that does not fit is left out whole and named in `left_out`.
    """
    return section_of(TASTES_TITLE, map(told, _surest(held)), budget_tokens, count)


def section_of(title: str, lines: Iterable[str], budget_tokens: int, count: CountTokens) -> Section:
    """Return as many of the lines, from the first, as fit with the title; none is ever cut."""
    kept: list[str] = []
    left_out = []
    for line in lines:
        if count("\n".join([title, *kept, line])) <= budget_tokens:
            kept.append(line)
        else:
            left_out.append(line)
    text = "\n".join(kept)
    return Section(title, text, count(f"{title}\n{text}") if text else 0, tuple(left_out))


def told(belief: Belief) -> str:
    """Return a belief as one line: what it is, for whom, how sure, and in whose words."""
    verb = "avoid" if belief.state == "avoided" else "use"
    whose = "this project" if belief.scope == "project" else "every project"
    sure = "pinned" if belief.pinned else f"{_sureness(belief):.0%} sure"
    reason = belief.reason
    said = f': "{reason.said}"' if reason and reason.said else ""
    never = NOT_TO_BE_HAD.get((belief.key, belief.value), "") if belief.state != "avoided" else ""
    but = f"; {never}: do without, and tell the user" if never else ""
    return f"- {belief.label}: {verb} {belief.value} ({whose}, {sure}{said}){but}"


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
    asked = "asked for" if reason.sign > 0 else "asked against"
    return f"because you {asked} {reason.value} on {on}"


def _surest(held: Iterable[Belief]) -> list[Belief]:
    used = in_force(held)
    return sorted(used, key=lambda each: (not each.pinned, -_sureness(each), each.key, each.value))


def _sureness(belief: Belief) -> float:
    return 1 - belief.confidence if belief.state == "avoided" else belief.confidence
