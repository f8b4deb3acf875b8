"""Scene source read on the host, carefully: it is text from anybody, and is never executed here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workbench.scene.finding import Finding
from workbench.scene.limits import Limits
from workbench.syntax import syntax_tree

_MOST_SYNTAX_DEPTH = 120
_LEAVES = {ast.Load, ast.Store, ast.Add, ast.Sub, ast.Mult, ast.Div}
_NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")
_GIVEN_MODULES = {
    "math": "sin, cos, tan, atan2, sqrt, exp, log, floor, ceil, pi and tau",
    "random": "random(seed) with uniform, integer, choice and shuffled",
    "colorsys": "hsl, rgb, mix, lighten and darken",
    "typing": "everything in the language; leave type names out",
    "time": "functions of time such as lambda t: sin(t)",
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """Normalised text, its tree and every node of it, or findings that say why there is none."""

    text: str
    tree: ast.Module | None
    findings: tuple[Finding, ...] = ()
    nodes: tuple[ast.AST, ...] = ()


def parse(source: str, limits: Limits) -> Parsed:
    """Read `source` within the limits of size and nesting."""
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    refusal = _too_much(text, limits)
    if refusal:
        return Parsed(text, None, (refusal,))
    try:
        tree = syntax_tree(text)
    except SyntaxError as error:
        if "too many nested" in str(error.msg):
            return Parsed(text, None, (_too_deep("Too many brackets are open at once.", error.lineno or 1),))
        return Parsed(text, None, (_syntax(error, text),))
    except (RecursionError, MemoryError):
        return Parsed(text, None, (_too_deep("The source is nested too deeply to be read."),))
    except ValueError as error:
        words = f"The source cannot be read: {error}."
        return Parsed(text, None, (Finding("syntax", "error", words, "Take that character out.", 1, 1),))
    nodes = _nodes(tree)
    if nodes is None:
        return Parsed(text, None, (_too_deep("An expression or block is nested too deeply."),))
    return Parsed(text, tree, tuple(_unsupported(nodes))[: limits.findings], nodes)


def used_params(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Return the names of the params whose value is read: all but those assigned to a name nobody reads
    and those called as a statement of their own.
    """
    read = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    declared: set[str] = set()
    idle: set[str] = set()
    for node in nodes:
        if (name := _param_name(node)) is not None:
            declared.add(name)
        elif isinstance(node, ast.Expr) and (name := _param_name(node.value)) is not None:
            idle.add(name)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and (name := _param_name(node.value)) is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            plain = [target.id for target in targets if isinstance(target, ast.Name)]
            if len(plain) == len(targets) and not read.intersection(plain):
                idle.add(name)
    return frozenset(declared - idle)


def _param_name(node: ast.AST | None) -> str | None:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "param"):
        return None
    given = [*node.args[:1], *(item.value for item in node.keywords if item.arg == "name")]
    first = given[0] if given else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def _too_much(text: str, limits: Limits) -> Finding | None:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > limits.source_bytes:
        return Finding(
            "limit-size",
            "error",
            f"The source is {size:,} bytes long; at most {limits.source_bytes:,} are read.",
            "Build what repeats with a loop, and split long scenes.",
            1,
            1,
        )
    strange = _NO_TEXT.search(text)
    if strange:
        words = f"The source holds the character {strange[0]!r}, which no text has."
        line = text.count("\n", 0, strange.start()) + 1
        column = strange.start() - text.rfind("\n", 0, strange.start())
        return Finding("syntax", "error", words, "Take that character out.", line, column)
    return None


def _too_deep(words: str, line: int = 1, column: int = 1) -> Finding:
    return Finding(
        "limit-depth", "error", words, "Give parts a name of their own and put them together.", line, column
    )


def _nodes(tree: ast.Module) -> tuple[ast.AST, ...] | None:
    found: list[ast.AST] = []
    level: list[ast.AST] = [tree]
    for _ in range(_MOST_SYNTAX_DEPTH):
        found.extend(level)
        level = [
            child for node in level for child in ast.iter_child_nodes(node) if type(child) not in _LEAVES
        ]
        if not level:
            return tuple(found)
    return None


def _syntax(error: SyntaxError, text: str) -> Finding:
    message = str(error.msg).replace("<unknown>", "the source")
    line = min(error.lineno or 1, text.count("\n") + 1)
    words = message[:1].upper() + message[1:]
    return Finding(
        "syntax", "error", f"{words.rstrip('.')}.", _syntax_fix(message), line, max(1, error.offset or 1),
        error.end_lineno, error.end_offset,
    )  # fmt: skip


def _syntax_fix(message: str) -> str:
    if "never closed" in message:
        return "Close the bracket that is open here."
    if "unterminated" in message:
        return "End the text with the quotation mark it began with."
    if "indent" in message:
        return "Indent by four spaces inside with, for, if and def; nowhere else."
    if "expected ':'" in message:
        return "End the line with a colon."
    if "forgot a comma" in message:
        return "Put a comma between the arguments."
    return "Mend the line; scene source is written like Python."


def _unsupported(nodes: Iterable[ast.AST]) -> Iterator[Finding]:
    for node in nodes:
        told = _why_not(node)
        if told:
            assert isinstance(node, ast.stmt | ast.expr)
            words, fix = told
            yield Finding(
                "unsupported", "error", words, fix, node.lineno, node.col_offset + 1, node.end_lineno,
                (node.end_col_offset or 0) + 1,
            )  # fmt: skip


def _why_not(node: ast.AST) -> tuple[str, str] | None:
    match node:
        case ast.Import(names=names):
            return _no_import(names[0].name)
        case ast.ImportFrom(module=module):
            return _no_import(module or ".")
        case ast.Yield() | ast.YieldFrom():
            return "yield does not exist in the scene language.", "Build a list and return it."
        case ast.ClassDef(bases=bases) if bases:
            return "Classes cannot inherit in the scene language.", "Write a function that makes the nodes."
        case ast.AsyncFunctionDef() | ast.Await() | ast.AsyncFor() | ast.AsyncWith():
            return (
                "async does not exist in the scene language.",
                "Use functions of time: lambda t: 40 * sin(t).",
            )
        case ast.Delete():
            return "del does not exist in the scene language.", "Give the name another value, or leave it."
    return None


def _no_import(module: str) -> tuple[str, str]:
    given = _GIVEN_MODULES.get(module.split(".", maxsplit=1)[0])
    words = f"Nothing can be imported; {module} is not part of the scene language."
    return (
        words,
        f"Leave the line out: there is {given}."
        if given
        else "Leave the line out; everything is simply there.",
    )
