"""A model behind a wire, as the settings name it."""

from __future__ import annotations

from workbench.brain.model import Model
from workbench.brain.offline import OfflineDirector
from workbench.brain.remote.allowance import Allowance, Price
from workbench.brain.remote.model import OpenAIModel, Roles, Room
from workbench.brain.remote.order import OPENAI_URL, Server
from workbench.brain.remote.patience import Patience
from workbench.brain.remote.wire import Wire
from workbench.events import Emit
from workbench.studio.model_settings import ModelSettings


def connected_model(settings: ModelSettings, emit: Emit) -> Model:
    """Return the model behind a wire; nothing is sent before it is asked something."""
    server = Server(settings.base_url or OPENAI_URL, settings.api_key)
    every = settings.model
    roles = Roles(
        settings.model_decide or every,
        settings.model_write or every,
        settings.model_edit or every,
        settings.model_describe or every,
    )
    prices = {name: Price(*price) for name, price in settings.model_prices.items()}
    return OpenAIModel(
        Wire(server, Patience(settings.model_seconds, settings.model_tries)),
        roles,
        room=Room(settings.context_tokens, settings.output_tokens),
        allowance=Allowance(settings.most_tokens, settings.most_usd, prices),
        otherwise=OfflineDirector(),
        emit=emit,
    )
