"""`%load_ext workbench`: scene cells, with completion and help for the scene language."""

from __future__ import annotations

from typing import Any

from workbench.widgets.cell_help import LanguageHelp, scene_matcher
from workbench.widgets.magic import SceneMagics

_LOADED: dict[int, tuple[SceneMagics, LanguageHelp]] = {}


def load_ipython_extension(shell: Any) -> None:
    """Give the shell the `%%scene` cell; loading twice is harmless."""
    if id(shell) in _LOADED:
        return
    magics = SceneMagics(shell)
    shell.register_magics(magics)
    shell.Completer.custom_matchers.append(scene_matcher)
    _LOADED[id(shell)] = (magics, LanguageHelp(shell))


def unload_ipython_extension(shell: Any) -> None:
    """Take everything back that loading gave."""
    magics, help_for_names = _LOADED.pop(id(shell))
    magics.close()
    help_for_names.close()
    shell.magics_manager.magics["cell"].pop("scene", None)
    shell.Completer.custom_matchers.remove(scene_matcher)
