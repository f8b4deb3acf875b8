"""Opening a project in a notebook: one studio and one desk a project, whatever is run how often."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, overload

from workbench.errors import NotFound
from workbench.scene.format import Format
from workbench.studio.settings import Settings
from workbench.studio.shaping import refuse_other_format
from workbench.studio.studio import Studio, open_studio
from workbench.studio.workspace import Workspace

if TYPE_CHECKING:
    from workbench.studio.remote.calling import Calling
    from workbench.studio.remote.studio import RemoteStudio
    from workbench.widgets.showing import Shown

_OPEN: dict[tuple[Path, str], Studio] = {}
_FAR: dict[tuple[str, str, str], RemoteStudio] = {}
"""Studios at services, by address, token and the name they were opened with."""
_OPENED: list[Studio | RemoteStudio] = []
"""Every studio that was opened here and not closed since, in that order."""
_CALLING: dict[int, Calling] = {}
_SHOWN: dict[int, Shown] = {}
REMOTE_LOOK_SECONDS = 3.0
"""How often a service is asked for what its events do not tell, such as messages of others."""


@overload
def open(  # noqa: A001 - wb.open is the user's word
    name: str, format: str | Format | None = None, *, workspace: Workspace | None = None
) -> Studio: ...


@overload
def open(  # noqa: A001 - wb.open is the user's word
    name: str, format: str | Format | None = None, *, url: str, token: str = ""
) -> RemoteStudio: ...


def open(  # noqa: A001 - wb.open is the user's word
    name: str,
    format: str | Format | None = None,  # noqa: A002 - the user's word
    *,
    workspace: Workspace | None = None,
    url: str = "",
    token: str = "",
) -> Studio | RemoteStudio:
    """Open a project by name, or begin it; in a notebook it shows the studio.

    `format`, such as "9:16" or "1280x720@60", is that of a new project; where a project has another already,
    InputError says how to change it. Opening a project again while it is open returns the same studio. With
    `url` the project is one that `workbench serve` keeps there, for whoever shows the `token` (default:
    WORKBENCH_TOKEN); the editor paints here and keeps everything there.
    """
    if url:
        return _open_remote(name, format, url, token)
    folder = (workspace.settings if workspace else Settings()).data.absolute()
    for (data, _), known in _living().items():
        if data == folder and name in (known.project_id, known.name) and workspace in (None, known.workspace):
            refuse_other_format(known.project, format)
            return known
    studio = open_studio(name, format, workspace=workspace)
    studio.view = studio_bundle
    _OPEN[folder, studio.project_id] = studio
    _OPENED.append(studio)
    return studio


def _open_remote(name: str, format: str | Format | None, url: str, token: str) -> RemoteStudio:  # noqa: A002
    from workbench.studio.remote.calling import Calling
    from workbench.studio.remote.studio import open_remote
    from workbench.studio.remote_settings import RemoteSettings

    shown_token = token or RemoteSettings().token.get_secret_value()
    place = (url.rstrip("/"), shown_token, name)
    known = _FAR.get(place)
    if known is not None and not known.closed:
        refuse_other_format(known.project, format)
        return known
    calling = Calling(url, shown_token)
    studio = _FAR[place] = open_remote(name, format, calling)
    studio.view = studio_bundle
    _CALLING[id(studio)] = calling
    calling.when_closed.append(lambda: _CALLING.pop(id(studio), None))
    _OPENED.append(studio)
    return studio


def studio_of(project_id: str | None = None) -> Studio | RemoteStudio:
    """Return the open studio of a project, or the one opened last; raises NotFound when there is none."""
    _OPENED[:] = [each for each in _OPENED if not each.closed]
    found = [each for each in _OPENED if project_id in (None, each.project_id)]
    if not found:
        raise NotFound("No such project is open.", remedy='Open it first: studio = wb.open("My project").')
    return found[-1]


def open_workspace() -> Workspace | None:
    """Return the workspace of the studio over a data folder that was opened last, where one is open."""
    here = list(_living().values())
    return here[-1].workspace if here else None


def shown(studio: Studio | RemoteStudio) -> Shown:
    """Return what shows a studio in a notebook, made when it is first wanted."""
    from workbench.widgets.showing import Shown

    found = _SHOWN.get(id(studio))
    if found is None or found.desk.closed:
        found = Shown(studio) if isinstance(studio, Studio) else _far_shown(studio)
        _SHOWN[id(studio)] = found
    return found


def _far_shown(studio: RemoteStudio) -> Shown:
    """Return what shows a studio at a service: painted here, kept there."""
    from workbench.studio.remote.near import NearStudio
    from workbench.widgets.showing import Shown

    calling = _CALLING[id(studio)]
    near = cast("Studio", NearStudio(studio, calling))  # all that a desk asks of a studio
    found = Shown(near, REMOTE_LOOK_SECONDS)
    calling.when_closed += [found.close, lambda: _SHOWN.pop(id(studio), None)]
    return found


def studio_bundle(studio: Studio | RemoteStudio) -> dict[str, Any]:
    """Return the part of a mimebundle that lets a notebook show the studio."""
    return shown(studio).whole()


def _living() -> dict[tuple[Path, str], Studio]:
    for key in [key for key, known in _OPEN.items() if known.closed]:
        _SHOWN.pop(id(_OPEN.pop(key)), None)
    return _OPEN
