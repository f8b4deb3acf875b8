"""Who decides and writes: a model behind a wire when the settings name one, else the offline director."""

from __future__ import annotations

from workbench.brain.model import Model
from workbench.brain.offline import OfflineDirector
from workbench.events import Emit
from workbench.studio.model_settings import ModelSettings


def chosen_model(settings: ModelSettings, emit: Emit) -> Model:
    """Return the model the settings ask for; nothing is sent before it is asked something."""
    if not settings.connected:
        return OfflineDirector()
    from workbench.studio.connecting import connected_model  # the client of the wire takes a second to load

    return connected_model(settings, emit)
