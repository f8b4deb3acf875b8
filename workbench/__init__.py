"""A Jupyter workbench for prompt-driven motion graphics.

    import workbench as wb

    studio = wb.open("Orbit")
    take = studio.ask("a title card for Orbit, a habit tracker, then a chart of 120, 480, 1900 users")
    take.video()

The engines are imported when a name is first used, so that `import workbench` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.brain.model import ScriptedModel
    from workbench.errors import Conflict, SceneBroken, WorkbenchError
    from workbench.scene.evaluate import evaluate as evaluate
    from workbench.scene.finding import Finding as Finding
    from workbench.scene.format import Format
    from workbench.studio.settings import Settings
    from workbench.studio.studio import Studio
    from workbench.studio.take import Take
    from workbench.studio.workspace import Workspace
    from workbench.templates.registry import templates
    from workbench.widgets.alone import gallery, history, player
    from workbench.widgets.experiments import experiment
    from workbench.widgets.extension import load_ipython_extension as load_ipython_extension
    from workbench.widgets.extension import unload_ipython_extension as unload_ipython_extension

__all__ = [
    "Conflict",
    "Format",
    "SceneBroken",
    "ScriptedModel",
    "Settings",
    "Studio",
    "Take",
    "WorkbenchError",
    "Workspace",
    "experiment",
    "gallery",
    "history",
    "open",
    "player",
    "templates",
]

_HOMES = {
    "Conflict": "workbench.errors",
    "Finding": "workbench.scene.finding",
    "Format": "workbench.scene.format",
    "SceneBroken": "workbench.errors",
    "ScriptedModel": "workbench.brain.model",
    "Settings": "workbench.studio.settings",
    "Studio": "workbench.studio.studio",
    "Take": "workbench.studio.take",
    "WorkbenchError": "workbench.errors",
    "Workspace": "workbench.studio.workspace",
    "evaluate": "workbench.scene.evaluate",
    "experiment": "workbench.widgets.experiments",
    "gallery": "workbench.widgets.alone",
    "history": "workbench.widgets.alone",
    "load_ipython_extension": "workbench.widgets.extension",
    "open": "workbench.widgets.opening",
    "player": "workbench.widgets.alone",
    "templates": "workbench.templates.registry",
    "unload_ipython_extension": "workbench.widgets.extension",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("workbench")
    if name not in _HOMES:
        raise AttributeError(f"workbench has no {name!r}; it has {', '.join(__all__)}")
    module, _, attribute = _HOMES[name].partition(":")
    return getattr(import_module(module), attribute or name)


def __dir__() -> list[str]:
    return sorted(__all__)
