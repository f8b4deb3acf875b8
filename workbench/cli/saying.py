"""How commands speak: words for people on stdout, one JSON document for programs, progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click

from workbench.render.progress import Progress
from workbench.scene.finding import Finding

Command = TypeVar("Command", bound=Callable[..., Any])

_COLORS = {"error": "red", "warning": "yellow", "info": "blue"}


def json_option(command: Command) -> Command:
    """Add `--json` to a command."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def say_json(data: Any) -> None:
    """Print one JSON document on stdout."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False, default=str))


def say_done(told: str, as_json: bool, **facts: Any) -> None:
    """Say in one line what was done, or as a document of facts."""
    if as_json:
        say_json({"told": told, **facts})
    else:
        click.echo(told)


def say_findings(findings: Iterable[Finding], *, where: str = "") -> None:
    """Print findings, one a line with its fix below."""
    for finding in findings:
        severity = click.style(finding.severity, fg=_COLORS[finding.severity])
        place = " · ".join(part for part in (where, finding.place) if part)
        click.echo(f"{severity} {finding.code} {place}: {finding.message}\n    fix: {finding.fix}")


def say_table(rows: Sequence[Sequence[object]], header: Sequence[str]) -> None:
    """Print rows under a header, columns aligned."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(line[place]) for line in [list(header), *texts]) for place in range(len(header))]
    click.secho(_line(header, widths), bold=True)
    for text in texts:
        click.echo(_line(text, widths))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


class ProgressLine:
    """One line on stderr that says how far a render is; silent when stderr is no terminal."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._shown = sys.stderr.isatty()

    def __call__(self, progress: Progress) -> None:
        """Show the progress."""
        if not self._shown:
            return
        eta = f", {progress.eta_seconds:.0f} s left" if progress.eta_seconds else ""
        text = f"{self._label} {progress.done}/{progress.total} frames, {progress.fps:.0f} a second{eta}"
        click.echo(f"\r\x1b[2K{text}", nl=False, err=True)
        if progress.done >= progress.total:
            click.echo("\r\x1b[2K", nl=False, err=True)
