"""One located problem, written so that a person or a model can act on it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]
Box = tuple[float, float, float, float]
"""left, top, right, bottom in design pixels."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with a stable code, the place it is at, and how to mend it.

    Source problems carry `line` and `column` (from 1); problems of the picture carry the `node`, its
    source `line`, the `frame` (from 0) at which they are worst and the `box` they cover.
    """

    code: str
    severity: Severity
    message: str
    fix: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    node: str | None = None
    frame: int | None = None
    box: Box | None = None

    @property
    def place(self) -> str:
        """Return the place in words, such as `line 4, column 12` or `text-1 at frame 30`."""
        parts = []
        if self.line is not None:
            parts.append(f"line {self.line}" + (f", column {self.column}" if self.column else ""))
        if self.node:
            parts.append(self.node)
        if self.frame is not None:
            parts.append(f"frame {self.frame}")
        return " · ".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, without the fields that say nothing."""
        return {key: value for key, value in asdict(self).items() if value is not None}

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        return f"{self.severity} {self.code}: {place}{self.message} Fix: {self.fix}"


def worst(findings: tuple[Finding, ...] | list[Finding]) -> Severity | None:
    """Return the gravest severity among `findings`, or None when there are none."""
    found = {finding.severity for finding in findings}
    order: tuple[Severity, ...] = ("error", "warning", "info")
    return next((severity for severity in order if severity in found), None)
