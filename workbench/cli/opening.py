"""How commands open a project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])


def project_option(command: Command) -> Command:
    """Add `--project` to a command."""
    return click.option("-p", "--project", "project_name", required=True, help="The project's name or id.")(
        command
    )


@contextmanager
def opened(name: str) -> Iterator[Studio]:
    """Give the studio of a project that exists."""
    with Workspace(Settings()) as workspace:
        yield Studio(workspace, workspace.project(name))
