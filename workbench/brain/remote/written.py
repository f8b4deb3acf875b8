"""What a model wrote: whole source in a block, exact replacements, new values of parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.brain.plan import ParamValue
from workbench.brain.remote.json_reading import read_object, unusable, without_thoughts

_BLOCK = re.compile(r"```([\w+-]*)[^\n]*\n(.*?)(?:```|\Z)", re.DOTALL)
_EDIT = re.compile(r"<<<<<<< FIND\n(.*?)\n?=======\n(.*?)\n?>>>>>>> REPLACE", re.DOTALL)
_MOST_PARAMS = 40


@dataclass(frozen=True, slots=True)
class Written:
    """New source (None: unchanged) and the values of parameters that change."""

    source: str | None = None
    params: Mapping[str, ParamValue] = field(default_factory=dict)


def read_written(answer: str, before: str) -> Written:
    """Read an answer to a request for source; raises ModelFailed of kind "unusable" with the reason."""
    answer = without_thoughts(answer)
    blocks = [(match[1].lower(), match[2]) for match in _BLOCK.finditer(answer)]
    params = next((_params(text) for tongue, text in blocks if tongue == "params"), {})
    edits = _EDIT.findall(answer)
    if edits:
        return Written(replaced(before, edits), params)
    source = next((text for tongue, text in blocks if tongue not in ("params", "json")), None)
    if source is None and not params:
        source = _bare(answer)
    if source is not None and not source.strip():
        raise unusable("its source is empty")
    return Written(None if source is None else source.strip("\n") + "\n", params)


def replaced(before: str, edits: list[tuple[str, str]]) -> str:
    """Return the source with every edit made; each FIND must occur exactly once."""
    text = before
    for find, replacement in edits:
        found = text.count(find) if find.strip() else 0
        if found != 1:
            first = find.strip().splitlines()[0][:60] if find.strip() else ""
            times = "nothing" if not first else f"{first!r}, which occurs {found} times"
            raise unusable(f"a FIND block names {times}")
        text = text.replace(find, replacement)
    return text


def _params(text: str) -> dict[str, ParamValue]:
    found = list(read_object(text).items())[:_MOST_PARAMS]
    return {str(name): value for name, value in found if isinstance(value, str | int | float | bool)}


def _bare(answer: str) -> str:
    """Take an answer without any block as source when it looks like nothing else."""
    if re.search(r"^\s*(?:\w+\(|with \w+|background\(|\w+ = )", answer, re.MULTILINE):
        return answer
    raise unusable("it holds no source")
