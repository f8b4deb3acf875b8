"""The models of an experiment, reached: offline, as the settings say, on a server, or given in code."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from pydantic import SecretStr

from workbench.brain.model import Model, ScriptedModel
from workbench.brain.offline import OfflineDirector
from workbench.brain.remote.allowance import Allowance, Price
from workbench.brain.remote.model import OpenAIModel, Roles, Room
from workbench.brain.remote.order import OPENAI_URL, Server
from workbench.brain.remote.patience import Patience
from workbench.brain.remote.wire import Wire
from workbench.errors import InputError
from workbench.experiments.pace import Pace
from workbench.experiments.paying import PaidOnce
from workbench.experiments.seats import Seats
from workbench.experiments.values import OFFLINE, SETTINGS, ModelChoice, Spec
from workbench.store.trial_values import CellKey, Spent
from workbench.store.trials import Trials
from workbench.studio.model_settings import ModelSettings

Given = Model | Callable[[CellKey], Model]


class Fleet:
    """The models by name; each server has one wire and one pace. A context manager."""

    def __init__(
        self,
        spec: Spec,
        trials: Trials,
        settings: ModelSettings,
        seats: Seats,
        *,
        given: Mapping[str, Given] | None = None,
        spent: Spent | None = None,
        most_at_once: int = 16,
    ) -> None:
        self._spec = spec
        self._trials = trials
        self._settings = settings
        self._seats = seats
        self._given = dict(given or {})
        self._most = most_at_once
        self._wires: dict[tuple[str, str], Wire] = {}
        self._paces: dict[str, Pace] = {}
        self._models: dict[str, Model] = {}
        paid = spent or Spent(0, 0, 0, 0.0, 0)
        self.purse = Allowance(
            _left(spec.most_tokens, paid.input_tokens + paid.output_tokens),
            None if spec.most_usd is None else max(0.0, spec.most_usd - paid.cost_usd),
            prices_of(spec, settings),
        )
        try:
            for choice in spec.models:
                if not choice.given:
                    self._models[choice.name] = self._reached(choice)
        except BaseException:
            self.close()
            raise

    @property
    def paces(self) -> Mapping[str, Pace]:
        """The pace of each server."""
        return dict(self._paces)

    def model(self, key: CellKey) -> Model:
        """Return the model that answers a cell."""
        if key.model in self._models:
            return self._models[key.model]
        return self._from_code(key)

    def judge(self, name: str) -> Model:
        """Return the model that judges: one of the experiment, or of that name where the settings say."""
        return self._models.get(name) or self._reached(ModelChoice(name))

    def probes(self) -> dict[str, Model]:
        """Return one model of each name, to see what would be sent to it."""
        return {choice.name: self._probe(choice.name) for choice in self._spec.models}

    def _probe(self, name: str) -> Model:
        given = self._given.get(name)
        if given is not None and not callable(given):
            return given
        return self._models.get(name) or ScriptedModel()

    def close(self) -> None:
        """Close every connection."""
        for wire in self._wires.values():
            wire.close()

    def __enter__(self) -> Fleet:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _from_code(self, key: CellKey) -> Model:
        given = self._given.get(key.model)
        if given is None:
            raise InputError(
                f"The model {key.model!r} was given in code, and is not here.",
                remedy=f"Give it again: models={{{key.model!r}: model}}.",
            )
        return given(key) if callable(given) else given

    def _reached(self, choice: ModelChoice) -> Model:
        if choice.name == OFFLINE:
            return OfflineDirector()
        settings = self._settings
        if choice.name == SETTINGS and not settings.connected:
            return OfflineDirector()
        base_url = (choice.base_url or settings.base_url or OPENAI_URL).rstrip("/")
        server = Server(base_url, self._key(choice))
        if choice.name == SETTINGS:
            every = settings.model
            roles = Roles(
                settings.model_decide or every, settings.model_write or every, settings.model_edit or every
            )
        else:
            roles = Roles(choice.sent_name)
        room = Room(
            choice.context_tokens or settings.context_tokens, choice.output_tokens or settings.output_tokens
        )
        carrier = PaidOnce(self._wire(server), self._trials, self._seats, self._pace(server), self.purse)
        return OpenAIModel(
            carrier, roles, room=room, allowance=Allowance(prices=prices_of(self._spec, settings))
        )

    def _wire(self, server: Server) -> Wire:
        name = (server.base_url, server.sent_key)
        if name not in self._wires:
            patience = Patience(self._settings.model_seconds, tries=1)
            self._wires[name] = Wire(server, patience)
        return self._wires[name]

    def _pace(self, server: Server) -> Pace:
        return self._paces.setdefault(server.base_url, Pace(most=self._most))

    def _key(self, choice: ModelChoice) -> SecretStr:
        if not choice.key_env:
            own = choice.base_url and choice.base_url.rstrip("/") != self._settings.base_url
            return SecretStr("") if own else self._settings.api_key
        if choice.key_env not in os.environ:
            raise InputError(
                f"The key of {choice.name!r} is not set.", remedy=f"Set the variable {choice.key_env}."
            )
        return SecretStr(os.environ[choice.key_env])


def prices_of(spec: Spec, settings: ModelSettings) -> dict[str, Price]:
    """Return the known prices by the name that is sent; a model with two prices is an error."""
    prices = {name: Price(*price) for name, price in settings.model_prices.items()}
    chosen: dict[str, Price] = {}
    for choice in spec.models:
        if choice.price is None:
            continue
        price = Price(*choice.price)
        if chosen.setdefault(choice.sent_name, price) != price:
            raise InputError(f"The model {choice.sent_name!r} has two prices.", remedy="Give it one.")
    return prices | chosen


def _left(most: int | None, used: int) -> int | None:
    return None if most is None else max(0, most - used)
