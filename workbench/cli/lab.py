"""`workbench lab`: JupyterLab at the tour."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from workbench.errors import EnvironmentFault

_TOUR = Path("notebooks") / "00_tour.ipynb"


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.pass_context
def lab(ctx: click.Context) -> None:
    """Open JupyterLab at the tour; further arguments go to `jupyter lab`."""
    root = next((folder for folder in _roots() if (folder / _TOUR).is_file()), None)
    if root is None:
        raise EnvironmentFault(
            f"{_TOUR} is neither here nor beside the package.",
            remedy="Run this in a checkout of the project.",
        )
    os.environ.setdefault("WORKBENCH_DATA", str(root / "data"))
    arguments = ["-m", "jupyterlab", str(root / _TOUR), f"--notebook-dir={root}", *ctx.args]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - this command becomes JupyterLab


def _roots() -> list[Path]:
    return [Path.cwd(), *Path.cwd().parents, Path(__file__).parents[2]]
