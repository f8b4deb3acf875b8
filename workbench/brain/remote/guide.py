"""The scene language as a model is told it: made from `language.pyi`, never written twice.

The arguments that every node takes are said once; functions stand as signatures with their words. Sections
carry a weight, so that a small context keeps the nodes and the motions and loses arithmetic and charts first.
The worked examples are ordinary scene source, held to the checks by tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from workbench.brain.prompting import OURS, Prompting
from workbench.brain.remote.guide_examples import EXAMPLES
from workbench.brain.remote.parts import NEEDED, Part
from workbench.scene.reference import Entry, reference

RULES = """\
You write scenes for motion graphics in a small typed Python dialect. One scene is one source text that builds
a picture as a function of time. Rules:
- No imports, files, classes, printing or clock; `def`, `for`, `if`, lists and lambdas are fine.
- Space is in design pixels: the short side is 1080; 16:9 is 1920 x 1080, 9:16 is 1080 x 1920. Use `width`,
  `height`, places such as `center` or `bottom`, and containers, so that one source suits every shape.
- Later statements paint over earlier ones. Seconds inside a node count from its own start.
- Everything must fit: texts inside the safe area, nothing overlapping that is not meant to, contrast at
  least 4.5 (3 for large words), at least as long on screen as it takes to read.
- Give things that a person would change as `param(name, default)`; give every node a `name`.
- Motion settles before the scene ends; nothing flashes more than three times a second.
- The scene's length is `duration`; never assume another one."""

_SECTION_WEIGHTS = {
    "given": 0.9,
    "values that change": 0.85,
    "paint": 0.85,
    "motion presets (enter=, exit=, emphasis=)": 0.9,
    "nodes": NEEDED,
    "containers": 0.95,
    "charts: built from the nodes above": 0.6,
    "device frames: built from the nodes above": 0.55,
    "parameters": 0.8,
    "arithmetic and colours": 0.5,
}
_TITLES = {"motion presets (enter=, exit=, emphasis=)": "motion presets", "nodes": "nodes"}
_SHARED_TITLE = "Every node also takes these, by keyword"
_TOLD_NODES = ("text", "rect")


@dataclass(frozen=True, slots=True)
class _Shared:
    """The arguments that all nodes have in common, and how they read."""

    names: frozenset[str]
    line: str


def guide_parts(prompting: Prompting = OURS) -> tuple[Part, ...]:
    """Return the guide as parts: the rules, the shared arguments, one part per section, the examples."""
    rules = "\n".join(filter(None, (prompting.rules or RULES, prompting.extra_rules)))
    shown = EXAMPLES if prompting.examples is None else prompting.examples
    examples = (_example(title, source, place) for place, (title, source) in enumerate(shown.items()))
    return (Part("rules", rules, NEEDED), *_language_parts(), *examples)


def _example(title: str, source: str, place: int) -> Part:
    text = f"## Example: {title}\n```scene\n{source.strip()}\n```"
    return Part(f"example: {title}", text, max(0.1, 0.75 - 0.15 * place))


@cache
def _language_parts() -> tuple[Part, ...]:
    shared = _shared()
    parts = [Part("arguments of every node", shared.line, NEEDED)]
    for section, weight in _SECTION_WEIGHTS.items():
        entries = [entry for entry in reference().values() if entry.section == section]
        title = _TITLES.get(section, section)
        lines = [line for entry in entries if (line := _line(entry, shared))]
        parts.append(Part(f"language: {title}", "\n".join([f"## {title}", *lines]), weight))
    return tuple(parts)


def _shared() -> _Shared:
    first, second = (reference()[name] for name in _TOLD_NODES)
    known = {parameter.name for parameter in second.parameters}
    common = [parameter for parameter in first.parameters if parameter.name in known]
    words = ", ".join(f"{each.name}: {each.type} = {each.default}" for each in common)
    notes = "x, y or at= place its anchor (inside row, column, stack and grid the layout places it)."
    return _Shared(frozenset(each.name for each in common), f"{_SHARED_TITLE}: {words}\n{notes}")


def _line(entry: Entry, shared: _Shared) -> str:
    doc = " ".join(entry.doc.split())
    if entry.kind == "type" and not doc:
        return ""
    if entry.kind == "node":
        return _told(_own_signature(entry, shared), doc)
    if entry.kind == "type" and not entry.signatures[0].startswith("class "):
        return _told(f"{entry.name} = {entry.signatures[0]}", doc)
    if entry.kind == "choice":
        return f"{entry.name} = {' | '.join(entry.choices)}"
    return "\n".join(
        _told(signature, doc if place == 0 else "") for place, signature in enumerate(entry.signatures)
    )


def _own_signature(entry: Entry, shared: _Shared) -> str:
    own, opened = [], False
    for parameter in entry.parameters:
        if parameter.name in shared.names and entry.name != "group":
            continue
        if parameter.keyword_only and not opened:
            own.append("*")
            opened = True
        default = "" if parameter.default is None else f" = {parameter.default}"
        own.append(f"{parameter.name}: {parameter.type}{default}")
    return f"{entry.name}({', '.join([*own, '...'])})"


def _told(signature: str, doc: str) -> str:
    bare = re.sub(r"\s*->\s*(Node|None|Motion)$", "", signature)
    return f"{bare} -- {doc}" if doc else bare
