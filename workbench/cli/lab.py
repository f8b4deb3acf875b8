"""`workbench lab`: JupyterLab at the tour."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from workbench.errors import EnvironmentFault

_TOUR = Path("notebooks") / "00_tour.ipynb"
_QUIET = Path(__file__).parent / "lab_config"
"""Settings for JupyterLab below the user's own: it asks nobody for news."""


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.pass_context
def lab(ctx: click.Context) -> None:
    """Open JupyterLab at the tour; further arguments go to `jupyter lab`, such as --port 9000."""
    command, environment = lab_command(Path.cwd(), ctx.args, dict(os.environ))
    sys.stdout.flush()
    os.execve(command[0], command, environment)  # noqa: S606 - this command becomes JupyterLab


def lab_command(
    here: Path, arguments: list[str], environment: dict[str, str]
) -> tuple[list[str], dict[str, str]]:
    """Return the command line and the environment that open the tour nearest to the folder `here`."""
    folders = [here, *here.parents, Path(__file__).parents[2]]
    root = next((folder for folder in folders if (folder / _TOUR).is_file()), None)
    if root is None:
        raise EnvironmentFault(
            f"{_TOUR} is neither here nor beside the package.",
            remedy="Run this in a checkout of the project.",
        )
    command = [sys.executable, "-m", "jupyterlab", str(root / _TOUR), f"--notebook-dir={root}", *arguments]
    searched = os.pathsep.join(filter(None, [environment.get("JUPYTER_CONFIG_PATH"), str(_QUIET)]))
    return command, {"WORKBENCH_DATA": str(root / "data"), **environment, "JUPYTER_CONFIG_PATH": searched}
