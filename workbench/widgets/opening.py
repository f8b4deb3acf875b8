"""Opening a project in a notebook: one studio and one widget a project, whatever is run how often."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.scene.format import Format
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio, open_studio
from workbench.studio.workspace import Workspace

if TYPE_CHECKING:
    from workbench.widgets.studio_widget import StudioWidget

_OPEN: dict[tuple[Path, str], Studio] = {}
_SHOWN: dict[int, StudioWidget] = {}


def open(  # noqa: A001 - wb.open is the user's word
    name: str,
    format: str | Format | None = None,  # noqa: A002 - the user's word
    *,
    workspace: Workspace | None = None,
) -> Studio:
    """Open a project by name, or begin it; in a notebook it shows the studio.

    `format`, such as "9:16" or "1280x720@60", counts only for a new project. Opening a project again while
    it is open returns the same studio.
    """
    folder = (workspace.settings if workspace else Settings()).data.absolute()
    for key in [key for key, known in _OPEN.items() if known.closed]:
        del _OPEN[key]
    for (data, _), known in _OPEN.items():
        if data == folder and name in (known.project_id, known.name) and workspace in (None, known.workspace):
            return known
    studio = open_studio(name, format, workspace=workspace)
    studio.view = studio_bundle
    _OPEN[folder, studio.project_id] = studio
    return studio


def studio_bundle(studio: Studio) -> dict[str, Any]:
    """Return the mimebundle part that lets a notebook show the studio."""
    widget = widget_of(studio)
    return {
        "application/vnd.jupyter.widget-view+json": {
            "version_major": 2,
            "version_minor": 0,
            "model_id": widget.model_id,
        }
    }


def widget_of(studio: Studio) -> StudioWidget:
    """Return the studio's widget, made when it is first wanted."""
    from workbench.widgets.studio_widget import StudioWidget

    widget = _SHOWN.get(id(studio))
    if widget is None or widget.desk.closed:
        widget = _SHOWN[id(studio)] = StudioWidget(studio)
    return widget
