"""How a run went wrong, as a finding at the author's own line."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from workbench.scene.declared import declared_params
from workbench.scene.finding import Finding
from workbench.scene.limits import Limits
from workbench.scene.located import Located
from workbench.scene.raised import raised
from workbench.scene.sandbox import Fault
from workbench.scene.sealed import unsealed
from workbench.scene.wording import nearest

_FIXES = {
    "IndexError": "Use an index that the list has; the first is 0.",
    "KeyError": "Use a key that the dict has.",
    "ZeroDivisionError": "Keep the divisor away from 0, for example with a + 1e-6.",
    "NameError": "Define the name before this line.",
    "UnboundLocalError": "Give the name a value before it is read.",
    "RecursionError": "Let the function end; a loop is safer.",
    "ModuleNotFoundError": "Leave the import out; everything is simply there.",
    "SyntaxError": "Mend the line; scene source is written like Python.",
}
_HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")
_INTERNAL = "Internal error in monty: "
_GAP = "The monty syntax parser does not yet support "
NOT_STARTED_FIX = "Try again when the machine is less busy; workbench doctor tries each part."
_REFUSED = re.compile(r"@([\w-]+)(?:@(\d{1,6}))?: (.+) \| (.+)", re.DOTALL)
"""What the language itself refuses: a code, the line of the node where that is known, words and a fix."""
_PLAINER = "Write it with functions, loops and lists."


def explain(fault: Fault, located: Located, limits: Limits) -> Finding:
    """Return the finding for a run that gave no picture."""
    line, column, end_line, end_column = _place(fault, located)
    code, message, fix = raised(fault, located.text) or _limit(fault, limits) or _mistake(fault)
    return Finding(
        code,
        "error",
        message,
        fix,
        line,
        located.original_column(line, column),
        end_line,
        located.original_column(end_line, end_column),
    )


def _place(fault: Fault, located: Located) -> tuple[int, int, int, int]:
    """Return where it happened.

    For a mistake in a `with` the interpreter tells the end of the block; the node tells its own line.
    """
    told = fault.frames[-1] if fault.frames else (1, 1, 1, 1)
    refused = _REFUSED.match(fault.message)
    rows = located.text.split("\n")
    if refused is None or refused[2] is None or not 1 <= (line := int(refused[2])) <= len(rows):
        return told
    call = re.search(r"[A-Za-z_]\w*(?=\()", rows[line - 1])
    if line == told[0] or call is None:
        return told
    return line, call.start() + 1, line, call.end() + 1


def _limit(fault: Fault, limits: Limits) -> tuple[str, str, str] | None:
    if fault.kind == "TimeoutError":
        words = f"The source ran for {limits.run_seconds:g} seconds and was stopped."
        return "limit-time", words, "Look for a loop that does not end, and compute less."
    if fault.kind == "MemoryError":
        words = f"The source needed more than {limits.memory_bytes // 2**20} MB of memory."
        return "limit-memory", words, "Make smaller lists and texts."
    if fault.kind == "RecursionError":
        return "limit-depth", "A function calls itself too deeply.", _FIXES["RecursionError"]
    if fault.kind == "Crashed":
        return (
            "sandbox",
            "The worker that ran this source was lost.",
            "Simplify the source; the next run has a new worker.",
        )
    if fault.kind == "NotStarted":
        return "sandbox", not_started(fault.message), NOT_STARTED_FIX
    if match := _REFUSED.match(fault.message):
        return match[1], f"{match[3]}.", match[4]
    return None


def not_started(why: str) -> str:
    """Return the words for a source that no worker could be started for."""
    return f"No worker for this source could be started: {why.rstrip('.')}."


def _mistake(fault: Fault) -> tuple[str, str, str]:
    message = unsealed(fault.message).removeprefix(_INTERNAL)
    if fault.kind == "Unsupported":
        lacks = (
            f"The scene language has no {message.removeprefix(_GAP)}" if message.startswith(_GAP) else message
        )
        return "unsupported", f"{lacks.rstrip('.')}.", _PLAINER
    if fault.kind == "TypeError" and (
        match := re.search(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", message)
    ):
        return "argument", f"{match[1]}() has no argument {match[2]}.", "Leave it out."
    code = {"NameError": "name", "SyntaxError": "syntax"}.get(fault.kind, "runtime")
    words = message[:1].upper() + message[1:] if message else fault.kind
    if fault.kind == "KeyError":
        words = f"There is no key {message}"
    return code, f"{words.rstrip('.')}.", _FIXES.get(fault.kind, "Change the value that this line works on.")


def unknown_param(name: str, known: tuple[str, ...]) -> Finding:
    """Return the warning for a param that was set although the source declares none of that name."""
    close = nearest(name, known)
    fix = (
        f"Did you mean {close}?"
        if close
        else (f"It has {', '.join(known)}." if known else "It has no params.")
    )
    return Finding("param", "warning", f"The scene has no param {name}.", fix)


def unusable_params(params: Mapping[str, object], source: str) -> tuple[Finding, ...]:
    """Return an error for every value that no param can have."""
    lines = {param.name: param.line for param in declared_params(source)}
    return tuple(
        Finding("param", "error", *_unusable(name, value), lines.get(name, 1))
        for name, value in params.items()
        if not _settable(value)
    )


def _unusable(name: str, value: object) -> tuple[str, str]:
    if isinstance(value, str):
        half = _HALF_CHARACTER.search(value)
        assert half is not None
        words = f"The param {name} holds the character {half[0]!r}, which no text has."
        return words, "Take that character out."
    words = f"The param {name} was set to {str(value)[:40]}, a {type(value).__name__}."
    return words, "Set it to a number, a text, True or False."


def _settable(value: object) -> bool:
    if isinstance(value, str):
        return not _HALF_CHARACTER.search(value)
    return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
