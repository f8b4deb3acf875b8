"""The `%%scene` cell: running it saves the scene and shows it, with its findings at their lines."""

from __future__ import annotations

import shlex
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, magics_class
from IPython.core.magic_arguments import MagicArgumentParser
from IPython.display import display

from workbench.errors import InputError
from workbench.studio.remote.studio import RemoteStudio
from workbench.studio.studio import Studio, open_studio
from workbench.widgets.opening import shown as shown_in_notebook
from workbench.widgets.scene_cell import SceneCell, SceneCells
from workbench.widgets.scene_shown import SceneShown, still_of

OPTIONS = ("--project", "--seconds", "--still", "--no-video", "--replace")


def _parser() -> MagicArgumentParser:
    parser = MagicArgumentParser(  # type: ignore[no-untyped-call]
        prog="%%scene", add_help=False
    )
    parser.add_argument("name", nargs="+", help="the scene's name or number; a new name adds a scene")
    parser.add_argument("-p", "--project", help="its project; default: the one called `studio` here")
    parser.add_argument("-s", "--seconds", type=float, help="its length; default: as it is, or 5 when new")
    parser.add_argument("--still", type=float, metavar="SECOND", help="show this moment instead of a video")
    parser.add_argument("--no-video", action="store_true", help="show a still from its middle")
    parser.add_argument("--replace", action="store_true", help="save over changes made elsewhere since")
    return parser


@magics_class
class SceneMagics(Magics):
    """The magics of the workbench."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self._names = shell.user_ns
        self._cells = SceneCells()
        self._opened: dict[str, Studio] = {}

    @cell_magic
    def scene(self, line: str, cell: str) -> None:
        """Save the cell as a scene and show it.

        %%scene NAME [--project P] [--seconds 5] [--still SECOND | --no-video] [--replace]

        NAME is a scene's name or number; a new name adds a scene. The first run makes the scene, every
        run with new text makes a revision, and `studio.undo()` takes it back. Without --project the cell
        belongs to `studio`, or to whatever project this notebook opened last; one at a service will do. A
        scene that cannot be painted is kept too: its findings stand under the cell, with the last picture
        that worked. When the scene was changed elsewhere and the cell has not seen it, nothing is saved
        unless --replace is given.
        """
        given = _read(line)
        studio = self._studio(given.project)
        name = " ".join(given.name)
        near = studio if isinstance(studio, Studio) else shown_in_notebook(studio).desk.studio
        kept = self._cells.keep(studio, SceneCell(name, cell, given.seconds, given.replace), near.preview)
        assert kept.scene is not None
        assert kept.checked is not None
        shown = SceneShown.of(kept, f"%%scene {line}\n{cell}", still_of(studio, kept, given.still))
        handle = display(shown, display_id=True)  # type: ignore[no-untyped-call]
        if kept.checked.ok and given.still is None and not given.no_video:
            handle.update(shown.playing(studio.video(kept.scene.id)))

    def _studio(self, project: str | None) -> Studio | RemoteStudio:
        named = [self._names.get("studio"), *reversed(list(self._names.values()))]
        here = [value for value in named if isinstance(value, Studio | RemoteStudio)]
        if project is None:
            if not here:
                raise InputError(
                    "No project is open in this notebook.",
                    remedy='Write studio = wb.open("NAME") first, or give --project NAME.',
                )
            return here[0]
        known = [*here, *self._opened.values()]
        found = next((studio for studio in known if project in (studio.name, studio.project_id)), None)
        return found or self._opened.setdefault(project, open_studio(project))

    def close(self) -> None:
        """Close the projects that cells opened by --project."""
        for studio in self._opened.values():
            studio.close()
        self._opened.clear()


def _read(line: str) -> Any:
    try:
        return _parser().parse_args(shlex.split(line))
    except ValueError as error:
        raise UsageError(f"%%scene: {error}. Close the quotes.") from None
