"""What a rule is: a stable code, words for people and models, two scenes, and the function that looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workbench.scene.checks.view import Subject, View
from workbench.scene.finding import Box, Finding, Severity

HELD_SECONDS = 0.4
"""A fault that shows for less than this is told as info: it may be a moment of a movement."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A code in words. `failing` is a scene that raises it, `passing` the same scene mended.

    `severity` is the gravest the code is raised with. Codes that no scene can raise have no examples.
    """

    code: str
    severity: Severity
    summary: str
    why: str
    fix: str
    passing: str = ""
    failing: str = ""

    def __str__(self) -> str:
        parts = [f"{self.code} ({self.severity}): {self.summary}", self.why, f"To mend it: {self.fix}"]
        parts += [f"Found in:\n\n{_indented(self.failing)}"] if self.failing else []
        parts += [f"Mended:\n\n{_indented(self.passing)}"] if self.passing else []
        return "\n\n".join(parts)


@dataclass(frozen=True, slots=True)
class Rule:
    """One check of the picture; `explanation` is its documentation and its test at once."""

    explanation: Explanation
    run: Callable[[View], Iterable[Finding]]

    @property
    def code(self) -> str:
        return self.explanation.code


def graded(severity: Severity, held_seconds: float) -> Severity:
    """Return `severity` for a fault that is held, info for one that only passes by."""
    return severity if held_seconds >= HELD_SECONDS else "info"


def found(
    code: str,
    severity: Severity,
    subject: Subject,
    message: str,
    fix: str,
    *,
    frame: int | None = None,
    box: Box | None = None,
) -> Finding:
    """Return the finding about one node, with its source line and a box rounded to tenths."""
    rounded = None if box is None else (*(round(float(side), 1) for side in box),)
    node = subject.node
    return Finding(
        code,
        severity,
        message,
        fix,
        line=node.line,
        node=node.id,
        frame=frame,
        box=rounded,  # type: ignore[arg-type]
    )


def _indented(source: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in source.strip("\n").split("\n"))
