"""What may be written at the cursor: names of the language, arguments of the call, words of a choice.

The source around a cursor is broken more often than not, so this reads the text before it, not a tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from workbench.scene.reference import Entry, reference

_OPEN, _CLOSE = "([{", ")]}"
_OWN_NAME = re.compile(r"^\s*(?:def\s+)?([A-Za-z_]\w*)\s*(?:\(|=(?!=))", re.MULTILINE)
_TOKEN = re.compile(r"""[A-Za-z_]\w*|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|#[^\n]*|\S""")


@dataclass(slots=True)
class _Call:
    name: str
    commas: int = 0
    given: list[str] = field(default_factory=list)
    keyword: str = ""


def complete(source: str, line: int, column: int) -> list[str]:
    """Return what fits at line and column (both from 1), best first: `size=` for an argument not given yet,
    `"left"` for a word of a choice, else names that begin with what is written.
    """
    before = _before(source, line, column)
    call, last = _innermost(before)
    entry = reference().get(call.name) if call else None
    choices = _choices(entry, call) if entry and call else ()
    if last[:1] in "\"'" and last:
        return [f'"{word}"' for word in choices if word.startswith(last[1:])] if _unclosed(last) else []
    if last.startswith("#"):
        return []
    written = last if re.fullmatch(r"[A-Za-z_]\w*", last) and before.endswith(last) else ""
    words = [f'"{word}"' for word in choices] if not written else []
    return words + _arguments(entry, call, written) + _names(source, written)


def _before(source: str, line: int, column: int) -> str:
    rows = source.replace("\r\n", "\n").split("\n")[:line]
    if rows and len(rows) == line:
        rows[-1] = rows[-1][: max(column - 1, 0)]
    return "\n".join(rows)


def _innermost(before: str) -> tuple[_Call | None, str]:
    calls: list[_Call] = []
    previous = last = ""
    for token in _TOKEN.findall(before):
        previous, last = last, token
        if token in _OPEN:
            calls.append(_Call(previous if token == "(" else ""))  # noqa: S105 - a bracket
        elif token in _CLOSE:
            del calls[-1:]
        elif calls and token == ",":  # noqa: S105 - a comma
            calls[-1].commas += 1
            calls[-1].keyword = ""
        elif calls and token == "=":  # noqa: S105 - an equals sign
            calls[-1].keyword = previous
            calls[-1].given.append(previous)
    return (calls[-1] if calls else None), last


def _choices(entry: Entry, call: _Call) -> tuple[str, ...]:
    if call.keyword:
        parameter = entry.parameter(call.keyword)
    else:
        positional = [item for item in entry.parameters if not item.keyword_only]
        parameter = positional[call.commas] if call.commas < len(positional) else None
    return parameter.choices if parameter else ()


def _arguments(entry: Entry | None, call: _Call | None, written: str) -> list[str]:
    if entry is None or call is None or call.keyword:
        return []
    taken = {item.name for item in entry.parameters[: call.commas] if not item.keyword_only} | set(call.given)
    free = [item.name for item in entry.parameters if item.name not in taken and not item.variadic]
    return [f"{name}=" for name in free if name.startswith(written)]


def _names(source: str, written: str) -> list[str]:
    own = [
        name
        for name in dict.fromkeys(_OWN_NAME.findall(source))
        if name not in reference() and name != written
    ]
    known = [name for name, entry in reference().items() if entry.kind not in ("type", "choice")]
    return [name for name in [*own, *known] if name.startswith(written)]


def _unclosed(text: str) -> bool:
    return len(text) == 1 or text[-1] != text[0]
