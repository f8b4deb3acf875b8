"""Whether an edit touched only what it was about.

What an edit is about are the nodes it names; when nobody named one, the nodes whose name or words occur in
the instruction; when there is none of those either, it is not known, and the edit is not judged by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from workbench.brain.edits.parts import MEANT_BY
from workbench.brain.plan import EditScene
from workbench.scene.diff import Change, diff, locality
from workbench.scene.finding import Finding
from workbench.scene.graph import Graph, Node

JUDGED = frozenset({"surgical", "fix"})
"""Kinds of edits that may touch nothing else."""
STRAY = "stray-change"
_SCENE_WORDS = re.compile(r"\b(?:background|backdrop|scene|everything|duration|all)\b", re.IGNORECASE)
_WHERE = re.compile(
    r"\b(?:in|of|on|for)\s+(?:the\s+|this\s+|that\s+)?(?:[\w-]+\s+)?scene\b|\bscene\s+(?:\d+|one|two|three|four|five|six)\b",
    re.IGNORECASE,
)
"""Where an edit takes place, which does not make the scene itself what it is about."""
_LEAST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Touched:
    """The share of changes that lie where they should (None: not known), and those that do not."""

    share: float | None = None
    strays: tuple[Finding, ...] = ()


def touched(step: EditScene, before: Graph | None, after: Graph | None) -> Touched:
    """Compare two states of a scene with what the step is about."""
    if before is None or after is None:
        return Touched()
    targets = targets_of(step, before)
    if not targets:
        return Touched()
    changes = diff(before, after)
    strays = [_stray(change) for change in changes.changes if _is_stray(change, targets)]
    return Touched(locality(changes, targets), tuple(strays) if step.edit_kind in JUDGED else ())


def targets_of(step: EditScene, graph: Graph) -> frozenset[str]:
    """Return the ids of the nodes the step is about; the empty id is the scene itself."""
    nodes = tuple(graph.walk())
    named = {node.id for node in nodes if any(_is_called(node, name) for name in step.targets)}
    if "" in step.targets or "scene" in step.targets:
        named.add("")
    if not named:
        named = {node.id for node in nodes if _is_mentioned(node, step.instruction)}
        if _SCENE_WORDS.search(_WHERE.sub("", step.instruction)):
            named.add("")
    return frozenset(named)


def _is_called(node: Node, name: str) -> bool:
    wanted = name.strip().casefold()
    quoted = re.fullmatch(r'\w+ "(.*)"', wanted)
    return wanted == node.id.casefold() or (quoted is not None and _words(node).startswith(quoted[1]))


def _is_mentioned(node: Node, instruction: str) -> bool:
    said = instruction.casefold()
    given = not re.fullmatch(rf"{node.kind}-\d+", node.id)
    return any(
        len(text) >= _LEAST_LETTERS and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", said)
        for text in _names(node, given)
    )


def _names(node: Node, given: bool) -> Iterable[str]:
    called = node.id.casefold() if given else ""
    others = (word for word, names in MEANT_BY.items() if called in names)
    return (called, _words(node), *others)


def _words(node: Node) -> str:
    content = node.props.get("content")
    return content.casefold().strip() if isinstance(content, str) else ""


def _is_stray(change: Change, targets: frozenset[str]) -> bool:
    """Say whether a change lies outside; what is new, or only a parameter's value, shows elsewhere or not."""
    if change.kind == "added" or change.label.startswith("Parameter "):
        return False
    return not any(node in targets for node in change.path or ("",))


def _stray(change: Change) -> Finding:
    return Finding(
        STRAY,
        "error",
        f"This also changed, and nobody asked for it: {change}.",
        "Put it back exactly as it was.",
        node=change.path[-1] if change.path else None,
    )
