"""A format asked for when a project is opened: it shapes a new project and changes none that is there."""

from __future__ import annotations

from workbench.errors import InputError
from workbench.scene.format import Format
from workbench.store.values import Project


def refuse_other_format(project: Project, wanted: str | Format | None) -> None:
    """Raise InputError when the project has another format; a text without "@" leaves the frame rate open."""
    now = Format(project.width, project.height, project.fps)
    asked = Format.parse(wanted, now.fps) if isinstance(wanted, str) else wanted
    if asked in (None, now):
        return
    raise InputError(
        f"The project {project.name!r} is there already and is {now}, not {asked}.",
        remedy=f"Open it without a format. To change it: Format in the studio, `workbench project format "
        f'"{project.name}" {wanted}`, or studio.do(SetFormat(format="{wanted}")).',
    )
